"""What automatic cases turned out to be, in the order in which that became known; and alarms."""

from dataclasses import dataclass

from spanwise.store.database import Store
from spanwise.store.measurements import first_id
from spanwise.store.standing import Alarm
from spanwise.store.statements import Statement
from spanwise.store.unit import UnitOfWork

MAX_EVIDENCE = 50_000
# Ids and times of receipt are made one after the other.
_SLACK_MS = 60_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """One automatic case, when its truth became known, by `audit` or `outcome`, and if it erred."""

    known_at_ms: int
    source: str
    wrong: bool


# An audit is known when it is answered; an outcome once it is there and has matured, as the
# quickest outcomes are those of the easy cases. A case counts once, by what was known first.
_EVIDENCE = Statement(
    """
    WITH answered AS MATERIALIZED (
        SELECT r.resolved_at_ms AS known_at_ms, d.id AS id, 'audit' AS source,
               CASE WHEN r.choice = d.recommendation THEN 0 ELSE 1 END AS wrong
        FROM resolutions r
        JOIN tasks t ON t.id = r.task_id
        JOIN decisions d ON d.id = r.decision_id
        WHERE r.decision_point = :decision_point
          AND r.resolved_at_ms > :since_ms AND r.resolved_at_ms <= :until_ms
          AND t.kind = 'audit' AND r.choice IS NOT NULL
          AND d.route = 'automatic' AND d.decided_at_ms >= :started_ms
          AND NOT EXISTS (
              SELECT 1 FROM outcomes o
              WHERE o.decision_point = d.decision_point AND o.entity_id = d.entity_id
                AND o.received_at_ms < r.resolved_at_ms
                AND d.decided_at_ms + :matures_ms < r.resolved_at_ms
          )
    ),
    matured AS MATERIALIZED (
        SELECT d.decided_at_ms + :matures_ms AS known_at_ms, d.id, d.entity_id, d.recommendation
        FROM decisions d
        WHERE d.decision_point = :decision_point AND d.route = 'automatic'
          AND d.decided_at_ms >= :started_ms
          AND d.decided_at_ms > :since_ms - :matures_ms
          AND d.decided_at_ms <= :until_ms - :matures_ms
          AND EXISTS (
              SELECT 1 FROM outcomes o
              WHERE o.decision_point = d.decision_point AND o.entity_id = d.entity_id
                AND o.received_at_ms <= d.decided_at_ms + :matures_ms
          )
        UNION
        SELECT o.received_at_ms, d.id, d.entity_id, d.recommendation
        FROM outcomes o
        JOIN decisions d ON d.decision_point = o.decision_point AND d.entity_id = o.entity_id
        WHERE o.id >= :since_id AND o.decision_point = :decision_point
          AND o.received_at_ms > :since_ms AND o.received_at_ms <= :until_ms
          AND d.route = 'automatic' AND d.decided_at_ms >= :started_ms
          AND o.received_at_ms > d.decided_at_ms + :matures_ms
          AND NOT EXISTS (
              SELECT 1 FROM outcomes e
              WHERE e.decision_point = o.decision_point AND e.entity_id = o.entity_id
                AND e.received_at_ms < o.received_at_ms
          )
    ),
    everything AS (
        SELECT known_at_ms, id, source, wrong FROM answered
        UNION ALL
        SELECT m.known_at_ms, m.id, 'outcome', CASE WHEN m.recommendation = (
                   SELECT o.label FROM outcomes o
                   WHERE o.decision_point = :decision_point AND o.entity_id = m.entity_id
                   ORDER BY o.received_at_ms DESC, o.id DESC LIMIT 1
               ) THEN 0 ELSE 1 END
        FROM matured m
        WHERE NOT EXISTS (
            SELECT 1 FROM resolutions r JOIN tasks t ON t.id = r.task_id
            WHERE r.decision_id = m.id AND t.kind = 'audit' AND r.choice IS NOT NULL
              AND r.resolved_at_ms <= m.known_at_ms
        )
    )
    SELECT known_at_ms, source, wrong FROM everything
    ORDER BY known_at_ms DESC, id DESC
    LIMIT :limit
    """
)
_CERTIFIED_AT = Statement(
    """
    SELECT max(issued_at_ms) FROM certificates
    WHERE decision_point = :decision_point AND threshold IS NOT NULL
    """
)
_CLEARED_AT = Statement(
    """
    SELECT max(cleared_at_ms) FROM alarms WHERE decision_point = :decision_point AND kind = :kind
    """
)
_RAISE_ONCE = Statement(
    """
    INSERT INTO alarms (id, decision_point, kind, detail, raised_at_ms)
    SELECT :id, :decision_point, :kind, :detail, :raised_at_ms
    WHERE NOT EXISTS (
        SELECT 1 FROM alarms
        WHERE decision_point = :decision_point AND kind = :kind AND cleared_at_ms IS NULL
    )
    """,
    governs=True,
)


def evidence(
    store: Store,
    decision_point: str,
    *,
    started_ms: int,
    since_ms: int,
    until_ms: int,
    matures_ms: int,
) -> list[Evidence]:
    """What became known after `since_ms` and up to `until_ms`, in that order.

    Args:
        started_ms: leaves out cases that were decided before.

    Returns:
        The newest MAX_EVIDENCE of it.
    """
    rows = store.rows(
        _EVIDENCE,
        decision_point=decision_point,
        started_ms=started_ms,
        since_ms=since_ms,
        until_ms=until_ms,
        matures_ms=matures_ms,
        since_id=first_id("out", max(0, since_ms - _SLACK_MS)),
        limit=MAX_EVIDENCE,
    )
    return [Evidence(int(row[0]), row[1], bool(row[2])) for row in reversed(rows)]


def certified_at_ms(store: Store, decision_point: str) -> int | None:
    """When the newest certificate of any release was issued; None before the first."""
    row = store.row(_CERTIFIED_AT, decision_point=decision_point)
    return int(row[0]) if row and row[0] is not None else None


def cleared_at_ms(store: Store, decision_point: str, kind: str) -> int:
    """When the last alarm of a kind was cleared; 0 if none was."""
    row = store.row(_CLEARED_AT, decision_point=decision_point, kind=kind)
    return int(row[0]) if row and row[0] is not None else 0


def raise_alarm(unit: UnitOfWork, alarm: Alarm) -> None:
    """Adds an alarm; a conflict if one of its kind is open already."""
    unit.write(
        _RAISE_ONCE,
        expect=1,
        id=alarm.id,
        decision_point=alarm.decision_point,
        kind=alarm.kind,
        detail=alarm.detail,
        raised_at_ms=alarm.raised_at_ms,
    )
