"""The API of data: what there is, and rows that other systems send."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from spanwise.access.permissions import Action, authorise
from spanwise.core.actor import Actor
from spanwise.core.errors import NotFound
from spanwise.data.ingest import ingest_rows
from spanwise.data.reports import IngestReport
from spanwise.runtime.platform import Platform
from spanwise.server.api.bodies import read_body
from spanwise.server.authentication import api_actor
from spanwise.server.pages.products_view import products_page

router = APIRouter(prefix="/v1")
Caller = Annotated[Actor, Depends(api_actor)]


@router.get("/products")
def get_products(request: Request, caller: Caller) -> Response:
    """The data products in the caller's scope, and how each keeps its contract."""
    return _json(products_page(request.app.state.platform, caller))


@router.post("/products/{name}/rows")
async def post_rows(request: Request, caller: Caller, name: str) -> Response:
    """Publishes rows that keep the contract and quarantines the others; says how many of each."""
    platform: Platform = request.app.state.platform
    authorise(caller, Action.INGEST, function=name.partition(".")[0])
    rows = await read_body(request, list[dict[str, Any]])
    workspace = platform.policies.workspace
    product = workspace.products.get(name)
    if product is None:
        raise NotFound("There is no such data product, or it is not in your scope.")
    contract = workspace.contracts[product.contract]

    def ingest() -> IngestReport:
        return ingest_rows(platform.store, product, contract, rows, caller, source=caller.id)

    return _json(await run_in_threadpool(ingest))


def _json(content: object) -> Response:
    return Response(msgspec.json.encode(content), media_type="application/json")
