"""`spanwise accounts`."""

from typing import Annotated

import typer

from spanwise.cli.common import Home, console, open_platform, operator
from spanwise.core.actor import Role

app = typer.Typer(add_completion=False, no_args_is_help=True, help="People's accounts.")


@app.command()
def add(
    login: Annotated[str, typer.Argument(help="What they sign in with.")],
    role: Annotated[list[Role], typer.Option(help="A role; may be repeated.")],
    name: Annotated[str, typer.Option(help="What others read.")] = "",
    function: Annotated[
        list[str] | None, typer.Option(help="A business function; all if none is given.")
    ] = None,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
    home: Home = None,
) -> None:
    """Add an account.

    Example: spanwise accounts add lee.park --role reviewer --function operations
    """
    with open_platform(home) as platform:
        platform.accounts.create(
            operator(),
            login=login,
            name=name or login,
            password=password,
            roles=set(role),
            functions=set(function) if function else None,
        )
    console.print(f"Added {login}.")


@app.command()
def disable(login: str, home: Home = None) -> None:
    """Bar an account from signing in, and end its sessions.

    Example: spanwise accounts disable lee.park
    """
    with open_platform(home) as platform:
        platform.accounts.disable(operator(), login)
    console.print(f"Disabled {login}.")
