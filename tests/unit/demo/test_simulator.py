import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

import pytest

from spanwise.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from spanwise.core.errors import InvalidInput
from spanwise.demo.incidents import COLUMNS, INPUTS, Incident, parse_time, write_csv
from spanwise.demo.simulator import DEFAULT_START_MS, FLAWS, REVIEWERS, SimulatedDesk, simulate


@pytest.fixture(scope="module")
def desk() -> SimulatedDesk:
    return simulate(seed=7)


@pytest.fixture(scope="module")
def incidents(desk: SimulatedDesk) -> tuple[Incident, ...]:
    return desk.history.incidents


@pytest.fixture(scope="module")
def known(incidents: tuple[Incident, ...]) -> list[Incident]:
    return [one for one in incidents if one.final_group is not None]


def test_the_same_seed_gives_the_same_bytes(desk: SimulatedDesk, tmp_path: Path) -> None:
    paths = [tmp_path / "one.csv", tmp_path / "two.csv", tmp_path / "other.csv"]
    write_csv(desk.history, paths[0])
    write_csv(simulate(seed=7).history, paths[1])
    write_csv(simulate(seed=8).history, paths[2])
    one, two, other = (path.read_bytes() for path in paths)
    assert one == two
    assert one != other


def test_about_forty_incidents_a_day_in_order(incidents: tuple[Incident, ...]) -> None:
    assert len(incidents) / 180 == pytest.approx(40, abs=2)
    opened = [one.opened_at_ms for one in incidents]
    assert opened == sorted(opened)
    assert opened[0] >= DEFAULT_START_MS
    assert opened[-1] < DEFAULT_START_MS + 180 * DAY_MS
    assert len({one.number for one in incidents}) == len(incidents)


def test_weekends_are_quiet(incidents: tuple[Incident, ...]) -> None:
    # The first day is a Monday.
    by_weekday = Counter((one.opened_at_ms - DEFAULT_START_MS) // DAY_MS % 7 for one in incidents)
    assert max(by_weekday[5], by_weekday[6]) < min(by_weekday[day] for day in range(5)) / 2


def test_what_happens_to_an_incident_happens_in_order(incidents: tuple[Incident, ...]) -> None:
    for one in incidents:
        assert one.resolved_at_ms is not None
        assert one.closed_at_ms is not None
        assert one.opened_at_ms < one.resolved_at_ms < one.closed_at_ms
        assert one.opened_at_ms % MINUTE_MS == 0
        if one.first_assigned_at_ms is not None:
            assert one.opened_at_ms < one.first_assigned_at_ms <= one.resolved_at_ms
        assert set(one.fields) == set(INPUTS)
        assert (one.first_group != one.final_group) <= (one.reassignments > 0)


def test_people_choose_the_wrong_group_first_in_about_35_percent(known: list[Incident]) -> None:
    wrong = sum(one.first_group != one.final_group for one in known) / len(known)
    assert wrong == pytest.approx(0.35, abs=0.03)


def test_some_categories_decide_the_group_and_others_do_not(known: list[Incident]) -> None:
    half = len(known) // 2
    seen: defaultdict[str | None, Counter[str | None]] = defaultdict(Counter)
    for one in known[:half]:
        seen[one.fields["category"]][one.final_group] += 1
    answers = []
    for one in known[half:]:
        counts = seen[one.fields["category"]]
        group, count = counts.most_common(1)[0]
        answers.append((count / counts.total(), group == one.final_group))
    answers.sort(reverse=True)
    confident = answers[: int(0.24 * len(answers))]

    assert sum(right for _, right in answers) / len(answers) == pytest.approx(0.55, abs=0.04)
    assert sum(right for _, right in confident) / len(confident) >= 0.85


def test_handing_an_incident_around_takes_days(incidents: tuple[Incident, ...]) -> None:
    def hours(of: Callable[[Incident], bool]) -> float:
        return median(
            ((one.resolved_at_ms or 0) - one.opened_at_ms) / HOUR_MS for one in incidents if of(one)
        )

    assert hours(lambda one: one.reassignments == 0) == pytest.approx(0.7, abs=0.15)
    assert hours(lambda one: one.reassignments > 0) == pytest.approx(80, abs=10)
    assert hours(lambda _: True) == pytest.approx(21, abs=5)


def test_some_truths_stay_unknown(incidents: tuple[Incident, ...]) -> None:
    unknown = [one for one in incidents if one.final_group is None]
    assert 0.003 < len(unknown) / len(incidents) < 0.02
    assert all(one.first_group is None for one in unknown)


def test_options_hold_every_group_by_a_readable_name(desk: SimulatedDesk) -> None:
    assert "network-operations" in desk.history.options
    assert {one.final_group for one in desk.history.incidents} - {None} <= {*desk.history.options}
    assert desk.history.simulated


def test_each_kind_of_dirt_occurs_at_a_low_rate(desk: SimulatedDesk) -> None:
    kinds = Counter(dirty.flaw for dirty in desk.history.dirt)
    assert set(kinds) == set(FLAWS)
    assert 0.01 < kinds.total() / len(desk.history.incidents) < 0.022


def test_every_dirty_row_breaks_what_its_name_says(desk: SimulatedDesk) -> None:
    numbers = {one.number for one in desk.history.incidents}
    categories = {one.fields["category"] for one in desk.history.incidents}
    for dirty in desk.history.dirt:
        row = dirty.row
        assert set(row) == set(COLUMNS)
        broken = {
            "duplicate_number": row["number"] in numbers,
            "missing_key": row["number"] == "?",
            "unknown_category": row["category"] not in categories,
            "unparsable_date": _unparsable(row["opened_at"]),
        }
        assert [flaw for flaw, holds in broken.items() if holds] == [dirty.flaw]


def test_the_table_gives_back_what_was_generated(desk: SimulatedDesk, tmp_path: Path) -> None:
    path = tmp_path / "incidents.csv"
    rows = write_csv(desk.history, path)
    assert rows == len(desk.history.incidents) + len(desk.history.dirt)
    with path.open(newline="") as file:
        table = {row["number"]: row for row in csv.DictReader(file)}
    for one in desk.history.incidents[::100]:
        row = table[one.number]
        assert parse_time(row["opened_at"]) == one.opened_at_ms
        assert {name: row[name] for name in INPUTS} == {
            name: value or "?" for name, value in one.fields.items()
        }


def test_one_reviewer_rubber_stamps_and_takes_less_time(desk: SimulatedDesk) -> None:
    [stamper] = [one for one in REVIEWERS if one.accepts_unread > 0.5]
    careful = [one for one in desk.reviewers if one is not stamper]

    def typical(habit_index: int) -> float:
        return median(desk.reviewers[habit_index].minutes(Random(n)) for n in range(200))

    times = {one.name: typical(index) for index, one in enumerate(desk.reviewers)}
    assert times[stamper.name] < min(times[one.name] for one in careful) / 2
    assert all(0.5 < one.accuracy < 0.9 for one in desk.reviewers)


@pytest.mark.parametrize(
    ("days", "start_ms", "per_day"),
    [(0, DEFAULT_START_MS, 40.0), (10**6, DEFAULT_START_MS, 40.0), (1, 1, 40.0), (1, 0, 0.0)],
)
def test_a_desk_out_of_bounds_is_refused(days: int, start_ms: int, per_day: float) -> None:
    with pytest.raises(InvalidInput, match="Cannot simulate"):
        simulate(seed=1, days=days, start_ms=start_ms, per_day=per_day)


def _unparsable(text: str) -> bool:
    try:
        parse_time(text)
    except InvalidInput:
        return True
    return False
