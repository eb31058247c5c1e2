"""The home page: functions by stage and verdict, and what needs attention."""

from fastapi import APIRouter
from starlette.responses import Response

from spanwise.server.pages.frame import Visitor, show
from spanwise.server.pages.home_view import home_page

router = APIRouter()


@router.get("/")
def home(visit: Visitor) -> Response:
    """Everything in the reader's scope at a glance."""
    return show(
        visit,
        "home",
        home_page(visit.platform, visit.request.app.state.scorecards, visit.actor),
        json_url="/v1/home",
    )
