"""Cases counted by day in the database: what scorecards and monitors are computed from.

A day is a UTC day since the epoch, and a case belongs to the day of its decision. The outcome
that counts for a case is the last one received; the resolution that counts, the last one.
"""

from dataclasses import dataclass

from spanwise.core.clock import DAY_MS, MINUTE_MS, FixedClock
from spanwise.core.ids import Ids
from spanwise.store.database import Store
from spanwise.store.statements import Statement

# Longer than this is a page that was left open, and one such page would outweigh a month.
MAX_TOUCH_MS = 240 * MINUTE_MS
# Ids carry the time at which they were made, which is not quite that of their commit.
_SLACK_MS = 2 * MINUTE_MS


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """Cases of one day that went the same way.

    Attributes:
        part: `automatic`, `reviewed`, `withheld`, `holdout` (withheld at random) or `shadow`.
        result: `right` or `wrong` as the outcome judged the final choice, `no_outcome`,
            `declined`, or `undecided` where there is no final choice.
        wrong_choice: what was wrongly chosen.
        outcomes: cases whose outcome is known, whatever their result.
        judged, model_right: cases whose recommendation can be compared, and agrees, with it.
        timed: cases for which people's time is known; an automatic case takes none.
        touch_ms, touch_ms2: the sum of that time, and of its squares.
        least_audited: the smallest chance of a blind audit that any of them had.
    """

    day: int
    part: str
    result: str
    wrong_choice: str | None
    cases: int
    outcomes: int
    judged: int
    model_right: int
    timed: int
    touch_ms: float
    touch_ms2: float
    least_audited: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """A blind answer to an automatic case, and the chance that the case had of being asked."""

    day: int
    probability: float
    wrong: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """What one person did with the recommendations that they saw."""

    day: int
    person: str
    eligible: int
    used: int


_TALLIES = Statement(
    """
    WITH found AS MATERIALIZED (
        SELECT
            d.decided_at_ms / :day_ms AS day,
            CASE
                WHEN d.stage = 'shadow' THEN 'shadow'
                WHEN d.route = 'automatic' THEN 'automatic'
                WHEN d.route = 'review' THEN 'reviewed'
                WHEN d.reasons = 'holdout' THEN 'holdout'
                ELSE 'withheld'
            END AS part,
            d.recommendation AS recommendation,
            d.audit_probability AS audit_probability,
            CASE
                WHEN d.route = 'automatic' THEN d.recommendation
                ELSE (
                    SELECT coalesce(r.choice, '')
                    FROM resolutions r JOIN tasks t ON t.id = r.task_id
                    WHERE r.decision_id = d.id AND t.kind = 'review'
                    ORDER BY r.resolved_at_ms DESC, r.id DESC LIMIT 1
                )
            END AS final,
            CASE
                WHEN d.route = 'automatic' AND NOT d.audit_sampled THEN 0
                ELSE (
                    SELECT CASE WHEN count(r.touch_ms) = count(*) THEN sum(
                        CASE WHEN r.touch_ms > :max_touch_ms THEN :max_touch_ms
                             ELSE r.touch_ms END
                    ) END
                    FROM resolutions r WHERE r.decision_id = d.id
                )
            END AS touch_ms,
            (
                SELECT o.label FROM outcomes o
                WHERE o.decision_point = d.decision_point AND o.entity_id = d.entity_id
                ORDER BY o.received_at_ms DESC, o.id DESC LIMIT 1
            ) AS label
        FROM decisions d
        WHERE d.decision_point = :decision_point
          AND d.decided_at_ms >= :from_ms AND d.decided_at_ms < :to_ms
    )
    SELECT
        day,
        part,
        CASE
            WHEN final IS NULL THEN 'undecided'
            WHEN final = '' THEN 'declined'
            WHEN label IS NULL THEN 'no_outcome'
            WHEN final = label THEN 'right'
            ELSE 'wrong'
        END AS result,
        CASE WHEN final <> '' AND final <> label THEN final END AS wrong_choice,
        count(*),
        count(label),
        count(CASE WHEN recommendation IS NOT NULL THEN label END),
        count(CASE WHEN recommendation = label THEN 1 END),
        count(touch_ms),
        coalesce(sum(touch_ms), 0),
        coalesce(sum(CAST(touch_ms AS DOUBLE PRECISION) * touch_ms), 0),
        min(audit_probability)
    FROM found
    GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 3, 4
    """
)
_AUDITS = Statement(
    """
    SELECT d.decided_at_ms / :day_ms, d.audit_probability,
           CASE WHEN r.choice = d.recommendation THEN 0 ELSE 1 END
    FROM decisions d
    JOIN resolutions r ON r.decision_id = d.id
    JOIN tasks t ON t.id = r.task_id
    WHERE d.decision_point = :decision_point
      AND d.decided_at_ms >= :from_ms AND d.decided_at_ms < :to_ms
      AND d.stage <> 'shadow' AND d.route = 'automatic' AND d.audit_sampled
      AND t.kind = 'audit' AND r.choice IS NOT NULL
    ORDER BY d.decided_at_ms, d.id, r.resolved_at_ms, r.id
    """
)
_USES = Statement(
    """
    SELECT d.decided_at_ms / :day_ms, r.resolved_by, count(*),
           count(CASE WHEN r.verb = 'accept' THEN 1 END)
    FROM decisions d
    JOIN resolutions r ON r.decision_id = d.id
    WHERE d.decision_point = :decision_point
      AND d.decided_at_ms >= :from_ms AND d.decided_at_ms < :to_ms
      AND d.stage <> 'shadow' AND d.route = 'review' AND NOT r.blind
    GROUP BY 1, 2
    ORDER BY 1, 2
    """
)
# By id, not by the time of the decision: a decision may be recorded long after it was taken. The
# newest rows come first, by themselves, lest a database walks all rows of the decision point.
_CHANGED_DAYS = Statement(
    """
    WITH new_decisions AS MATERIALIZED (
        SELECT decision_point, decided_at_ms FROM decisions WHERE id >= :since_decision
    ),
    new_resolutions AS MATERIALIZED (
        SELECT decision_point, decision_id FROM resolutions WHERE id >= :since_resolution
    ),
    new_outcomes AS MATERIALIZED (
        SELECT decision_point, entity_id FROM outcomes WHERE id >= :since_outcome
    )
    SELECT n.decided_at_ms / :day_ms
    FROM new_decisions n WHERE n.decision_point = :decision_point
    UNION
    SELECT d.decided_at_ms / :day_ms
    FROM new_resolutions n JOIN decisions d ON d.id = n.decision_id
    WHERE n.decision_point = :decision_point
    UNION
    SELECT d.decided_at_ms / :day_ms
    FROM new_outcomes n
    JOIN decisions d ON d.decision_point = n.decision_point AND d.entity_id = n.entity_id
    WHERE n.decision_point = :decision_point
    """
)


def tallies(store: Store, decision_point: str, first_day: int, last_day: int) -> list[Tally]:
    """The cases of these days, both included, by how they went."""
    return [
        Tally(
            day=int(row[0]),
            part=row[1],
            result=row[2],
            wrong_choice=row[3],
            cases=int(row[4]),
            outcomes=int(row[5]),
            judged=int(row[6]),
            model_right=int(row[7]),
            timed=int(row[8]),
            touch_ms=float(row[9]),
            touch_ms2=float(row[10]),
            least_audited=float(row[11]),
        )
        for row in store.rows(
            _TALLIES, max_touch_ms=MAX_TOUCH_MS, **_days(decision_point, first_day, last_day)
        )
    ]


def audits(store: Store, decision_point: str, first_day: int, last_day: int) -> list[Audit]:
    """Blind answers to the automatic cases of these days, in the order of the decisions."""
    rows = store.rows(_AUDITS, **_days(decision_point, first_day, last_day))
    return [Audit(day=int(r[0]), probability=float(r[1]), wrong=bool(r[2])) for r in rows]


def uses(store: Store, decision_point: str, first_day: int, last_day: int) -> list[Use]:
    """Recommendations seen and used, by person, among the cases of these days."""
    rows = store.rows(_USES, **_days(decision_point, first_day, last_day))
    return [Use(day=int(r[0]), person=r[1], eligible=int(r[2]), used=int(r[3])) for r in rows]


def changed_days(store: Store, decision_point: str, *, since_ms: int) -> set[int]:
    """Days of which anything was recorded since: a decision, a resolution or an outcome."""
    early_ms = max(0, since_ms - _SLACK_MS)
    rows = store.rows(
        _CHANGED_DAYS,
        decision_point=decision_point,
        day_ms=DAY_MS,
        since_decision=first_id("dec", early_ms),
        since_resolution=first_id("res", early_ms),
        since_outcome=first_id("out", early_ms),
    )
    return {int(row[0]) for row in rows}


def first_id(prefix: str, at_ms: int) -> str:
    """The smallest id that can be made at a time; ids sort by time."""
    return Ids(FixedClock(at_ms), bytes).new(prefix)


def _days(decision_point: str, first_day: int, last_day: int) -> dict[str, object]:
    return {
        "decision_point": decision_point,
        "day_ms": DAY_MS,
        "from_ms": first_day * DAY_MS,
        "to_ms": (last_day + 1) * DAY_MS,
    }
