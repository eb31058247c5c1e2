"""How many cases there were, day by day, as pages show them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from spanwise.core.clock import DAY_MS
from spanwise.measurement.counts import Counts
from spanwise.measurement.daily_counts import DailyCounts
from spanwise.runtime.platform import Platform
from spanwise.server.views.parts import Step
from spanwise.store.releases import pin_history

DAYS = 14
FLOW_DAYS = 7
_BY_PEOPLE = ("reviewed", "withheld", "holdout")


@dataclass(frozen=True, kw_only=True, slots=True)
class Volume:
    """The cases of a decision point on the last whole days.

    Attributes:
        counts: of those days; today is not over and does not count.
        since_day: the first of them on which a release was pinned all day; later than the last
            one where there is none.
    """

    counts: Counts
    since_day: int

    @property
    def per_day(self) -> tuple[int | None, ...]:
        """Cases a day, oldest first; None before it ran."""
        days = range(self.counts.first_day, self.counts.last_day + 1)
        return tuple(
            None if day < self.since_day else self.counts.within(day, day).cases() for day in days
        )

    @property
    def mean_per_day(self) -> float | None:
        """Over the days on which it ran."""
        known = [count for count in self.per_day if count is not None]
        return sum(known) / len(known) if known else None

    def until_labelled_ms(self, needed: int | None, now_ms: int) -> int | None:
        """When so many more labels will be there at this volume; None if nobody can say.

        Each case is taken to get its outcome, so it is the earliest time.
        """
        if needed is None or not self.mean_per_day:
            return None
        return now_ms + round(needed / self.mean_per_day * DAY_MS)


def volume_of(platform: Platform, decision_point: str) -> Volume:
    """The last two weeks of a decision point."""
    today = platform.clock.now_ms() // DAY_MS
    counts = DailyCounts(platform.store).of(decision_point, today - DAYS, today - 1)
    pins = pin_history(platform.store, decision_point)
    since_day = pins[-1].pinned_at_ms // DAY_MS + 1 if pins else today
    return Volume(counts=counts, since_day=since_day)


def flow_of(volumes: Iterable[Volume]) -> tuple[Step, ...]:
    """From cases received to outcomes known, over the last week; empty without any volume."""
    weeks = [v.counts.within(v.counts.last_day - FLOW_DAYS + 1, v.counts.last_day) for v in volumes]
    if not weeks:
        return ()

    def step(text: str, count: Callable[[Counts], int]) -> Step:
        return Step(text=text, count=sum(map(count, weeks)))

    return (
        step("Cases received", lambda week: week.cases()),
        step("Decided automatically", lambda week: week.of("automatic").cases()),
        step("Given to a person", lambda week: week.of(*_BY_PEOPLE).cases()),
        step("Settled by a person", _settled),
        step("Outcome known", lambda week: week.total(lambda tally: tally.outcomes)),
    )


def _settled(week: Counts) -> int:
    given = week.of(*_BY_PEOPLE)
    return given.cases() - given.cases("undecided")
