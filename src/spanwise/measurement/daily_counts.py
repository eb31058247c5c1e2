"""Counts held in memory by day: history is only ever added to, so most days never change."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol, TypeVar

from spanwise.measurement.counts import WEEK_DAYS, Counts
from spanwise.store import measurements as stored
from spanwise.store.database import Store

# Per decision point: a year, and what it takes for a year of cases to mature.
MAX_HELD_DAYS = 800


class _Dated(Protocol):
    @property
    def day(self) -> int: ...


_D = TypeVar("_D", bound=_Dated)


@dataclass(slots=True)
class _Held:
    """Days as they were counted, all of them still true at `as_of_ms`."""

    as_of_ms: int
    days: dict[int, Counts] = field(default_factory=dict)


class DailyCounts:
    """Counts of decision points; only days of which something new was recorded are read again.

    Args:
        store: where the cases are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._held: dict[str, _Held] = {}

    def of(self, decision_point: str, first_day: int, last_day: int) -> Counts:
        """The cases of these days, the first and the last included, as they are now."""
        with self._lock:
            held = self._current(decision_point)
            wanted = range(first_day, last_day + 1)
            for first, last in _runs(day for day in wanted if day not in held.days):
                held.days.update(_read(self._store, decision_point, first, last))
            counted = [held.days[day] for day in wanted]
            for day in sorted(held.days)[:-MAX_HELD_DAYS]:
                del held.days[day]
        return Counts(
            first_day=first_day,
            last_day=last_day,
            tallies=tuple(chain.from_iterable(day.tallies for day in counted)),
            audits=tuple(chain.from_iterable(day.audits for day in counted)),
            uses=tuple(chain.from_iterable(day.uses for day in counted)),
        )

    def _current(self, decision_point: str) -> _Held:
        """What is held, without the days that have changed since."""
        # Taken before looking: what is committed meanwhile counts as changed next time.
        now_ms = self._store.clock.now_ms()
        held = self._held.get(decision_point)
        if held is None:
            held = self._held[decision_point] = _Held(now_ms)
        else:
            changed = stored.changed_days(self._store, decision_point, since_ms=held.as_of_ms)
            for day in changed & held.days.keys():
                del held.days[day]
            held.as_of_ms = now_ms
        return held


def _read(store: Store, decision_point: str, first: int, last: int) -> dict[int, Counts]:
    tallies = _by_day(stored.tallies(store, decision_point, first, last))
    audits = _by_day(stored.audits(store, decision_point, first, last))
    uses = _by_day(stored.uses(store, decision_point, first, last))
    return {
        day: Counts(
            first_day=day,
            last_day=day,
            tallies=tuple(tallies[day]),
            audits=tuple(audits[day]),
            uses=tuple(uses[day]),
        )
        for day in range(first, last + 1)
    }


def _by_day(rows: Iterable[_D]) -> dict[int, list[_D]]:
    days: dict[int, list[_D]] = defaultdict(list)
    for row in rows:
        days[row.day].append(row)
    return days


def _runs(days: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of consecutive days, a week at most."""
    first = last = None
    for day in days:
        if first is None or last is None:
            first = last = day
        elif day == last + 1 and day < first + WEEK_DAYS:
            last = day
        else:
            yield first, last
            first = last = day
    if first is not None and last is not None:
        yield first, last
