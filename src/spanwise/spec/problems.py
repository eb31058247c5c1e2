"""What is wrong with a workspace: where, what, and what to do about it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_MAX_LENGTH = 500


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Problem:
    """One mistake in one place.

    Attributes:
        file: path of the file, relative to the workspace.
        line: from 1; 0 when the problem is with the file or the folder as a whole.
        column: from 1; 0 like `line`.
        code: stable, machine-readable.
        message: what is wrong.
        fix: what the author can do about it.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    fix: str

    def __post_init__(self) -> None:
        # Both may quote the file, and whoever shows them may be a terminal.
        object.__setattr__(self, "message", _shown(self.message))
        object.__setattr__(self, "fix", _shown(self.fix))

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message} {self.fix}".rstrip()


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A fix for a name that does not exist: the nearest one, else the ones that do."""
    return _nearest(wrong[:100], tuple(sorted(set(known))))


# One wrong name is often used in a thousand places.
@lru_cache(maxsize=1_000)
def _nearest(wrong: str, names: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    if not names:
        return "There is none yet: add one."
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return f"Known: {shown}."


def _shown(text: str) -> str:
    """Printable and short, whatever was quoted in it."""
    short = text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"
    return short if short.isprintable() else "".join(c if c.isprintable() else "�" for c in short)
