"""The sign-in page."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInPage:
    """Name and password.

    Attributes:
        problem: why the last attempt failed; never says which of the two was wrong.
        next_path: where to go afterwards, a path of this site.
    """

    login: str = ""
    problem: str | None = None
    next_path: str = "/"
