"""One error base: a stable code, what is wrong, and the next action.

The API, the terminal and the pages all show these three, so a message says
what the reader can do rather than what the code was doing.
"""


class SpanwiseError(Exception):
    """Anything that Spanwise refuses or fails to do.

    Attributes:
        code: stable, machine-readable, never reused for another meaning.
        status: the HTTP status of the matching problem document (RFC 9457).
        message: what is wrong, in one sentence.
        fix: what the reader can do about it; empty when nothing helps.
    """

    code = "internal_error"
    status = 500

    def __init__(self, message: str, fix: str = "", *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()


class InvalidInput(SpanwiseError):
    """The request, row or file breaks its schema."""

    code = "invalid_input"
    status = 422


class Unauthenticated(SpanwiseError):
    """Nobody is signed in, or the credential is not valid."""

    code = "unauthenticated"
    status = 401


class Forbidden(SpanwiseError):
    """The caller is known and may not do this."""

    code = "forbidden"
    status = 403


class NotFound(SpanwiseError):
    """There is no such thing, or the caller may not know that there is."""

    code = "not_found"
    status = 404


class Conflict(SpanwiseError):
    """The thing changed, is in another state, or exists already."""

    code = "conflict"
    status = 409


class TooLarge(SpanwiseError):
    """The body, line or batch is over its bound."""

    code = "too_large"
    status = 413


class RateLimited(SpanwiseError):
    """Too many requests from this caller."""

    code = "rate_limited"
    status = 429


class Unavailable(SpanwiseError):
    """Something that is needed does not answer; the same call may work later."""

    code = "unavailable"
    status = 503


class MissingExtra(SpanwiseError):
    """An optional dependency is not installed."""

    code = "missing_extra"
    status = 501

    def __init__(self, extra: str, needed_for: str) -> None:
        super().__init__(
            f"{needed_for} needs the extra '{extra}'.",
            f"Install it with: pip install 'spanwise[{extra}]'",
        )
