"""One decision, with everything that is recorded about it."""

from fastapi import APIRouter
from starlette.responses import Response

from spanwise.access.permissions import Action, authorise
from spanwise.core.errors import NotFound
from spanwise.server.pages.decision_view import decision_page
from spanwise.server.pages.frame import Visitor, show
from spanwise.store import decisions

router = APIRouter()


@router.get("/decisions/{decision_id}")
def decision(visit: Visitor, decision_id: str) -> Response:
    """The page of a decision."""
    found = decisions.by_id(visit.platform.store, decision_id)
    if found is None or not visit.actor.covers(found.function):
        raise NotFound("There is no such decision, or it is not in your scope.")
    authorise(
        visit.actor,
        Action.VIEW_DECISION,
        function=found.function,
        decision_point=found.decision_point,
    )
    view = decision_page(visit.platform, visit.actor, found)
    return show(visit, "decision", view, json_url=f"/v1/decisions/{found.id}")
