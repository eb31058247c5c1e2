"""Errors as RFC 9457 problem details; one mapping for every route."""

import msgspec
from starlette.responses import Response

from spanwise.core.errors import SpanwiseError

MEDIA_TYPE = "application/problem+json"
_RETRY_AFTER_S = {429: "1", 503: "1"}


def problem_body(error: SpanwiseError) -> dict[str, object]:
    """The problem document: `code` is stable, `detail` says what, `fix` says what to do."""
    return {
        "type": f"urn:spanwise:problem:{error.code}",
        "title": error.code.replace("_", " "),
        "status": error.status,
        "code": error.code,
        "detail": error.message,
        "fix": error.fix,
    }


def problem_response(error: SpanwiseError) -> Response:
    headers = {}
    if error.status in _RETRY_AFTER_S:
        headers["Retry-After"] = _RETRY_AFTER_S[error.status]
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        msgspec.json.encode(problem_body(error)),
        status_code=error.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )
