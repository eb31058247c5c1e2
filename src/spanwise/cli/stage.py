"""`spanwise stage`."""

import typer

from spanwise.cli.common import Home, console, open_platform, operator
from spanwise.core.clock import to_rfc3339
from spanwise.readiness import stages
from spanwise.store import standing

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Stages: shown, and the kill switch."
)


@app.command()
def show(decision_point: str, home: Home = None) -> None:
    """Show the stage in force, and every move that led to it.

    Example: spanwise stage show operations.route-incident
    """
    with open_platform(home) as platform:
        policy = platform.policies.of(decision_point)
        moves = standing.moves_of(platform.store, decision_point)
    console.print(f"[bold]{policy.stage}[/bold] (ceiling {policy.point.stage})")
    for move in moves:
        when = to_rfc3339(move.moved_at_ms)[:16]
        console.print(f"  {when}  {move.kind} {move.stage} by {move.moved_by}: {move.reason}")


@app.command()
def suspend(decision_point: str, reason: str, home: Home = None) -> None:
    """The kill switch: people decide without the AI from the next case on.

    Promoting and resuming need the owner, who does it on the page of the decision point.

    Example: spanwise stage suspend operations.route-incident "wrong groups since noon"
    """
    with open_platform(home) as platform:
        workspace = platform.policies.workspace
        stages.suspend(platform.store, workspace, operator(), decision_point, reason=reason)
    console.print(f"{decision_point} is suspended.")
