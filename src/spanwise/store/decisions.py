"""Decisions, the resolutions that people gave, and the outcomes that came later."""

from dataclasses import dataclass

from sqlalchemy import bindparam

from spanwise.store import tables
from spanwise.store.database import Store
from spanwise.store.records import Records
from spanwise.store.statements import Statement

_d = tables.decisions.c
_r = tables.resolutions.c
_o = tables.outcomes.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """A row of `decisions`; `record` is the whole record as JSON, the rest finds it again."""

    id: str
    decision_point: str
    function: str
    entity_id: str
    idempotency_key: str | None
    request_sha256: str
    decided_at_ms: int
    release_digest: str | None
    stage: str
    recommendation: str | None
    confidence: float | None
    route: str
    reasons: str
    audit_probability: float
    audit_sampled: bool
    record: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolution:
    """What a person decided: accept, change or decline, and how long it took them."""

    id: str
    task_id: str
    decision_id: str
    decision_point: str
    verb: str
    choice: str | None
    reason_code: str | None
    note: str
    resolved_by: str
    resolved_at_ms: int
    touch_ms: int | None
    blind: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The truth about a case, as it was observed later."""

    id: str
    decision_point: str
    entity_id: str
    label: str
    observed_at_ms: int
    received_at_ms: int
    source: str


decisions = Records(tables.decisions, Decision)
resolutions = Records(tables.resolutions, Resolution)
outcomes = Records(tables.outcomes, Outcome)

_BY_ID = decisions.where(_d.id == bindparam("id"))
_BY_KEY = decisions.where(
    _d.decision_point == bindparam("decision_point"), _d.idempotency_key == bindparam("key")
)
_LATEST = decisions.where(
    _d.decision_point == bindparam("decision_point"), order_by=_d.decided_at_ms.desc(), limit=0
)
_RESOLUTIONS = resolutions.where(_r.decision_id == bindparam("decision_id"), order_by=_r.id)
_OUTCOMES = outcomes.where(
    _o.decision_point == bindparam("decision_point"),
    _o.entity_id == bindparam("entity_id"),
    order_by=_o.received_at_ms,
)


def by_id(store: Store, decision_id: str) -> Decision | None:
    return decisions.first(store, _BY_ID, id=decision_id)


def by_idempotency_key(store: Store, decision_point: str, key: str) -> Decision | None:
    return decisions.first(store, _BY_KEY, decision_point=decision_point, key=key)


def latest(store: Store, decision_point: str, limit: int) -> list[Decision]:
    return decisions.all(store, _LATEST, decision_point=decision_point, limit=limit)


def resolutions_of(store: Store, decision_id: str) -> list[Resolution]:
    return resolutions.all(store, _RESOLUTIONS, decision_id=decision_id)


def outcomes_of(store: Store, decision_point: str, entity_id: str) -> list[Outcome]:
    """Every outcome received for a case, the one that counts last."""
    return outcomes.all(store, _OUTCOMES, decision_point=decision_point, entity_id=entity_id)


# A case may be decided again and its truth corrected: the last received outcome counts.
ADD_OUTCOME = Statement(
    """
    INSERT INTO outcomes
        (id, decision_point, entity_id, label, observed_at_ms, received_at_ms, source)
    VALUES (:id, :decision_point, :entity_id, :label, :observed_at_ms, :received_at_ms, :source)
    ON CONFLICT (decision_point, entity_id, observed_at_ms, label) DO NOTHING
    """
)
