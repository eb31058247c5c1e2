"""Recommendations beside the truth: what certificates, monitors and scorecards are made from."""

from spanwise.store.database import Store
from spanwise.store.statements import Statement

# The outcome that counts for a case is the last one received.
_SCORED = Statement(
    """
    SELECT d.confidence, CASE WHEN d.recommendation = o.label THEN 1 ELSE 0 END
    FROM decisions d
    JOIN outcomes o ON o.decision_point = d.decision_point AND o.entity_id = d.entity_id
    WHERE d.decision_point = :decision_point
      AND d.release_digest = :release_digest
      AND d.confidence IS NOT NULL
      AND d.recommendation IS NOT NULL
      AND d.decided_at_ms <= :decided_before_ms
      AND o.id = (
          SELECT max(l.id) FROM outcomes l
          WHERE l.decision_point = d.decision_point AND l.entity_id = d.entity_id
      )
    ORDER BY d.id
    """
)


def scored(
    store: Store, decision_point: str, release_digest: str, *, decided_before_ms: int
) -> tuple[list[float], list[bool]]:
    """Confidence of each recommendation of a release whose truth is known, and whether it was
    right; in the order of deciding.

    Args:
        decided_before_ms: leaves out later cases. Whoever takes the newest cases takes only the
            quickly settled ones of them, which are the easier ones.
    """
    rows = store.rows(
        _SCORED,
        decision_point=decision_point,
        release_digest=release_digest,
        decided_before_ms=decided_before_ms,
    )
    return [float(row[0]) for row in rows], [bool(row[1]) for row in rows]
