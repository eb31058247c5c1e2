"""Options and output that commands share."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from spanwise.core.actor import PLATFORM, Actor, ActorKind, Role
from spanwise.runtime.platform import Platform
from spanwise.runtime.settings import Settings

console = Console(highlight=False)

Home = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the data and keys.", envvar="SPANWISE_HOME"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


def open_platform(home: Path | None) -> Platform:
    """The installation of this folder, open.

    Raises:
        Unavailable: a server is running on it.
    """
    return Platform(Settings.read(os.environ, home))


def operator() -> Actor:
    """Whoever runs commands on the host: they can read the files, so they answer by name."""
    name = os.environ.get("SUDO_USER") or os.environ.get("USER") or "unknown"
    return Actor(
        id=f"{PLATFORM.id}:{name}",
        kind=ActorKind.PLATFORM,
        name=name,
        roles=frozenset(Role),
        functions=None,
    )


def print_json(value: object) -> None:
    """Prints a value as JSON, indented."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2)
    typer.echo(text.decode())


def print_pairs(pairs: Mapping[str, object]) -> None:
    """Prints names and values in two columns."""
    width = max(len(name) for name in pairs)
    for name, value in pairs.items():
        console.print(f"[dim]{name:<{width}}[/dim]  {value}", soft_wrap=True)
