"""Incidents of an operations desk, and the table an integrator sends about them.

Whether real or simulated, an incident keeps apart what was known when it was opened
(`fields`), what people chose (`first_group`) and what turned out to be true later
(`final_group` and the other outcomes), each with its time.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path

from spanwise.core.clock import to_datetime
from spanwise.core.errors import InvalidInput

INPUTS = (
    "contact_type",
    "location",
    "category",
    "subcategory",
    "u_symptom",
    "impact",
    "urgency",
    "priority",
    "opened_by",
)
LATE_COLUMNS = (
    "assignment_group",
    "reassignment_count",
    "made_sla",
    "closed_code",
    "resolved_at",
    "closed_at",
)
COLUMNS = ("number", "opened_at", *INPUTS, *LATE_COLUMNS)

NULL = "?"
# What a model reads where a field is null: text inputs have no null of their own.
MISSING = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """One incident; None is "not known" throughout.

    Attributes:
        fields: every name in `INPUTS`, as known at `opened_at_ms`.
        first_group: the group that people chose first; None if they never chose one.
        final_group: the group that turned out to be right.
        reassignments: how often the group changed.
    """

    number: str
    opened_at_ms: int
    fields: Mapping[str, str | None]
    first_group: str | None
    first_assigned_at_ms: int | None
    final_group: str | None
    resolved_at_ms: int | None
    closed_at_ms: int | None
    closed_code: str | None
    made_sla: bool | None
    reassignments: int

    @property
    def settled_at_ms(self) -> int | None:
        """When the outcomes became known: at resolution, or at closing where none is recorded."""
        return self.closed_at_ms if self.resolved_at_ms is None else self.resolved_at_ms


@dataclass(frozen=True, kw_only=True, slots=True)
class DirtyRow:
    """A row that breaks the contract: sent beside the incidents, and none of them.

    Attributes:
        flaw: what is wrong with it, such as `duplicate_number`.
        row: text by column, exactly as sent.
    """

    flaw: str
    arrived_at_ms: int
    row: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentHistory:
    """Incidents of one desk, sorted by `opened_at_ms`.

    Attributes:
        simulated: generated, and to be labelled so wherever it is shown.
        source: where it comes from, for the reader.
        options: the groups that an incident can go to, sorted.
        dirt: rows that ingestion has to quarantine, sorted by arrival.
    """

    name: str
    simulated: bool
    incidents: tuple[Incident, ...]
    source: str
    options: tuple[str, ...]
    dirt: tuple[DirtyRow, ...] = ()


def model_inputs(fields: Mapping[str, str | None]) -> tuple[str, ...]:
    """The values of `INPUTS` in order, null as `MISSING`: the same in training and serving."""
    return tuple(fields[name] or MISSING for name in INPUTS)


def groups(incidents: Iterable[Incident]) -> tuple[str, ...]:
    """Every group that somebody chose or that turned out right, sorted."""
    found = {group for one in incidents for group in (one.first_group, one.final_group)}
    return tuple(sorted(group for group in found if group is not None))


def write_csv(history: IncidentHistory, path: Path, *, as_of_ms: int | None = None) -> int:
    """Write the rows, dirty ones included, in order of arrival, and return how many.

    The late columns hold what the desk's own table holds at `as_of_ms`: null until the event,
    then filled in place. Without `as_of_ms` everything has happened, so every row carries its
    outcomes, as in an export made afterwards: whoever reads it must know which columns are late.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        written = 0
        for _, row in sorted(_arrivals(history, as_of_ms), key=itemgetter(0)):
            writer.writerow(row)
            written += 1
    return written


def to_row(incident: Incident, as_of_ms: int | None = None) -> dict[str, str]:
    """The incident's row at a moment: see `write_csv`."""
    row = {name: incident.fields[name] or NULL for name in INPUTS}
    row["number"] = incident.number
    row["opened_at"] = format_time(incident.opened_at_ms)
    settled = _happened(incident.settled_at_ms, as_of_ms)
    closed = _happened(incident.closed_at_ms, as_of_ms)
    group = incident.final_group if settled else None
    if not settled and _happened(incident.first_assigned_at_ms, as_of_ms):
        group = incident.first_group
    made_sla = None if incident.made_sla is None else str(incident.made_sla).lower()
    late = {
        "assignment_group": group,
        "reassignment_count": str(incident.reassignments) if settled else None,
        "made_sla": made_sla if settled else None,
        "closed_code": incident.closed_code if closed else None,
        "resolved_at": format_time(incident.resolved_at_ms) if settled else None,
        "closed_at": format_time(incident.closed_at_ms) if closed else None,
    }
    return row | {name: value or NULL for name, value in late.items()}


def format_time(at_ms: int | None) -> str:
    """`2/3/2016 15:35`, in UTC, to the minute; `?` for None."""
    if at_ms is None:
        return NULL
    at = to_datetime(at_ms)
    return f"{at.day}/{at.month}/{at.year} {at:%H:%M}"


def parse_time(text: str) -> int | None:
    """Milliseconds of a `d/m/Y H:M` in UTC; None for `?`.

    Raises:
        InvalidInput: neither of the two.
    """
    if text == NULL:
        return None
    try:
        at = datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidInput(f"{text!r} is not a time.", "Write it as 31/12/2026 09:05.") from None
    return int(at.timestamp()) * 1_000


def _arrivals(
    history: IncidentHistory, as_of_ms: int | None
) -> Iterator[tuple[int, Mapping[str, str]]]:
    for incident in history.incidents:
        if _happened(incident.opened_at_ms, as_of_ms):
            yield incident.opened_at_ms, to_row(incident, as_of_ms)
    for dirty in history.dirt:
        if _happened(dirty.arrived_at_ms, as_of_ms):
            yield dirty.arrived_at_ms, dirty.row


def _happened(at_ms: int | None, as_of_ms: int | None) -> bool:
    return at_ms is not None and (as_of_ms is None or at_ms <= as_of_ms)
