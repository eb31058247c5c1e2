"""`spanwise certify`."""

from typing import Annotated

import typer

from spanwise.cli.common import AsJson, Home, console, open_platform, operator, print_json
from spanwise.core.errors import Conflict
from spanwise.measurement.certificates import issue_certificate

app = typer.Typer(add_completion=False)


@app.command()
def certify(
    decision_point: Annotated[str, typer.Argument(help="Such as operations.route-incident.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Try to certify the pinned release on the outcomes of its matured cases.

    Every attempt spends a part of the error budget. Ends with exit code 1 if it cannot certify.

    Example: spanwise certify operations.route-incident
    """
    with open_platform(home) as platform:
        policy = platform.policies.of(decision_point)
        if policy.pinned_digest is None:
            raise Conflict(f"'{decision_point}' runs no release.", "Apply the workspace first.")
        unit = platform.store.unit(operator())
        found = issue_certificate(platform.store, unit, policy.point, policy.pinned_digest)
        unit.commit()
    if as_json:
        print_json(found)
    elif found.certified:
        console.print(
            f"[green]✓[/green] Certified: at a confidence of {found.threshold:.4f} or more, "
            f"{found.coverage:.1%} of cases may be decided alone "
            f"({found.errors} of {found.accepted} wrong, {found.n} labels).",
            soft_wrap=True,
        )
    else:
        console.print(f"[yellow]![/yellow] {found.reason}", soft_wrap=True)
    if not found.certified:
        raise typer.Exit(1)
