import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanwise.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, from_rfc3339
from spanwise.core.errors import InvalidInput
from spanwise.demo.incidents import (
    COLUMNS,
    INPUTS,
    LATE_COLUMNS,
    DirtyRow,
    Incident,
    IncidentHistory,
    format_time,
    groups,
    model_inputs,
    parse_time,
    to_row,
    write_csv,
)

OPENED_MS = from_rfc3339("2026-03-02T15:35:00Z")
INCIDENT = Incident(
    number="INC0000007",
    opened_at_ms=OPENED_MS,
    fields=dict.fromkeys(INPUTS) | {"category": "vpn", "location": "lisbon"},
    first_group="service-desk",
    first_assigned_at_ms=OPENED_MS + 5 * MINUTE_MS,
    final_group="network-operations",
    resolved_at_ms=OPENED_MS + 20 * HOUR_MS,
    closed_at_ms=OPENED_MS + 6 * DAY_MS,
    closed_code="solved",
    made_sla=False,
    reassignments=1,
)


def history(*incidents: Incident, dirt: tuple[DirtyRow, ...] = ()) -> IncidentHistory:
    return IncidentHistory(
        name="desk",
        simulated=True,
        incidents=incidents,
        source="a test",
        options=groups(incidents),
        dirt=dirt,
    )


def test_a_row_at_opening_holds_no_outcome() -> None:
    row = to_row(INCIDENT, INCIDENT.opened_at_ms)
    assert row["opened_at"] == "2/3/2026 15:35"
    assert row["category"] == "vpn"
    assert {row[name] for name in LATE_COLUMNS} == {"?"}


def test_outcomes_arrive_one_after_the_other() -> None:
    def at(delay_ms: int) -> dict[str, str]:
        return to_row(INCIDENT, OPENED_MS + delay_ms)

    assert at(HOUR_MS)["assignment_group"] == "service-desk"
    assert at(HOUR_MS)["resolved_at"] == "?"
    settled = at(DAY_MS)
    assert settled["assignment_group"] == "network-operations"
    assert (settled["made_sla"], settled["reassignment_count"]) == ("false", "1")
    assert (settled["closed_at"], settled["closed_code"]) == ("?", "?")
    assert at(7 * DAY_MS)["closed_code"] == "solved"


def test_an_export_made_afterwards_repeats_the_outcomes() -> None:
    assert to_row(INCIDENT)["resolved_at"] == "3/3/2026 11:35"
    assert to_row(INCIDENT)["closed_at"] == "8/3/2026 15:35"


def test_an_incident_without_a_resolution_settles_when_it_is_closed() -> None:
    closed_only = replace(INCIDENT, resolved_at_ms=None)
    assert closed_only.settled_at_ms == INCIDENT.closed_at_ms
    assert to_row(closed_only, OPENED_MS + 2 * DAY_MS)["assignment_group"] == "service-desk"
    assert to_row(closed_only)["resolved_at"] == "?"


def test_null_is_the_empty_text_for_a_model() -> None:
    assert model_inputs(INCIDENT.fields) == ("", "lisbon", "vpn", "", "", "", "", "", "")


def test_options_are_all_groups_that_were_chosen_or_right() -> None:
    unknown = replace(INCIDENT, first_group=None, final_group=None)
    assert groups([INCIDENT, unknown]) == ("network-operations", "service-desk")


def test_rows_are_written_in_order_of_arrival_dirt_included(tmp_path: Path) -> None:
    later = replace(INCIDENT, number="INC0000008", opened_at_ms=OPENED_MS + HOUR_MS)
    broken = DirtyRow(
        flaw="missing_key",
        arrived_at_ms=OPENED_MS + MINUTE_MS,
        row=to_row(INCIDENT, OPENED_MS) | {"number": "?"},
    )
    path = tmp_path / "incidents.csv"

    assert write_csv(history(INCIDENT, later, dirt=(broken,)), path) == 3
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["number"] for row in rows] == ["INC0000007", "?", "INC0000008"]


def test_an_extract_holds_only_what_has_arrived(tmp_path: Path) -> None:
    later = replace(INCIDENT, number="INC0000008", opened_at_ms=OPENED_MS + HOUR_MS)
    path = tmp_path / "incidents.csv"
    assert write_csv(history(INCIDENT, later), path, as_of_ms=OPENED_MS + MINUTE_MS) == 1


@settings(max_examples=50)
@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_times_survive_the_table_to_the_minute(at: datetime) -> None:
    at_ms = int(at.replace(tzinfo=UTC, second=0, microsecond=0).timestamp()) * 1_000
    assert parse_time(format_time(at_ms)) == at_ms


def test_a_null_time_is_no_time() -> None:
    assert format_time(None) == "?"
    assert parse_time("?") is None


@pytest.mark.parametrize("text", ["", "yesterday", "31/2/2026 09:15", "2026-03-02"])
def test_what_is_not_a_time_is_refused_with_the_right_form(text: str) -> None:
    with pytest.raises(InvalidInput, match="Write it as"):
        parse_time(text)
