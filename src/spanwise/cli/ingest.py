"""`spanwise ingest`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from spanwise.cli.common import AsJson, Home, console, open_platform, operator, print_json
from spanwise.core.errors import NotFound
from spanwise.data.ingest import ingest as ingest_file

app = typer.Typer(add_completion=False)


@app.command()
def ingest(
    product: Annotated[str, typer.Argument(help="A data product, such as operations.incidents.")],
    file: Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False)],
    again: Annotated[
        bool, typer.Option(help="Load the file even if the same bytes were loaded before.")
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Load a file: rows that keep the contract are served, the others go to quarantine.

    Delimited text, JSON Lines (both also .gz) or Parquet. Ends with exit code 1 if any row was
    quarantined.

    Example: spanwise ingest operations.incidents incidents.csv
    """
    with open_platform(home) as platform:
        workspace = platform.policies.workspace
        declared = workspace.products.get(product)
        if declared is None:
            raise NotFound(f"There is no data product '{product}'.", "See: spanwise check")
        with Progress(console=console, transient=True, disable=as_json) as progress:
            bars = {step: progress.add_task(step, total=None) for step in _STEPS}

            def advance(step: str, rows: int) -> None:
                progress.update(bars[step], advance=rows)

            report = ingest_file(
                platform.store,
                declared,
                workspace.contracts[declared.contract],
                file,
                operator(),
                source=file.name,
                again=again,
                progress=advance,
            )
    if as_json:
        print_json(report)
    else:
        known = " (loaded before)" if report.repeated else ""
        console.print(
            f"{report.received:,} rows received{known}: {report.accepted:,} accepted, "
            f"{report.quarantined:,} in quarantine.",
            soft_wrap=True,
        )
        for reason, count in sorted(report.reasons.items(), key=lambda item: -item[1]):
            console.print(f"  {count:>8,}  {reason}", soft_wrap=True, markup=False)
        for notice in report.notices:
            console.print(f"  note: {notice}", soft_wrap=True, markup=False)
    if report.quarantined:
        raise typer.Exit(1)


_STEPS = ("read", "checked", "staged")
