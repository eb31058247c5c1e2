"""What surrounds every page: who is signed in, which workspace, and what was just done."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Who is signed in.

    Attributes:
        role: what they are here, in words, such as `Reviewer, finance`.
    """

    name: str
    role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """What the last form did, or why it did not.

    Attributes:
        tone: `good`, `warn` or `bad`.
        fix: what to do about it; empty when nothing is needed.
    """

    tone: str
    text: str
    fix: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shell:
    """The frame of a page.

    Attributes:
        workspace: its name.
        now_ms: what "ago" counts from.
        path: the address of this page; the theme form comes back here.
        csrf_token: goes into every form.
        person: None when nobody is signed in: then there is no navigation.
        simulated: whether the workspace holds made-up data; said on every page.
        theme: `auto`, `light` or `dark`.
        inbox_count: live tasks for this person; None when not known.
        live_url: answers `{"count": …}`; None turns refreshing off.
        json_url: the same page as JSON, when the API has it.
    """

    workspace: str
    now_ms: int
    path: str
    csrf_token: str
    person: Person | None = None
    simulated: bool = False
    theme: str = "auto"
    inbox_count: int | None = None
    live_url: str | None = None
    json_url: str | None = None
    notice: Notice | None = None
