"""Bounds on what comes in, and the headers on what goes out, for every request alike."""

import time
from collections import OrderedDict
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spanwise.core.errors import InvalidInput, TooLarge
from spanwise.server.problems import problem_response

MAX_BODY = 1_048_576
MAX_UPLOAD = 64 * 1_048_576
_UPLOADS = ("/v1/products/",)
_MAX_CALLERS = 10_000

SECURITY_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; "
        b"object-src 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]


class Bounds:
    """Refuses bodies over the bound, declared or not, and adds the security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        bound = MAX_UPLOAD if scope["path"].startswith(_UPLOADS) else MAX_BODY
        declared = _content_length(scope)
        if declared is not None and declared > bound:
            await problem_response(_too_large(bound))(scope, receive, with_security_headers(send))
            return
        await self._app(scope, _counted(receive, bound), with_security_headers(send))


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """The whole body, for what does not go through `Bounds`.

    Raises:
        TooLarge: it is over the bound, declared or not.
        InvalidInput: the caller went away before its end.
    """
    declared = _content_length(scope)
    if declared is not None and declared > MAX_BODY:
        raise _too_large(MAX_BODY)
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InvalidInput("The body ends early.", "Send all of it.")
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise _too_large(MAX_BODY)
        if not message.get("more_body", False):
            return bytes(body)


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_s: float


class RateLimit:
    """A token bucket for each caller, bounded in number; the longest idle is forgotten first."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def allow(self, caller: str) -> bool:
        """Whether one more request of this caller is within its rate."""
        now_s = time.monotonic()
        bucket = self._buckets.get(caller)
        if bucket is None:
            if len(self._buckets) >= _MAX_CALLERS:
                self._buckets.popitem(last=False)
            bucket = self._buckets[caller] = _Bucket(self._burst, now_s)
        else:
            self._buckets.move_to_end(caller)
        gained = (now_s - bucket.at_s) * self._per_second
        bucket.tokens, bucket.at_s = min(self._burst, bucket.tokens + gained), now_s
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True


def _content_length(scope: Scope) -> int | None:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return None


def _counted(receive: Receive, bound: int) -> Receive:
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > bound:
            raise _too_large(bound)
        return message

    return counted


def with_security_headers(send: Send) -> Send:
    """Adds the security headers to the response that is sent."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *SECURITY_HEADERS]
        await send(message)

    return sending


def _too_large(bound: int) -> TooLarge:
    return TooLarge(
        f"The body is larger than {bound} bytes.", "Send it in parts, or ingest it as a file."
    )
