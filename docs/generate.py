"""Writes the reference pages that are made from the code.

python docs/generate.py            write them
python docs/generate.py --check    write nothing; exit code 1 if one is not current
"""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from spanwise.cli.main import COMMANDS
from spanwise.routing.routes import IN_WORDS

REFERENCE = Path(__file__).parent / "reference"
_SHELL_OPTIONS = {"install_completion", "show_completion", "help"}
_MADE = re.compile(r"(<!-- made by docs/generate.py -->\n).*(<!-- end -->\n)", re.DOTALL)


def pages() -> dict[Path, str]:
    """The text of each page, as it should be."""
    return {
        REFERENCE / "commands.md": _filled("commands.md", "\n".join(_commands())),
        REFERENCE / "reasons.md": _filled("reasons.md", "\n".join(_reasons())),
    }


def _filled(name: str, made: str) -> str:
    """A page with the part between the marks made anew; the prose around it is written by hand."""
    text = (REFERENCE / name).read_text(encoding="utf-8")
    return _MADE.sub(lambda marks: f"{marks[1]}\n{made}\n{marks[2]}", text)


def _commands() -> Iterator[str]:
    for name in COMMANDS:
        module = importlib.import_module(f"spanwise.cli.{name}")
        yield from _command(typer.main.get_command(module.app), f"spanwise {name}", None, 2)


def _command(command: Any, title: str, parent: Any, level: int) -> Iterator[str]:
    context = command.make_context(
        title.rsplit(maxsplit=1)[-1], [], parent=parent, resilient_parsing=True
    )
    about, _, example = (command.help or "").partition("Example: ")
    yield f"{'#' * level} `{title}`\n"
    yield f"{about.strip()}\n"
    rows = [
        f"| `{record[0]}` | {record[1].strip().replace('|', '&#124;') or '–'} |"
        for parameter in command.get_params(context)
        if parameter.name not in _SHELL_OPTIONS
        and (record := parameter.get_help_record(context)) is not None
    ]
    if rows:
        yield "\n".join(["| argument or option | what |", "|---|---|", *rows]) + "\n"
    if example:
        yield f"```\n{example.strip()}\n```\n"
    for name, inner in getattr(command, "commands", {}).items():
        yield from _command(inner, f"{title} {name}", context, level + 1)


def _reasons() -> Iterator[str]:
    yield "| code | what it says |"
    yield "|---|---|"
    for reason, words in IN_WORDS.items():
        yield f"| `{reason}` | {words} |"
    yield ""


def main() -> int:
    """Writes or checks the pages; the exit code."""
    stale = [path for path, text in pages().items() if path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            sys.stderr.write(f"{path.name} is not current; run: python docs/generate.py\n")
        return int(bool(stale))
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
