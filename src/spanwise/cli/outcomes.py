"""`spanwise outcomes`."""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from spanwise.cli.common import Home, console, open_platform, operator
from spanwise.core.clock import from_rfc3339
from spanwise.core.errors import InvalidInput
from spanwise.measurement.outcomes import MAX_BATCH, Observation, record_outcomes

app = typer.Typer(add_completion=False)
_COLUMNS = ("entity", "label", "observed_at")


@app.command()
def outcomes(
    decision_point: Annotated[str, typer.Argument(help="Such as operations.route-incident.")],
    file: Annotated[
        Path,
        typer.Argument(help="CSV with entity, label, observed_at.", exists=True, dir_okay=False),
    ],
    home: Home = None,
) -> None:
    """Load what turned out to be right. The same outcomes again change nothing.

    Example: spanwise outcomes operations.route-incident outcomes.csv
    """
    received = 0
    with open_platform(home) as platform, file.open(newline="", encoding="utf-8") as stream:
        platform.policies.of(decision_point)
        observations = _read(stream, file.name)
        while batch := list(islice(observations, MAX_BATCH)):
            received += record_outcomes(
                platform.store, operator(), decision_point, batch, source=file.name
            )
    console.print(f"{received:,} outcomes received.")


def _read(lines: Iterator[str], name: str) -> Iterator[Observation]:
    reader = csv.DictReader(lines)
    missing = set(_COLUMNS) - set(reader.fieldnames or ())
    if missing:
        raise InvalidInput(
            f"{name} has no column {', '.join(sorted(missing))}.",
            f"Its first line must name {', '.join(_COLUMNS)}.",
        )
    for row in reader:
        try:
            observed_at_ms = from_rfc3339(row["observed_at"])
        except (ValueError, TypeError) as error:
            raise InvalidInput(
                f"{name}:{reader.line_num}: '{row['observed_at']}' is not a time with an offset.",
                "Write it as 2026-03-01T09:30:00Z. Rows of earlier batches were recorded.",
            ) from error
        yield Observation(
            entity=row["entity"] or "", label=row["label"] or "", observed_at_ms=observed_at_ms
        )
