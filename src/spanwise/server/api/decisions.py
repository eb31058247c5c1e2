"""`POST /v1/decisions/{decision_point}`: the hot path, ahead of the framework."""

import msgspec
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

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


def asked_decision_point(scope: Scope) -> str | None:
    """The decision point that a request to decide names; None for any other request."""
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    path: str = scope["path"]
    name = path.removeprefix(_PATH)
    return None if name == path or not name or "/" in name else name


async def post_decision(decision_point: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Decides one case; answers once the decision is durable.

    Not an endpoint of the framework, whose layers take as long as half a decision; the bounds,
    headers, sign-in and problem documents are those of all other routes.
    """
    try:
        answer = await _decide(decision_point, Request(scope, receive))
    except SpanwiseError as error:
        await problem_response(error)(scope, receive, with_security_headers(send))
        return
    body = encode(answer.reply)
    headers = [*_HEADERS, (b"content-length", b"%d" % len(body))]
    if answer.replayed:
        headers.append(_REPLAYED)
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _decide(decision_point: str, request: Request) -> Answer:
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
