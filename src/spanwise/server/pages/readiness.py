"""Readiness: which function is next, what each one lacks, and what its owner does about it."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from spanwise.core.errors import NotFound
from spanwise.readiness.answers import answer_drill, start_drill
from spanwise.readiness.ownership import accept_ownership
from spanwise.server.pages.frame import Form, Visit, Visitor, go, show
from spanwise.server.pages.readiness_view import readiness_page, title_of
from spanwise.spec.models.functions import BusinessFunction

router = APIRouter()


@router.get("/readiness")
def readiness(visit: Visitor) -> Response:
    """Every function that the reader may see, by criterion, with the evidence."""
    view = readiness_page(visit.platform, visit.actor)
    return show(visit, "readiness", view, json_url="/v1/readiness")


@router.post("/readiness/{name}/accept")
def accept(visit: Visitor, form: Form, name: str) -> Response:
    """The declared owner or deputy accepts to answer for a function."""
    function = _function(visit, name)
    accepted = accept_ownership(visit.platform.store, visit.actor, function)
    return _back(function, f"You answer for {title_of(function)} as its {accepted.capacity}.")


@router.post("/readiness/{name}/drill")
def drill(visit: Visitor, form: Form, name: str) -> Response:
    """A platform lead asks the owner and the deputy for a sign of life."""
    function = _function(visit, name)
    start_drill(visit.platform.store, visit.actor, function)
    return _back(function, "Asked. The owner or the deputy has a day to answer.")


@router.post("/readiness/{name}/answer")
def answer(visit: Visitor, form: Form, name: str) -> Response:
    """The owner or the deputy answers."""
    function = _function(visit, name)
    answer_drill(visit.platform.store, visit.actor, function)
    return _back(function, "Answered. It counts as evidence of an owner who can be reached.")


def _function(visit: Visit, name: str) -> BusinessFunction:
    function = visit.platform.policies.workspace.functions.get(name)
    if function is None or not visit.actor.covers(name):
        raise NotFound("There is no such function, or it is not in your scope.")
    return function


def _back(function: BusinessFunction, notice: str) -> Response:
    return go(f"/readiness#{quote(function.name)}", notice)
