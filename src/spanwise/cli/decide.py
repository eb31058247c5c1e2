"""`spanwise decide`."""

from typing import Annotated

import typer

from spanwise.cli.common import AsJson, Home, open_platform, operator, print_json, print_pairs
from spanwise.wire.decisions import DecisionRequest

app = typer.Typer(add_completion=False)


@app.command()
def decide(
    decision_point: Annotated[str, typer.Argument(help="Such as operations.route-incident.")],
    entity: Annotated[str, typer.Argument(help="The case's key in the data products.")],
    key: Annotated[str | None, typer.Option(help="Idempotency key.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Decide one case, as the API would, and print the reply.

    Example: spanwise decide operations.route-incident INC0001436
    """
    with open_platform(home) as platform:
        request = DecisionRequest(entity=entity)
        reply = platform.decider.decide_now(operator(), decision_point, request, key)
    if as_json:
        print_json(reply)
        return
    print_pairs(
        {
            "decision": reply.decision,
            "route": f"[bold]{reply.route}[/bold]",
            "reasons": ", ".join(reply.reasons),
            "recommendation": reply.recommendation or "none shown",
            "confidence": "unknown" if reply.confidence is None else f"{reply.confidence:.3f}",
            "task": reply.task or "none",
        }
    )
