"""`spanwise init`."""

from pathlib import Path
from typing import Annotated

import typer

from spanwise.cli.common import console
from spanwise.workspace.scaffold import scaffold

app = typer.Typer(add_completion=False)


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(help="An empty or new folder.")] = Path("workspace"),
) -> None:
    """Write a small working workspace into a folder, with comments that explain it.

    Example: spanwise init workspace
    """
    for path in scaffold(directory):
        console.print(f"wrote {path}")
    console.print(f"Next: spanwise check {directory}")
