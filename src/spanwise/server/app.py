"""The web application: the API, the pages, and what holds for both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from spanwise import __version__
from spanwise.core.errors import InvalidInput, NotFound, SpanwiseError
from spanwise.measurement.scorecards import Scorecards
from spanwise.runtime.platform import Platform
from spanwise.server.api import audit, cases, functions, products, scorecards
from spanwise.server.api.decisions import asked_decision_point, post_decision
from spanwise.server.bounds import Bounds, RateLimit
from spanwise.server.pages import frame, routes
from spanwise.server.problems import problem_response
from spanwise.server.render import STATIC
from spanwise.server.turns import Turns

_RATE_PER_S = 20_000.0


class _Application(FastAPI):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        decision_point = asked_decision_point(scope)
        if decision_point is None:
            await super().__call__(scope, receive, send)
        else:
            scope["app"] = self
            await post_decision(decision_point, scope, receive, send)


def create_app(platform: Platform, *, run_worker: bool = True) -> FastAPI:
    """The application on an open platform.

    Args:
        run_worker: whether timers, the audit sequencer and deliveries run in this process.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.turns = Turns(platform.decider, asyncio.get_running_loop())
        if run_worker:
            platform.worker.start()
        yield
        platform.worker.stop()

    app = _Application(
        title="Spanwise",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.platform = platform
    app.state.scorecards = Scorecards(platform.store)
    app.state.rate_limit = RateLimit(_RATE_PER_S, _RATE_PER_S)
    app.include_router(cases.router)
    app.include_router(products.router)
    app.include_router(scorecards.router)
    app.include_router(audit.router)
    app.include_router(functions.router)
    app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Bounds)
    app.add_exception_handler(SpanwiseError, _on_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    return app


def _is_page(request: Request) -> bool:
    return not request.url.path.startswith("/v1/")


def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, SpanwiseError)
    return frame.problem_page(request, error) if _is_page(request) else problem_response(error)


def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return _on_error(request, NotFound("There is nothing at this address.", "Go to /."))
    known = InvalidInput(str(error.detail), "See docs/reference/api.md.", code="http_error")
    known.status = error.status_code
    return _on_error(request, known)


def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return _on_error(
        request, InvalidInput(f"{where}: {first['msg']}.", "See docs/reference/api.md.")
    )
