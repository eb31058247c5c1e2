"""What a decision point earned and lost: stage moves, certificates, alarms; and evidence."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select, update

from spanwise.store import tables
from spanwise.store.database import Store
from spanwise.store.records import Records
from spanwise.store.statements import Statement
from spanwise.store.unit import UnitOfWork

_s = tables.stage_moves.c
_c = tables.certificates.c
_a = tables.alarms.c
_e = tables.evidence.c
_b = tables.baselines.c
_x = tables.acceptances.c


@dataclass(frozen=True, kw_only=True, slots=True)
class StageMove:
    """One promotion, demotion, suspension or resumption."""

    id: str
    decision_point: str
    stage: str
    kind: str
    reason: str
    moved_at_ms: int
    moved_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """An attempt to certify a release; `threshold` is None where it could not be certified."""

    id: str
    decision_point: str
    release_digest: str
    threshold: float | None
    content: str
    issued_at_ms: int
    expires_at_ms: int
    revoked_at_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """Something that demotes by itself until somebody clears it."""

    id: str
    decision_point: str
    kind: str
    detail: str
    raised_at_ms: int
    cleared_at_ms: int | None = None
    cleared_by: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What one probe of one readiness criterion found, and until when that counts."""

    id: str
    function: str
    criterion: str
    probe: str
    state: str
    content: str
    observed_at_ms: int
    expires_at_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """A metric before the AI; `kind` says whether it was measured or only stated."""

    id: str
    decision_point: str
    metric: str
    kind: str
    estimate: str
    source: str
    recorded_at_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Acceptance:
    """An owner or deputy accepted to be accountable for a function's outputs."""

    id: str
    function: str
    account_id: str
    capacity: str
    accepted_at_ms: int


stage_moves = Records(tables.stage_moves, StageMove, governs=True)
certificates = Records(tables.certificates, Certificate, governs=True)
alarms = Records(tables.alarms, Alarm, governs=True)
evidence = Records(tables.evidence, Evidence)
baselines = Records(tables.baselines, Baseline)
acceptances = Records(tables.acceptances, Acceptance)

_MOVES = stage_moves.where(_s.decision_point == bindparam("decision_point"), order_by=_s.id)
_CERTIFICATES = certificates.where(
    _c.decision_point == bindparam("decision_point"),
    _c.release_digest == bindparam("release_digest"),
    order_by=_c.id.desc(),
)
_COUNT_CERTIFICATES = Statement(
    select(func.count())
    .select_from(tables.certificates)
    .where(_c.decision_point == bindparam("decision_point"))
)
_OPEN_ALARMS = alarms.where(
    _a.decision_point == bindparam("decision_point"), _a.cleared_at_ms.is_(None), order_by=_a.id
)
_CLEAR_ALARM = Statement(
    update(tables.alarms)
    .where(_a.id == bindparam("alarm_id"), _a.cleared_at_ms.is_(None))
    .values(cleared_at_ms=bindparam("now_ms"), cleared_by=bindparam("cleared_by")),
    governs=True,
)
_REVOKE = Statement(
    update(tables.certificates)
    .where(_c.id == bindparam("certificate_id"), _c.revoked_at_ms.is_(None))
    .values(revoked_at_ms=bindparam("now_ms")),
    governs=True,
)
_EVIDENCE = evidence.where(_e.function == bindparam("function"), order_by=_e.id.desc(), limit=0)
_BASELINES = baselines.where(
    _b.decision_point == bindparam("decision_point"), order_by=_b.id.desc()
)
_ACCEPTANCES = acceptances.where(_x.function == bindparam("function"), order_by=_x.id)


def moves_of(store: Store, decision_point: str) -> list[StageMove]:
    """The history of a decision point's stages, oldest first."""
    return stage_moves.all(store, _MOVES, decision_point=decision_point)


def certificates_of(store: Store, decision_point: str, release_digest: str) -> list[Certificate]:
    """Every attempt for one release, the newest first."""
    return certificates.all(
        store, _CERTIFICATES, decision_point=decision_point, release_digest=release_digest
    )


def count_certificates(store: Store, decision_point: str) -> int:
    """How many attempts to certify there were, of any release."""
    row = store.row(_COUNT_CERTIFICATES, decision_point=decision_point)
    return int(row[0]) if row else 0


def open_alarms(store: Store, decision_point: str) -> list[Alarm]:
    return alarms.all(store, _OPEN_ALARMS, decision_point=decision_point)


def clear_alarm(unit: UnitOfWork, alarm_id: str, *, now_ms: int, cleared_by: str) -> None:
    """Clears an alarm; a conflict if somebody has cleared it already."""
    unit.write(_CLEAR_ALARM, expect=1, alarm_id=alarm_id, now_ms=now_ms, cleared_by=cleared_by)


def revoke_certificate(unit: UnitOfWork, certificate_id: str, *, now_ms: int) -> None:
    unit.write(_REVOKE, certificate_id=certificate_id, now_ms=now_ms)


def evidence_of(store: Store, function: str, limit: int = 500) -> list[Evidence]:
    """What probes found, the newest first."""
    return evidence.all(store, _EVIDENCE, function=function, limit=limit)


def baselines_of(store: Store, decision_point: str) -> list[Baseline]:
    """Baselines, the newest first."""
    return baselines.all(store, _BASELINES, decision_point=decision_point)


def acceptances_of(store: Store, function: str) -> list[Acceptance]:
    return acceptances.all(store, _ACCEPTANCES, function=function)
