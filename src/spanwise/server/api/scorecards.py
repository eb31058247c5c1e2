"""The API of scorecards."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from spanwise.access.permissions import Action, authorise
from spanwise.core.actor import Actor
from spanwise.measurement.scorecards import Scorecards
from spanwise.runtime.platform import Platform
from spanwise.server.authentication import api_actor

router = APIRouter(prefix="/v1")
Caller = Annotated[Actor, Depends(api_actor)]


@router.get("/scorecards/{function}")
def get_scorecard(request: Request, caller: Caller, function: str) -> Response:
    """The scorecards of a function's decision points, side by side."""
    authorise(caller, Action.VIEW_SCORECARD, function=function)
    platform: Platform = request.app.state.platform
    scorecards: Scorecards = request.app.state.scorecards
    card = scorecards.of_function(platform.policies.workspace, function)
    return Response(msgspec.json.encode(card), media_type="application/json")
