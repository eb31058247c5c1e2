"""`spanwise check`."""

from pathlib import Path
from typing import Annotated

import typer

from spanwise.cli.common import AsJson, console, print_json
from spanwise.workspace.load import load

app = typer.Typer(add_completion=False)

Directory = Annotated[Path, typer.Argument(help="Folder of the workspace.")]
AssetsDir = Annotated[
    Path | None, typer.Option("--assets", help="Where model files are, if not in the workspace.")
]


@app.command()
def check(directory: Directory = Path(), assets: AssetsDir = None, as_json: AsJson = False) -> None:
    """Check a workspace. Ends with exit code 1 if there is any mistake.

    Example: spanwise check workspace
    """
    problems = load(directory, assets_dir=assets).problems
    if as_json:
        print_json({"problems": problems})
    for problem in () if as_json else problems:
        place = f"{problem.file}:{problem.line}:{problem.column}"
        console.print(f"[bold]{place}[/bold] {problem.message}", soft_wrap=True, markup=True)
        console.print(f"    fix: {problem.fix}", soft_wrap=True, style="dim", markup=False)
    if problems:
        if not as_json:
            console.print(f"{len(problems)} to fix.")
        raise typer.Exit(1)
    if not as_json:
        console.print("[green]✓[/green] The workspace is sound.")
