"""The audit log: recent entries, the state of the chain, and the export."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from spanwise.access.permissions import Action, authorise
from spanwise.server.api.audit import export_response
from spanwise.server.pages.audit_view import audit_page
from spanwise.server.pages.frame import Visitor, show
from spanwise.server.pages.products_view import any_function_of

router = APIRouter()


@router.get("/audit")
def recent_entries(
    visit: Visitor,
    subject: Annotated[str, Query(max_length=200)] = "",
    before: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Recent entries of the functions in scope; of everything for who has every function."""
    authorise(visit.actor, Action.VIEW_AUDIT, function=any_function_of(visit.actor))
    return show(visit, "audit", audit_page(visit, subject=subject.strip(), before=before))


@router.get("/audit/export")
def export(visit: Visitor) -> Response:
    """The whole log as JSON Lines."""
    return export_response(visit.request, visit.actor)
