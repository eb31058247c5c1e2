"""What readiness counts, and the guarded insert by which stages move."""

from dataclasses import dataclass

from sqlalchemy import bindparam

from spanwise.store import tables
from spanwise.store.audit import AuditEntry
from spanwise.store.database import Store
from spanwise.store.records import Records
from spanwise.store.standing import Alarm, StageMove, alarms
from spanwise.store.statements import Statement
from spanwise.store.unit import UnitOfWork

_MAX_CASES = 20_000
_MAX_KEYS = 20_000
_MAX_ENTRIES = 2_000


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases of a decision point, each counted once, by its newest decision.

    Attributes:
        n: cases.
        labelled: those with an outcome.
        judged: labelled ones for which there was a recommendation.
        right: judged ones whose recommendation was the outcome.
        first_at_ms: the earliest decision among them; None without cases.
    """

    n: int
    labelled: int
    judged: int
    right: int
    first_at_ms: int | None


_e = tables.audit_entries.c
_entries = Records(tables.audit_entries, AuditEntry)

_KEYS_FOUND = Statement(
    """
    SELECT count(*), count(o.row_key)
    FROM (
        SELECT row_key FROM product_rows WHERE product = :product
        ORDER BY as_of_ms DESC, row_key LIMIT :limit
    ) k
    LEFT JOIN product_rows o ON o.product = :other AND o.row_key = k.row_key
    """
)
# The outcome that counts for a case is the last one received.
_CASES = Statement(
    """
    SELECT
        count(*),
        count(o.id),
        count(CASE WHEN d.recommendation IS NOT NULL THEN o.id END),
        count(CASE WHEN d.recommendation = o.label THEN o.id END),
        min(d.decided_at_ms)
    FROM (
        SELECT
            entity_id, recommendation, decided_at_ms,
            row_number() OVER (PARTITION BY entity_id ORDER BY id DESC) AS place
        FROM (
            SELECT id, entity_id, recommendation, decided_at_ms
            FROM decisions
            WHERE decision_point = :decision_point
              AND decided_at_ms BETWEEN :since_ms AND :until_ms
              AND (CAST(:release_digest AS TEXT) IS NULL OR release_digest = :release_digest)
            ORDER BY decided_at_ms DESC
            LIMIT :limit
        ) newest
    ) d
    LEFT JOIN outcomes o ON o.id = (
        SELECT max(l.id) FROM outcomes l
        WHERE l.decision_point = :decision_point AND l.entity_id = d.entity_id
    )
    WHERE d.place = 1
    """
)
_ESCALATED_TASKS = Statement(
    """
    SELECT a.id, a.at_ms, a.actor, a.action, a.subject, a.body
    FROM tasks t JOIN audit_entries a ON a.subject = t.id
    WHERE t.function = :function
      AND t.escalation_level > 0
      AND a.at_ms >= :since_ms
      AND a.action IN ('task.escalated', 'task.claimed', 'task.resolved')
    ORDER BY a.id DESC
    LIMIT :limit
    """
)
_ENTRIES_ABOUT = _entries.where(
    _e.subject == bindparam("subject"),
    _e.at_ms >= bindparam("since_ms"),
    order_by=_e.id.desc(),
    limit=0,
)
_ALARM = alarms.where(tables.alarms.c.id == bindparam("alarm_id"))
# Whoever decided on a move has seen a number of earlier ones: another one meanwhile, or an alarm
# in the way of a promotion, leaves nothing to insert, and the commit is a conflict.
_ADD_MOVE = Statement(
    """
    INSERT INTO stage_moves (id, decision_point, stage, kind, reason, moved_at_ms, moved_by)
    SELECT :id, :decision_point, :stage, :kind, :reason, :moved_at_ms, :moved_by
    WHERE :seen = (SELECT count(*) FROM stage_moves WHERE decision_point = :decision_point)
      AND (:kind <> 'earned' OR NOT EXISTS (
          SELECT 1 FROM alarms
          WHERE decision_point = :decision_point AND cleared_at_ms IS NULL
      ))
    """,
    governs=True,
)


def count_keys_found(store: Store, product: str, other: str) -> tuple[int, int]:
    """Keys of a product, the newest rows first, and those of them that the other product has."""
    row = store.row(_KEYS_FOUND, product=product, other=other, limit=_MAX_KEYS) or (0, 0)
    return int(row[0]), int(row[1])


def count_cases(
    store: Store,
    decision_point: str,
    *,
    since_ms: int,
    until_ms: int,
    release_digest: str | None = None,
) -> Cases:
    """Cases decided in a time, the newest 20,000 decisions; with a release, by it only."""
    row = store.row(
        _CASES,
        decision_point=decision_point,
        since_ms=since_ms,
        until_ms=until_ms,
        release_digest=release_digest,
        limit=_MAX_CASES,
    )
    return Cases(*row) if row else Cases(0, 0, 0, 0, None)


def escalated_tasks(store: Store, function: str, *, since_ms: int) -> list[AuditEntry]:
    """What happened to a function's escalated tasks, the newest first."""
    return _entries.all(
        store, _ESCALATED_TASKS, function=function, since_ms=since_ms, limit=_MAX_ENTRIES
    )


def entries_about(store: Store, subject: str, *, since_ms: int) -> list[AuditEntry]:
    """Audit entries about a subject, the newest first."""
    return _entries.all(
        store, _ENTRIES_ABOUT, subject=subject, since_ms=since_ms, limit=_MAX_ENTRIES
    )


def alarm_by_id(store: Store, alarm_id: str) -> Alarm | None:
    return alarms.first(store, _ALARM, alarm_id=alarm_id)


def add_move(unit: UnitOfWork, move: StageMove, *, seen: int) -> None:
    """Adds a move to a history of `seen` moves.

    The commit is a conflict if the history has grown, or if a promotion meets an open alarm.
    """
    unit.write(
        _ADD_MOVE,
        expect=1,
        id=move.id,
        decision_point=move.decision_point,
        stage=move.stage,
        kind=move.kind,
        reason=move.reason,
        moved_at_ms=move.moved_at_ms,
        moved_by=move.moved_by,
        seen=seen,
    )
