"""`spanwise demo`."""

import shutil
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.progress import Progress

from spanwise.cli.common import Home, console, open_platform
from spanwise.core.errors import Conflict
from spanwise.demo.organisation import MEMBERS, read_password
from spanwise.demo.report import print_report
from spanwise.demo.sample import Sample, build
from spanwise.server.app import create_app

app = typer.Typer(add_completion=False)
_DEFAULT_HOME = Path(".spanwise")


@app.command()
def demo(
    data: Annotated[
        Path | None,
        typer.Option(help="Folder with the real data sets; simulated without.", exists=True),
    ] = None,
    home: Home = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    serve: Annotated[bool, typer.Option(help="Open it in a server afterwards.")] = True,
) -> None:
    """Build a sample organisation, print what it shows, and open it.

    A second start opens what is there. Remove the folder to build it anew.

    Example: spanwise demo --home .spanwise
    """
    folder = (home or _DEFAULT_HOME).absolute()
    if not (folder / "spanwise.db").exists():
        if folder.exists() and any(folder.iterdir()):
            raise Conflict(f"{folder} holds something else.", "Give another folder with --home.")
        sample = _build(folder, data)
        with open_platform(folder) as platform:
            print_report(platform, sample)
    elif data is not None:
        raise Conflict(
            f"{folder} holds a sample organisation already.",
            "Give another folder with --home, or remove this one.",
        )
    if serve:
        _serve(folder, port)


def _build(folder: Path, data: Path | None) -> Sample:
    """Builds beside the folder and moves it there when it is whole."""
    draft = folder.with_name(f"{folder.name}.building")
    shutil.rmtree(draft, ignore_errors=True)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("", total=1.0)
        sample = build(
            draft, data, lambda what, done: progress.update(task, description=what, completed=done)
        )
    if folder.exists():
        folder.rmdir()
    draft.rename(folder)
    return sample


def _serve(folder: Path, port: int | None) -> None:
    password = read_password(folder)
    with open_platform(folder) as platform:
        listen = port or platform.settings.port
        console.print(f"\n[bold]Spanwise at http://127.0.0.1:{listen}[/bold]  (Ctrl-C stops it)")
        for member in MEMBERS:
            role = member.role.replace("_", " ")
            console.print(f"  {member.login:<16} {role:<16} password {password}")
        uvicorn.run(
            create_app(platform),
            host="127.0.0.1",
            port=listen,
            log_level="warning",
            access_log=False,
            server_header=False,
        )
