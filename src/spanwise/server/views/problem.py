"""The page of an error: what is wrong, why, and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ProblemPage:
    """The same three things as the API's problem document.

    Attributes:
        status: the HTTP status.
        code: the stable error code.
        title: the kind of problem in a few words.
        message: what is wrong, in one sentence.
        fix: what to do; empty when nothing helps.
        request_id: what to quote to whoever runs the server.
    """

    status: int
    code: str
    title: str
    message: str
    fix: str = ""
    request_id: str | None = None
