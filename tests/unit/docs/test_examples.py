"""Commands and links in the documents: each command can be given, each link leads somewhere."""

import importlib
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from spanwise.cli.main import COMMANDS

ROOT = Path(__file__).parents[3]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
BLOCK = re.compile(r"```\n(.*?)```", re.DOTALL)
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def lines(start: str) -> list[str]:
    return sorted(
        {
            line.partition("#")[0].strip()
            for page in PAGES
            for block in BLOCK.findall(page.read_text())
            for line in block.splitlines()
            if line.startswith(start)
        }
    )


@pytest.mark.parametrize("line", lines("spanwise "))
def test_a_command_exists_with_its_options(line: str) -> None:
    _, name, *words = shlex.split(line)
    assert name in COMMANDS
    module = importlib.import_module(f"spanwise.cli.{name}")
    command: Any = typer.main.get_command(module.app)
    inner = getattr(command, "commands", None)
    if inner is not None:
        command = inner[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("line", lines("make "))
def test_a_target_exists(line: str) -> None:
    assert line.split()[1] in TARGETS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not heading or heading in headings(target), link


def headings(page: Path) -> set[str]:
    """The anchors that a page has, as they are usually made of its headings."""
    found = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text).lower().replace(" ", "-") for text in found}
