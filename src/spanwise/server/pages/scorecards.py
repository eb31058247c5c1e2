"""Scorecards: four metrics of a decision point, each against what was before the AI."""

from fastapi import APIRouter
from starlette.responses import Response

from spanwise.access.permissions import Action, authorise
from spanwise.server.pages.frame import Visitor, show
from spanwise.server.pages.scorecards_view import scorecard_page

router = APIRouter()


@router.get("/scorecards/{name}")
def scorecard(visit: Visitor, name: str) -> Response:
    """The scorecard of a function, or of one of its decision points."""
    function = name.partition(".")[0]
    authorise(visit.actor, Action.VIEW_SCORECARD, function=function)
    view = scorecard_page(visit, name)
    return show(visit, "scorecard", view, json_url=f"/v1/scorecards/{function}")
