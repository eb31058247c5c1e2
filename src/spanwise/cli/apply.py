"""`spanwise apply`."""

from pathlib import Path

import typer

from spanwise.cli.check import AssetsDir, Directory
from spanwise.cli.common import AsJson, Home, console, open_platform, operator, print_json
from spanwise.cli.plan import print_changes
from spanwise.workspace.apply import apply as apply_workspace
from spanwise.workspace.load import load

app = typer.Typer(add_completion=False)


@app.command()
def apply(
    directory: Directory = Path(),
    assets: AssetsDir = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Put a workspace in force, in one transaction, if it has no mistake.

    Example: spanwise apply workspace
    """
    loaded = load(directory, assets_dir=assets)
    with open_platform(home) as platform:
        applied = apply_workspace(platform.store, operator(), loaded.workspace, loaded.contents())
    if as_json:
        print_json(applied)
        return
    print_changes(applied.changes)
    for step in applied.releases:
        what = "runs" if step.pinned else "has a new release that waits for its owner:"
        console.print(f"{step.decision_point} {what} {step.release[:12]}", soft_wrap=True)
