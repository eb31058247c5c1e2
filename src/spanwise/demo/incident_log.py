"""Reads the real incident log of an IT company: a line per update, one incident after the other.

Only what was known at the time is taken as an input: `fields` come from the first line of an
incident, although later lines often correct them. Outcomes come from the last line; the log
repeats some of them (`resolved_at`, `closed_at`, `closed_code`) on early lines, where nobody
could have known them.

A group is null where the log does not record which one it was. The reassignment count rises
on every step into and out of null, so null is a group and not the absence of one: the first
choice is the first recorded group, and an incident whose last group is null has no known truth.
"""

import csv
import gzip
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path

from spanwise.core.errors import InvalidInput, NotFound
from spanwise.demo.incidents import INPUTS, NULL, Incident, IncidentHistory, groups, parse_time

LOG_FILE = Path("operations", "incident_events.csv.gz")
_SOURCE = (
    "ServiceNow incident log of an IT company, March 2016. "
    "UCI, Amaral, Fantinato, Peres 2018, CC BY 4.0."
)
_COLUMN_OF = {name: name for name in INPUTS} | {"subcategory": "category.1"}
_NEEDED = {
    *_COLUMN_OF.values(),
    "number",
    "opened_at",
    "sys_updated_at",
    "assignment_group",
    "reassignment_count",
    "made_sla",
    "closed_code",
    "resolved_at",
    "closed_at",
}

Line = Mapping[str, str]


def read_incident_log(data_dir: Path) -> IncidentHistory:
    """The history in `operations/incident_events.csv.gz` under a folder of data sets.

    Raises:
        NotFound: no such file.
        InvalidInput: a column is missing, or a line holds what is not a time or a count.
    """
    path = data_dir / LOG_FILE
    if not path.is_file():
        raise NotFound(
            f"There is no incident log at {path}.", "Point to the folder of the data sets."
        )
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        missing = _NEEDED.difference(lines.fieldnames or ())
        if missing:
            raise InvalidInput(f"{path} has no column {', '.join(sorted(missing))}.")
        incidents = tuple(sorted(_incidents(lines), key=attrgetter("opened_at_ms", "number")))
    return IncidentHistory(
        name="incident-log",
        simulated=False,
        incidents=incidents,
        source=_SOURCE,
        options=groups(incidents),
    )


def _incidents(lines: Iterable[Line]) -> Iterator[Incident]:
    for number, updates in groupby(lines, key=itemgetter("number")):
        try:
            yield _incident(number, list(updates))
        except (InvalidInput, ValueError, TypeError) as error:
            raise InvalidInput(f"Incident {number} cannot be read: {error}") from error


def _incident(number: str, updates: list[Line]) -> Incident:
    first, last = updates[0], updates[-1]
    opened_at_ms = parse_time(first["opened_at"])
    if opened_at_ms is None:
        raise InvalidInput("it has no time of opening.")
    assigned = next((line for line in updates if line["assignment_group"] != NULL), None)
    return Incident(
        number=number,
        opened_at_ms=opened_at_ms,
        fields={name: _text(first[column]) for name, column in _COLUMN_OF.items()},
        first_group=None if assigned is None else assigned["assignment_group"],
        first_assigned_at_ms=None if assigned is None else parse_time(assigned["sys_updated_at"]),
        final_group=_text(last["assignment_group"]),
        resolved_at_ms=parse_time(last["resolved_at"]),
        closed_at_ms=parse_time(last["closed_at"]),
        closed_code=_text(last["closed_code"]),
        made_sla=None if last["made_sla"] == NULL else last["made_sla"] == "true",
        reassignments=int(last["reassignment_count"]),
    )


def _text(value: str) -> str | None:
    return None if value in {NULL, ""} else value
