"""Signing in and out, and the theme."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from spanwise.core.errors import RateLimited, SpanwiseError, Unauthenticated
from spanwise.runtime.platform import Platform
from spanwise.server.authentication import SESSION_COOKIE
from spanwise.server.pages.frame import (
    THEME_COOKIE,
    THEMES,
    VISIT_COOKIE,
    Form,
    Visitor,
    check_visit,
    go,
    local_path,
    shell_of,
    visit_token,
)
from spanwise.server.render import render
from spanwise.server.views.sign_in import SignInPage

router = APIRouter()
_YEAR_S = 365 * 86_400


def _platform(request: Request) -> Platform:
    platform: Platform = request.app.state.platform
    return platform


@router.get("/sign-in")
def sign_in_form(request: Request, target: Annotated[str, Query(alias="next")] = "/") -> Response:
    """The form."""
    return _form(request, SignInPage(next_path=local_path(target)))


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Opens a session."""
    fields = await request.form(max_files=0, max_fields=10)
    check_visit(request, str(fields.get("csrf_token", "")))
    login, target = str(fields.get("login", "")), local_path(str(fields.get("next", "/")))
    platform = _platform(request)
    try:
        token = await run_in_threadpool(
            platform.sessions.sign_in, login, str(fields.get("password", ""))
        )
    except (Unauthenticated, RateLimited) as error:
        return _form(request, SignInPage(next_path=target, login=login, problem=str(error)), error)
    response = RedirectResponse(target, status_code=303)
    response.set_cookie(
        SESSION_COOKIE,
        token,
        httponly=True,
        samesite="lax",
        secure=platform.settings.secure_cookies,
    )
    return response


@router.post("/sign-out")
def sign_out(visit: Visitor, form: Form) -> Response:
    """Ends the session."""
    visit.platform.sessions.sign_out(visit.request.cookies[SESSION_COOKIE])
    response = go("/sign-in")
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.post("/theme")
async def set_theme(request: Request) -> Response:
    """Remembers light, dark or the system's own; changes nothing else, so anybody may."""
    fields = await request.form(max_files=0, max_fields=10)
    theme = str(fields.get("theme", "auto"))
    response = go(local_path(str(fields.get("next", "/"))))
    response.set_cookie(
        THEME_COOKIE, theme if theme in THEMES else "auto", max_age=_YEAR_S, samesite="lax"
    )
    return response


def _form(request: Request, view: SignInPage, error: SpanwiseError | None = None) -> Response:
    page = render("sign_in", view, shell_of(request, None))
    response = HTMLResponse(page, error.status if error else 200)
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie(VISIT_COOKIE, visit_token(request), httponly=True, samesite="strict")
    return response
