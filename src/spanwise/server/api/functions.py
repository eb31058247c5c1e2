"""The API around functions: the pages on them, as JSON."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from spanwise.core.actor import Actor
from spanwise.server.authentication import api_actor
from spanwise.server.pages.decision_point_view import decision_point_page
from spanwise.server.pages.home_view import home_page
from spanwise.server.pages.readiness_view import readiness_page

router = APIRouter(prefix="/v1")
Caller = Annotated[Actor, Depends(api_actor)]


@router.get("/home")
def get_home(request: Request, caller: Caller) -> Response:
    """Functions by stage and verdict, what needs attention, and how cases flow."""
    return _json(home_page(request.app.state.platform, request.app.state.scorecards, caller))


@router.get("/readiness")
def get_readiness(request: Request, caller: Caller) -> Response:
    """The readiness of every function in the caller's scope."""
    return _json(readiness_page(request.app.state.platform, caller))


@router.get("/decision-points/{name}")
def get_decision_point(
    request: Request,
    caller: Caller,
    name: str,
    threshold: Annotated[float | None, Query(ge=0, le=1)] = None,
) -> Response:
    """One decision point; with a threshold, what that would mean."""
    page = decision_point_page(request.app.state.platform, caller, name, threshold)
    return _json(page)


def _json(content: object) -> Response:
    return Response(msgspec.json.encode(content), media_type="application/json")
