import csv
import gzip
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import pytest

from spanwise.core.clock import HOUR_MS, from_rfc3339
from spanwise.core.errors import InvalidInput, NotFound
from spanwise.demo.incident_log import LOG_FILE, read_incident_log
from spanwise.demo.incidents import INPUTS, Incident

FIRST = {
    "number": "0001",
    "opened_at": "2/3/2016 15:35",
    "sys_updated_at": "2/3/2016 15:42",
    "contact_type": "Phone",
    "location": "51",
    "category": "20",
    "category.1": "103",
    "u_symptom": "?",
    "impact": "2",
    "urgency": "2",
    "priority": "3",
    "opened_by": "55",
    "assignment_group": "?",
    "reassignment_count": "0",
    "made_sla": "true",
    "closed_code": "6",
    "resolved_at": "3/3/2016 11:59",
    "closed_at": "8/3/2016 12:00",
}
SECOND = FIRST | {
    "sys_updated_at": "2/3/2016 16:00",
    "category": "99",
    "assignment_group": "70",
    "reassignment_count": "1",
}
LAST = SECOND | {
    "sys_updated_at": "8/3/2016 12:00",
    "assignment_group": "24",
    "reassignment_count": "2",
    "made_sla": "false",
}


def log_of(folder: Path, *lines: Mapping[str, str]) -> Path:
    """A folder of data sets whose incident log has these lines."""
    path = folder / LOG_FILE
    path.parent.mkdir()
    with gzip.open(path, "wt", newline="") as file:
        writer = csv.DictWriter(file, lines[0].keys())
        writer.writeheader()
        writer.writerows(lines)
    return folder


def test_inputs_come_from_the_first_line_and_outcomes_from_the_last(tmp_path: Path) -> None:
    [incident] = read_incident_log(log_of(tmp_path, FIRST, SECOND, LAST)).incidents
    assert incident == Incident(
        number="0001",
        opened_at_ms=from_rfc3339("2016-03-02T15:35:00Z"),
        fields={
            "contact_type": "Phone",
            "location": "51",
            "category": "20",
            "subcategory": "103",
            "u_symptom": None,
            "impact": "2",
            "urgency": "2",
            "priority": "3",
            "opened_by": "55",
        },
        first_group="70",
        first_assigned_at_ms=from_rfc3339("2016-03-02T16:00:00Z"),
        final_group="24",
        resolved_at_ms=from_rfc3339("2016-03-03T11:59:00Z"),
        closed_at_ms=from_rfc3339("2016-03-08T12:00:00Z"),
        closed_code="6",
        made_sla=False,
        reassignments=2,
    )


def test_a_last_group_that_is_not_recorded_leaves_the_truth_unknown(tmp_path: Path) -> None:
    moved_away = LAST | {"assignment_group": "?"}
    [incident] = read_incident_log(log_of(tmp_path, FIRST, SECOND, moved_away)).incidents
    assert incident.first_group == "70"
    assert incident.final_group is None


def test_incidents_are_sorted_by_opening(tmp_path: Path) -> None:
    earlier = FIRST | {"number": "0002", "opened_at": "1/3/2016 08:00"}
    found = read_incident_log(log_of(tmp_path, FIRST, LAST, earlier)).incidents
    assert [one.number for one in found] == ["0002", "0001"]


@pytest.mark.parametrize(
    "flaw", [{"opened_at": "?"}, {"opened_at": "2016-03-02"}, {"reassignment_count": "many"}]
)
def test_a_line_that_cannot_be_read_names_its_incident(
    tmp_path: Path, flaw: dict[str, str]
) -> None:
    with pytest.raises(InvalidInput, match="Incident 0001 cannot be read"):
        read_incident_log(log_of(tmp_path, FIRST | flaw))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    short = {name: value for name, value in FIRST.items() if name != "category.1"}
    with pytest.raises(InvalidInput, match=r"no column category\.1"):
        read_incident_log(log_of(tmp_path, short))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no incident log"):
        read_incident_log(tmp_path)


@pytest.mark.real_data
def test_what_the_real_log_says(data_dir: Path) -> None:
    history = read_incident_log(data_dir)
    incidents = history.incidents
    known = [one for one in incidents if one.final_group is not None]
    resolved = [one for one in incidents if one.resolved_at_ms is not None]

    assert not history.simulated
    assert len(incidents) == 8_312
    assert len(known) == 7_018
    assert all(set(one.fields) == set(INPUTS) for one in incidents)
    assert all(one.settled_at_ms and one.settled_at_ms >= one.opened_at_ms for one in incidents)
    right = sum(one.first_group == one.final_group for one in known) / len(known)
    assert right == pytest.approx(0.600, abs=0.001)
    hours = median(((one.resolved_at_ms or 0) - one.opened_at_ms) / HOUR_MS for one in resolved)
    assert hours == pytest.approx(71.8, abs=0.1)
