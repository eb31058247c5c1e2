"""`spanwise tokens`."""

from typing import Annotated

import typer

from spanwise.cli.common import Home, console, open_platform, operator
from spanwise.core.actor import Role
from spanwise.core.clock import DAY_MS

app = typer.Typer(add_completion=False, no_args_is_help=True, help="API tokens for services.")


@app.command()
def issue(
    name: Annotated[str, typer.Argument(help="The service that will use it.")],
    function: Annotated[list[str], typer.Option(help="A business function; may be repeated.")],
    decision_point: Annotated[
        list[str] | None, typer.Option(help="Only these decision points.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3_650, help="Days until it expires.")] = 90,
    home: Home = None,
) -> None:
    """Issue a token; it is shown once.

    Example: spanwise tokens issue service-desk --function operations
    """
    with open_platform(home) as platform:
        token, secret = platform.tokens.issue(
            operator(),
            name=name,
            roles={Role.INTEGRATOR},
            functions=set(function),
            decision_points=set(decision_point) if decision_point else None,
            lifetime_ms=days * DAY_MS,
        )
    console.print(f"{token.id}  (expires in {days} days)")
    console.print(f"[bold]{secret}[/bold]  keep it now: it is not shown again", soft_wrap=True)


@app.command()
def revoke(token_id: str, home: Home = None) -> None:
    """Revoke a token.

    Example: spanwise tokens revoke tok_01m8…
    """
    with open_platform(home) as platform:
        platform.tokens.revoke(operator(), token_id)
    console.print(f"Revoked {token_id}.")
