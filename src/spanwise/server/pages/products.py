"""Data products: which there are, and how each keeps its contract."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from spanwise.access.permissions import Action, authorise
from spanwise.core.errors import NotFound
from spanwise.server.pages.frame import Visitor, show
from spanwise.server.pages.products_view import product_page, products_page

router = APIRouter()


@router.get("/products")
def list_products(visit: Visitor) -> Response:
    """Every data product in scope."""
    view = products_page(visit.platform, visit.actor)
    return show(visit, "products", view, json_url="/v1/products")


@router.get("/products/{name}")
def product(
    visit: Visitor,
    name: str,
    batch: Annotated[str, Query(max_length=100)] = "",
    line: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """One data product; `batch` and `line` name the last quarantined row of the page before."""
    authorise(visit.actor, Action.VIEW_DATA, function=name.partition(".")[0])
    if name not in visit.platform.policies.workspace.products:
        raise NotFound("There is no such data product, or it is not in your scope.")
    view = product_page(visit.platform, visit.actor, name, before=batch, after_line=line)
    return show(visit, "product", view)
