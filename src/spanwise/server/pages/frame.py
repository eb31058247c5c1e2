"""What every page needs: who is signed in, the frame around the page, and checked forms."""

import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, unquote, urlsplit

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from spanwise.access.permissions import Action, may
from spanwise.core.actor import Actor
from spanwise.core.errors import Forbidden, NotFound, SpanwiseError
from spanwise.identity.sessions import Session
from spanwise.runtime.platform import Platform
from spanwise.server.authentication import session_of
from spanwise.server.render import render
from spanwise.server.views.problem import ProblemPage
from spanwise.server.views.shell import Notice, Person, Shell
from spanwise.store import tasks

VISIT_COOKIE = "spanwise_visit"
THEME_COOKIE = "spanwise_theme"
NOTICE_COOKIE = "spanwise_notice"
THEMES = ("auto", "light", "dark")
_MAX_FIELDS = 50


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of a signed-in person."""

    request: Request
    session: Session

    @property
    def actor(self) -> Actor:
        return self.session.actor

    @property
    def platform(self) -> Platform:
        platform: Platform = self.request.app.state.platform
        return platform


def _visit(request: Request) -> Visit:
    return Visit(request, session_of(request))


Visitor = Annotated[Visit, Depends(_visit)]


async def _form(request: Request) -> FormData:
    visit = _visit(request)
    form = await request.form(max_files=0, max_fields=_MAX_FIELDS)
    visit.session.check_csrf(str(form.get("csrf_token", "")))
    return form


Form = Annotated[FormData, Depends(_form)]
"""The fields of a form that this session handed out; anything else is refused."""


def show(visit: Visit, page: str, view: object, *, json_url: str | None = None) -> Response:
    """A page for somebody who is signed in."""
    response = HTMLResponse(render(page, view, shell_of(visit.request, visit.session, json_url)))
    response.headers["Cache-Control"] = "no-store"
    response.delete_cookie(NOTICE_COOKIE)
    return response


def go(path: str, notice: str = "") -> Response:
    """Sends the browser to a page after a form, with a word on what was done."""
    response = RedirectResponse(path, status_code=303)
    if notice:
        response.set_cookie(
            NOTICE_COOKIE, quote(notice[:300]), max_age=60, httponly=True, samesite="lax"
        )
    return response


def problem_page(request: Request, error: SpanwiseError) -> Response:
    """The page of an error. Who is not signed in is asked to, and comes back afterwards."""
    if error.status == 401 and request.method == "GET":
        return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", status_code=303)
    view = ProblemPage(
        status=error.status,
        code=error.code,
        title=error.code.replace("_", " ").capitalize(),
        message=error.message,
        fix=error.fix,
    )
    try:
        session = session_of(request)
    except SpanwiseError:
        session = None
    return HTMLResponse(render("problem", view, shell_of(request, session)), error.status)


def shell_of(request: Request, session: Session | None, json_url: str | None = None) -> Shell:
    """The frame of a page."""
    platform: Platform = request.app.state.platform
    try:
        settings = platform.policies.workspace.settings
        workspace, simulated = settings.title or settings.name, settings.simulated
    except NotFound:
        workspace, simulated = "No workspace yet", False
    theme = request.cookies.get(THEME_COOKIE, "auto")
    return Shell(
        workspace=workspace,
        now_ms=platform.clock.now_ms(),
        path=request.url.path,
        csrf_token=session.csrf_token if session else visit_token(request),
        person=_person(session.actor) if session else None,
        simulated=simulated,
        theme=theme if theme in THEMES else "auto",
        inbox_count=inbox_count(platform, session),
        live_url="/inbox/count" if session and may(session.actor, Action.VIEW_INBOX) else None,
        json_url=json_url,
        notice=_notice(request),
    )


def functions_of(platform: Platform, actor: Actor) -> list[str]:
    """The business functions in the actor's scope."""
    return [name for name in platform.policies.workspace.functions if actor.covers(name)]


def inbox_count(platform: Platform, session: Session | None) -> int | None:
    """Live tasks of the reader's functions; None for somebody who has no inbox."""
    if session is None or not may(session.actor, Action.VIEW_INBOX):
        return None
    try:
        functions = functions_of(platform, session.actor)
    except NotFound:  # no workspace yet
        return None
    return sum(tasks.count_live(platform.store, function) for function in functions)


def visit_token(request: Request) -> str:
    """The token of a visitor's forms before they sign in: the same as in their cookie."""
    known = request.cookies.get(VISIT_COOKIE) or getattr(request.state, "visit_token", None)
    request.state.visit_token = known or secrets.token_urlsafe(32)
    return str(request.state.visit_token)


def check_visit(request: Request, token: str) -> None:
    """Refuses a form before sign-in that this browser was not given.

    Raises:
        Forbidden: the token is not that of the cookie.
    """
    known = request.cookies.get(VISIT_COOKIE, "")
    if not known or not hmac.compare_digest(token.encode(), known.encode()):
        raise Forbidden("The form is out of date.", "Load the page again.", code="csrf_failed")


def local_path(target: str) -> str:
    """A path on this site; anything else becomes the home page."""
    parts = urlsplit(target)
    local = not parts.scheme and not parts.netloc and target.startswith("/")
    return target if local and not target.startswith(("//", "/\\")) else "/"


def _person(actor: Actor) -> Person:
    roles = ", ".join(sorted(role.replace("_", " ") for role in actor.roles)).capitalize()
    where = "" if actor.functions is None else f", {', '.join(sorted(actor.functions))}"
    return Person(name=actor.name or actor.id, role=roles + where)


def _notice(request: Request) -> Notice | None:
    text = request.cookies.get(NOTICE_COOKIE, "")
    return Notice(tone="good", text=unquote(text)[:300]) if text else None
