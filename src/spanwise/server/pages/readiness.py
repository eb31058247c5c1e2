"""Readiness: which function is next, and what each one lacks."""

from fastapi import APIRouter
from starlette.responses import Response

from spanwise.server.pages.frame import Visitor, show
from spanwise.server.pages.readiness_view import readiness_page

router = APIRouter()


@router.get("/readiness")
def readiness(visit: Visitor) -> Response:
    """Every function that the reader may see, by criterion, with the evidence."""
    view = readiness_page(visit.platform, visit.actor)
    return show(visit, "readiness", view, json_url="/v1/readiness")
