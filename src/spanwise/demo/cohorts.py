"""Cuts a history into cohorts, and moves them in time so that each knows the truth of the last.

A log of one month cannot train, certify and run a model by its own calendar: incidents take weeks
to settle, and the quickly settled ones are the easier ones. So the later cohorts wait: each is
moved as a whole, and what is replayed keeps its order, its gaps within a cohort, and its times of
day. The last one ends at the present.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spanwise.core.clock import DAY_MS
from spanwise.demo.incidents import DirtyRow, Incident, IncidentHistory


@dataclass(frozen=True, kw_only=True, slots=True)
class Cohorts:
    """A history in three parts, in order and moved in time.

    Attributes:
        before: what people did without the AI; the model learns from it, and the baseline is
            measured on it. It is not replayed.
        replayed: decided one by one: first in shadow, then as far as the stage allows.
        dirt: rows among the replayed ones that break the contract.
        moved_days: by how many days the parts were moved at most; 0 for none.
    """

    before: IncidentHistory
    replayed: tuple[Incident, ...]
    dirt: tuple[DirtyRow, ...]
    moved_days: int


def continuous(history: IncidentHistory, *, before_days: int) -> Cohorts:
    """Cohorts of a history that is long enough to keep its own calendar."""
    cut_ms = history.incidents[0].opened_at_ms + before_days * DAY_MS
    before = tuple(one for one in history.incidents if one.opened_at_ms < cut_ms)
    return Cohorts(
        before=replace(history, incidents=before, dirt=()),
        replayed=history.incidents[len(before) :],
        dirt=tuple(row for row in history.dirt if row.arrived_at_ms >= cut_ms),
        moved_days=0,
    )


def paused(
    history: IncidentHistory, *, shares: tuple[float, float], pause_days: int, end_ms: int
) -> Cohorts:
    """Cohorts of a short history, with a pause after each in which its outcomes arrive.

    Args:
        shares: of the incidents, for the first and the second part; the third is the rest.
        end_ms: where the pause after the last part ends.
    """
    incidents = history.incidents
    first = round(shares[0] * len(incidents))
    second = first + round(shares[1] * len(incidents))
    last_ms = end_ms - pause_days * DAY_MS - incidents[-1].opened_at_ms
    # Whole days, so that nights stay nights.
    by_ms = last_ms // DAY_MS * DAY_MS
    pause_ms = pause_days * DAY_MS
    return Cohorts(
        before=replace(history, incidents=_moved(incidents[:first], by_ms - 2 * pause_ms)),
        replayed=(
            *_moved(incidents[first:second], by_ms - pause_ms),
            *_moved(incidents[second:], by_ms),
        ),
        dirt=(),
        moved_days=by_ms // DAY_MS,
    )


def _moved(incidents: Sequence[Incident], by_ms: int) -> tuple[Incident, ...]:
    def later(at_ms: int | None) -> int | None:
        return None if at_ms is None else at_ms + by_ms

    return tuple(
        replace(
            one,
            opened_at_ms=one.opened_at_ms + by_ms,
            first_assigned_at_ms=later(one.first_assigned_at_ms),
            resolved_at_ms=later(one.resolved_at_ms),
            closed_at_ms=later(one.closed_at_ms),
        )
        for one in incidents
    )
