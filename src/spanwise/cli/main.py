"""`spanwise`: the list of commands, and what every one of them shares."""

import importlib
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from spanwise import __version__
from spanwise.core.errors import SpanwiseError

# Loading every command to print this list would take seconds: it names them, they load when used.
COMMANDS = {
    "init": "Write a small working workspace into a folder.",
    "check": "Check a workspace: every mistake with file, line and fix.",
    "plan": "Show what a changed workspace would change, and whom it touches.",
    "apply": "Put a checked workspace in force.",
    "serve": "Serve the API and the pages.",
    "demo": "Build a sample organisation, or replay real data, and open it.",
    "ingest": "Load a file into a data product; bad rows go to quarantine.",
    "decide": "Decide one case from the terminal.",
    "outcomes": "Load what turned out to be right.",
    "certify": "Try to certify the pinned release of a decision point.",
    "stage": "Show the stage of a decision point, or suspend it.",
    "scorecard": "Show a function's figures against its own baseline.",
    "readiness": "Show which function is ready, and what is missing.",
    "audit": "Export the audit log, and verify an export offline.",
    "accounts": "Add and disable people's accounts.",
    "tokens": "Issue and revoke API tokens for services.",
}


class Commands(TyperGroup):
    """A group whose commands are modules of this package."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"spanwise.cli.{cmd_name}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


app = typer.Typer(
    cls=Commands,
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: spanwise demo. Each command has --help with an example.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"spanwise {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """Takes AI that works in one business function and makes it work in many."""


def run() -> None:
    """The entry point: an error ends with what is wrong, the fix, and exit code 2."""
    try:
        app()
    except SpanwiseError as error:
        typer.echo(f"error: {error.message}", err=True)
        if error.fix:
            typer.echo(f"  fix: {error.fix}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    run()
