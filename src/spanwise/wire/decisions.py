"""A request to decide, the reply, and the record that both rest on."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

EntityId = Annotated[str, Meta(min_length=1, max_length=200, description="The case's key.")]
RouteName = Literal["automatic", "review", "withheld"]


class DecisionRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One case to decide. Its data is read from the data products by this key."""

    entity: EntityId


class DecisionReply(Struct, frozen=True, kw_only=True):
    """What the caller may act on, once the decision is durable.

    `recommendation`, `action` and `confidence` are null where the route is `withheld`. Act on
    them alone only where the route is `automatic`; otherwise a person decides, by the `task`.
    """

    decision: str
    decision_point: str
    entity: str
    route: RouteName
    reasons: list[str]
    recommendation: str | None
    action: str | None
    confidence: float | None
    task: str | None
    release: str | None
    decided_at: str


class ContextPart(Struct, frozen=True, kw_only=True):
    """What one data product contributed, and how old it was.

    Attributes:
        state: fresh, stale, or missing (there is no row).
        contract: ok, broken or unknown.
        withheld: fields that the AI was not granted; their values were never read out.
    """

    product: str
    key: str
    state: str
    contract: Literal["ok", "broken", "unknown"]
    as_of: str | None
    age_ms: int | None
    batch: str | None
    fields: dict[str, str | int | float | bool | None]
    withheld: list[str] = []


class DecisionRecord(Struct, frozen=True, kw_only=True):
    """Everything about one decision as it was taken; never changed afterwards.

    Attributes:
        score: the engine's own confidence, before calibration.
        threshold: the certified threshold that was in force, with its `certificate`.
        audit_probability: the chance with which this case was to be drawn for a blind audit,
            logged before the outcome; likewise `holdout_probability`.
        compute_us: microseconds spent on the recommendation.
    """

    decision: str
    decision_point: str
    function: str
    entity: str
    requested_by: str
    decided_at: str
    stage: str
    release: str | None
    context: list[ContextPart]
    recommendation: str | None
    score: float | None
    confidence: float | None
    certificate: str | None
    threshold: float | None
    route: RouteName
    reasons: list[str]
    flags: list[str]
    failure: str | None
    audit_probability: float
    holdout_probability: float
    compute_us: int
    task: str | None
    action: str | None


decode_request = msgspec.json.Decoder(DecisionRequest).decode
decode_record = msgspec.json.Decoder(DecisionRecord).decode
encode = msgspec.json.Encoder().encode
