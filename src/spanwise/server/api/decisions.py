"""`POST /v1/decisions/{decision_point}`: the hot path, ahead of all other routes."""

import msgspec
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from spanwise.core.errors import InvalidInput, SpanwiseError
from spanwise.server.authentication import bearer_actor
from spanwise.server.bounds import SECURITY_HEADERS, read_body, with_security_headers
from spanwise.server.problems import problem_response
from spanwise.server.turns import Answer
from spanwise.wire.decisions import decode_request, encode
from spanwise.workflow.decide import Asked

_PATH = "/v1/decisions/"
_HEADERS = [(b"content-type", b"application/json"), *SECURITY_HEADERS]
_REPLAYED = (b"idempotency-replayed", b"true")


class DecisionRoute:
    """Answers requests to decide and passes on all others.

    The way through a framework to its endpoint costs more than half as much as a decision, so
    this one stands in front of it, with the same bounds, headers, sign-in and problem documents.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        decision_point = _decision_point(scope)
        if decision_point is None:
            await self._app(scope, receive, send)
            return
        try:
            answer = await _answer(Request(scope, receive), decision_point)
        except SpanwiseError as error:
            await problem_response(error)(scope, receive, with_security_headers(send))
            return
        body = encode(answer.reply)
        headers = [*_HEADERS, (b"content-length", b"%d" % len(body))]
        if answer.replayed:
            headers.append(_REPLAYED)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _decision_point(scope: Scope) -> str | None:
    """The decision point that a request to decide is for."""
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    path: str = scope["path"]
    name = path.removeprefix(_PATH)
    return None if name == path or not name or "/" in name else name


async def _answer(request: Request, decision_point: str) -> Answer:
    actor = bearer_actor(request)
    body = await read_body(request.scope, request.receive)
    try:
        asked = decode_request(body)
    except msgspec.MsgspecError as error:
        raise InvalidInput(
            f"The request cannot be read: {error}.", 'Send {"entity": "<the case\'s key>"}.'
        ) from error
    key = request.headers.get("idempotency-key")
    answer: Answer = await request.app.state.turns.decide(
        decision_point, Asked(actor=actor, request=asked, key=key)
    )
    return answer
