"""Cases counted by how they went: all that the metrics of a decision point are computed from."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, TypeVar

from spanwise.core.clock import DAY_MS
from spanwise.store.measurements import MAX_TOUCH_MS, Audit, Tally, Use

WEEK_DAYS = 7
Row = Mapping[str, Any]
_D = TypeVar("_D", Tally, Audit, Use)
_day = attrgetter("day")


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What became of the cases of some days, both ends included; every list by day."""

    first_day: int
    last_day: int
    tallies: tuple[Tally, ...] = ()
    audits: tuple[Audit, ...] = ()
    uses: tuple[Use, ...] = ()

    def within(self, first_day: int, last_day: int) -> "Counts":
        """Those of some of the days."""
        return Counts(
            first_day=first_day,
            last_day=last_day,
            tallies=_between(self.tallies, first_day, last_day),
            audits=_between(self.audits, first_day, last_day),
            uses=_between(self.uses, first_day, last_day),
        )

    def of(self, *parts: str) -> "Counts":
        """The tallies of some parts alone."""
        chosen = tuple(tally for tally in self.tallies if tally.part in parts)
        return replace(self, tallies=chosen, audits=(), uses=())

    def weeks(self) -> Iterator["Counts"]:
        """Whole weeks, oldest first, the newest of them ending with the last day."""
        days = self.last_day - self.first_day + 1
        for first in range(self.first_day + days % WEEK_DAYS, self.last_day, WEEK_DAYS):
            yield self.within(first, first + WEEK_DAYS - 1)

    def total(self, count: Callable[[Tally], float], *results: str) -> int:
        """The sum of a count over all tallies, or over those with one of these results."""
        chosen = self.tallies
        if results:
            chosen = tuple(tally for tally in chosen if tally.result in results)
        return round(sum(map(count, chosen)))

    def cases(self, *results: str) -> int:
        """Cases, or those with one of these results."""
        return self.total(lambda tally: tally.cases, *results)

    @property
    def days_with_cases(self) -> list[int]:
        """In order."""
        return sorted({tally.day for tally in self.tallies})


def count(
    decision_point: str,
    *,
    decisions: Iterable[Row],
    tasks: Iterable[Row],
    resolutions: Iterable[Row],
    outcomes: Iterable[Row],
) -> Counts:
    """Counts plain rows as the database does: rows as exported, keyed by the columns' names."""
    kinds = {task["id"]: task["kind"] for task in tasks}
    truth: dict[str, str] = {}
    for row in sorted(outcomes, key=lambda row: (row["received_at_ms"], row["id"])):
        if row["decision_point"] == decision_point:
            truth[row["entity_id"]] = row["label"]
    answers: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(resolutions, key=lambda row: (row["resolved_at_ms"], row["id"])):
        answers[row["decision_id"]].append({**row, "kind": kinds[row["task_id"]]})
    found: dict[tuple[int, str, str, str | None], Tally] = {}
    audits: list[Audit] = []
    uses: list[Use] = []
    for decision in sorted(decisions, key=lambda row: (row["decided_at_ms"], row["id"])):
        if decision["decision_point"] != decision_point:
            continue
        given = answers[decision["id"]]
        tally = _tally(decision, given, truth.get(decision["entity_id"]))
        key = (tally.day, tally.part, tally.result, tally.wrong_choice)
        found[key] = _sum(found[key], tally) if key in found else tally
        audits += _audits(decision, given)
        uses += _uses(decision, given)
    days = [key[0] for key in found] or [0]
    return Counts(
        first_day=min(days),
        last_day=max(days),
        tallies=tuple(sorted(found.values(), key=_day)),
        audits=tuple(audits),
        uses=tuple(uses),
    )


def _between(rows: tuple[_D, ...], first_day: int, last_day: int) -> tuple[_D, ...]:
    """Rows of some days, from rows in the order of days."""
    start = bisect_left(rows, first_day, key=_day)
    return rows[start : bisect_right(rows, last_day, key=_day)]


def _tally(decision: Row, given: list[Row], label: str | None) -> Tally:
    """The tally of one case."""
    advice = decision["recommendation"]
    reviews = [row["choice"] for row in given if row["kind"] == "review"]
    automatic = decision["route"] == "automatic"
    final = advice if automatic else reviews[-1] if reviews else None
    if final is not None and label is not None:
        result = "right" if final == label else "wrong"
    elif final is not None:
        result = "no_outcome"
    else:
        result = "declined" if reviews and not automatic else "undecided"
    touch_ms = _touch_ms(decision, given)
    judged = advice is not None and label is not None
    return Tally(
        day=decision["decided_at_ms"] // DAY_MS,
        part=_part(decision),
        result=result,
        wrong_choice=final if result == "wrong" else None,
        cases=1,
        outcomes=int(label is not None),
        judged=int(judged),
        model_right=int(judged and advice == label),
        timed=int(touch_ms is not None),
        touch_ms=touch_ms or 0,
        touch_ms2=(touch_ms or 0) ** 2,
        least_audited=decision["audit_probability"],
    )


def _part(decision: Row) -> str:
    if decision["stage"] == "shadow":
        return "shadow"
    if decision["route"] == "automatic":
        return "automatic"
    if decision["route"] == "review":
        return "reviewed"
    return "holdout" if decision["reasons"] == "holdout" else "withheld"


def _touch_ms(decision: Row, given: list[Row]) -> int | None:
    if decision["route"] == "automatic" and not decision["audit_sampled"]:
        return 0
    times: list[int | None] = [row["touch_ms"] for row in given]
    known = [time for time in times if time is not None]
    if not known or len(known) < len(times):
        return None
    return sum(min(time, MAX_TOUCH_MS) for time in known)


def _audits(decision: Row, given: list[Row]) -> Iterator[Audit]:
    if _part(decision) == "automatic" and decision["audit_sampled"]:
        for row in given:
            if row["kind"] == "audit" and row["choice"] is not None:
                yield Audit(
                    day=decision["decided_at_ms"] // DAY_MS,
                    probability=decision["audit_probability"],
                    wrong=row["choice"] != decision["recommendation"],
                )


def _uses(decision: Row, given: list[Row]) -> Iterator[Use]:
    if _part(decision) == "reviewed":
        for row in given:
            if not row["blind"]:
                yield Use(
                    day=decision["decided_at_ms"] // DAY_MS,
                    person=row["resolved_by"],
                    eligible=1,
                    used=int(row["verb"] == "accept"),
                )


def _sum(one: Tally, other: Tally) -> Tally:
    """Two tallies of cases that went the same way."""
    return replace(
        one,
        cases=one.cases + other.cases,
        outcomes=one.outcomes + other.outcomes,
        judged=one.judged + other.judged,
        model_right=one.model_right + other.model_right,
        timed=one.timed + other.timed,
        touch_ms=one.touch_ms + other.touch_ms,
        touch_ms2=one.touch_ms2 + other.touch_ms2,
        least_audited=min(one.least_audited, other.least_audited),
    )
