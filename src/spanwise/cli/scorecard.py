"""`spanwise scorecard`."""

from typing import Annotated

import typer

from spanwise.cli.common import AsJson, Home, open_platform, print_json
from spanwise.demo.report import print_scorecard
from spanwise.measurement.scorecards import Scorecards

app = typer.Typer(add_completion=False)


@app.command()
def scorecard(
    function: Annotated[str, typer.Argument(help="A business function, such as operations.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Show a function's figures: value, interval, n and verdict against its own baseline.

    Example: spanwise scorecard operations
    """
    with open_platform(home) as platform:
        card = Scorecards(platform.store).of_function(platform.policies.workspace, function)
        if as_json:
            print_json(card)
            return
        for point in card.points:
            print_scorecard(point)
