"""`spanwise plan`."""

from pathlib import Path

import typer

from spanwise.cli.check import AssetsDir, Directory
from spanwise.cli.common import AsJson, Home, console, open_platform, print_json
from spanwise.workspace.apply import Change
from spanwise.workspace.apply import plan as plan_changes
from spanwise.workspace.load import load

app = typer.Typer(add_completion=False)
_SIGNS = {"added": "[green]+[/green]", "changed": "[yellow]~[/yellow]", "removed": "[red]-[/red]"}


@app.command()
def plan(
    directory: Directory = Path(),
    assets: AssetsDir = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Show what applying would change, and which decision points it touches. Writes nothing.

    Example: spanwise plan workspace
    """
    loaded = load(directory, assets_dir=assets)
    with open_platform(home) as platform:
        changes = plan_changes(platform.store, loaded.workspace, loaded.contents())
    if as_json:
        print_json({"changes": changes})
    else:
        print_changes(changes)


def print_changes(changes: tuple[Change, ...]) -> None:
    """Prints one line a change, with whom it touches."""
    if not changes:
        console.print("Nothing would change.")
    for change in changes:
        touched = f"  touches {', '.join(change.touches)}" if change.touches else ""
        kind = change.kind.replace("_", " ").removesuffix("s")
        console.print(f"{_SIGNS[change.verb]} {kind} {change.name}{touched}", soft_wrap=True)
