"""Who asks: a service by its bearer token, a person by their session cookie."""

from starlette.requests import Request

from spanwise.core.actor import Actor
from spanwise.core.errors import RateLimited, Unauthenticated
from spanwise.identity.sessions import Session

SESSION_COOKIE = "spanwise_session"
_BEARER = "Bearer "


def bearer_actor(request: Request) -> Actor:
    """The service that the request's token belongs to.

    Raises:
        Unauthenticated: there is no token, or it is not valid.
        RateLimited: this token asks too often.
    """
    header = request.headers.get("authorization", "")
    if not header.startswith(_BEARER):
        raise Unauthenticated(
            "The request carries no token.", "Send the header: Authorization: Bearer spw_…"
        )
    actor: Actor = request.app.state.platform.tokens.actor_for_token(header[len(_BEARER) :])
    limit_rate(request, actor.id)
    return actor


def session_of(request: Request) -> Session:
    """The session that the request's cookie belongs to.

    Raises:
        Unauthenticated: nobody is signed in.
        RateLimited: this person asks too often.
    """
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        raise Unauthenticated("Nobody is signed in.", "Sign in.")
    session: Session = request.app.state.platform.sessions.session(token)
    limit_rate(request, session.actor.id)
    return session


def api_actor(request: Request) -> Actor:
    """Whoever may use the API: a service, or a signed-in person who only reads.

    A browser sends its cookie by itself, so a write by cookie would need a CSRF token; the API
    has none, and takes writes from tokens only.
    """
    if "authorization" in request.headers or request.method not in {"GET", "HEAD"}:
        return bearer_actor(request)
    return session_of(request).actor


def limit_rate(request: Request, caller: str) -> None:
    """Raises RateLimited when the caller is over its rate."""
    if not request.app.state.rate_limit.allow(caller):
        raise RateLimited("Too many requests.", "Slow down, and try again in a second.")
