"""A decision point: all about it in one conversation, and the kill switch."""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from spanwise.access.permissions import Action
from spanwise.core.errors import Conflict
from spanwise.readiness.stages import resume, suspend
from spanwise.server.pages.decision_point_view import authorised_point, decision_point_page
from spanwise.server.pages.frame import Form, Visit, Visitor, go, show
from spanwise.store.standing import moves_of

router = APIRouter(prefix="/decision-points/{name}")


@router.get("")
def decision_point(
    visit: Visitor, name: str, threshold: Annotated[float | None, Query(ge=0, le=1)] = None
) -> Response:
    """One decision point; with a threshold, what that would mean."""
    view = decision_point_page(visit.platform, visit.actor, name, threshold)
    query = "" if threshold is None else "?" + urlencode({"threshold": threshold})
    return show(visit, "decision_point", view, json_url=f"/v1{_path(name)}{query}")


@router.post("/suspend")
def suspend_point(visit: Visitor, form: Form, name: str) -> Response:
    """The kill switch. An old page must not hinder it: off is always the safe side."""
    workspace = visit.platform.policies.workspace
    suspend(visit.platform.store, workspace, visit.actor, name, reason=str(form.get("reason", "")))
    return go(_path(name), "Suspended. People decide without the AI from the next case on.")


@router.post("/resume")
def resume_point(visit: Visitor, form: Form, name: str) -> Response:
    """Ends a suspension, if nothing moved since the page was read."""
    authorised_point(visit.platform, visit.actor, Action.RESUME, name)
    _check_version(visit, name, str(form.get("version", "")))
    workspace = visit.platform.policies.workspace
    resume(visit.platform.store, workspace, visit.actor, name, reason=str(form.get("reason", "")))
    return go(_path(name), "Resumed. What was earned and not lost since is in force again.")


def _check_version(visit: Visit, name: str, seen: str) -> None:
    if seen != str(len(moves_of(visit.platform.store, name))):
        raise Conflict(
            "The decision point has moved since this page was read.",
            "Read the page again, and decide on what it says now.",
        )


def _path(name: str) -> str:
    return f"/decision-points/{quote(name)}"
