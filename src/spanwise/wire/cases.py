"""Bodies of the API around decisions: outcomes, rows, answers to tasks."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

ShortText = Annotated[str, Meta(min_length=1, max_length=200)]


class ObservedOutcome(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What turned out to be right for one case; `observed_at` is RFC 3339 with an offset."""

    entity: ShortText
    label: ShortText
    observed_at: str


class TaskAnswer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person says to a task; `version` is that of the task they saw."""

    version: int
    choice: Annotated[str, Meta(max_length=200)] | None = None
    reason_code: (
        Literal[
            "wrong_option", "missing_information", "policy_exception", "duplicate_case", "other"
        ]
        | None
    ) = None
    note: Annotated[str, Meta(max_length=2_000)] = ""
    touch_ms: Annotated[int, Meta(ge=0, le=86_400_000)] | None = None
