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
      AND o.id = (
          SELECT max(l.id) FROM outcomes l
          WHERE l.decision_point = d.decision_point AND l.entity_id = d.entity_id
      )
    ORDER BY d.id
    """
)


def scored(
    store: Store, decision_point: str, release_digest: str
) -> tuple[list[float], list[bool]]:
    """Confidence of each recommendation of a release whose truth is known, and whether it was
    right; in the order of deciding."""
    rows = store.rows(_SCORED, decision_point=decision_point, release_digest=release_digest)
    return [float(row[0]) for row in rows], [bool(row[1]) for row in rows]
