"""Reads a workspace from its folder and checks it."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from spanwise.core.errors import InvalidInput, NotFound, TooLarge
from spanwise.spec.models.assets import ModelAsset
from spanwise.spec.parse import Parsed, parse_text, workspace_of
from spanwise.spec.problems import Problem
from spanwise.spec.workspace import Workspace
from spanwise.spec.yaml import MAX_CHARACTERS
from spanwise.workspace.check import check

MAX_FILES = 2_000
MAX_ASSET_BYTES = 500_000_000
_SUFFIXES = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """A workspace as found in a folder.

    Attributes:
        problems: every mistake, by file and line; with any, there is no workspace to apply.
        places: where files are looked for, in order.
    """

    parsed: Parsed
    problems: tuple[Problem, ...]
    places: tuple[Path, ...] = field(repr=False)

    @property
    def workspace(self) -> Workspace:
        """The workspace.

        Raises:
            InvalidInput: it has problems; the first is named.
        """
        if self.problems:
            more = f" ({len(self.problems) - 1} more.)" if len(self.problems) > 1 else ""
            first = self.problems[0]
            raise InvalidInput(f"{first}{more}", code="invalid_workspace")
        return workspace_of(self.parsed)

    def contents(self) -> dict[str, bytes]:
        """The bytes of each model's file, by asset name.

        Raises:
            NotFound: a file went away since it was checked.
            TooLarge: a file over the bound.
        """
        return {
            asset.name: _content(asset, self.places)
            for asset in self.workspace.assets.values()
            if isinstance(asset, ModelAsset)
        }


def load(directory: Path, *, assets_dir: Path | None = None) -> Loaded:
    """Reads every YAML file below a folder, hidden ones apart, and checks them together.

    Args:
        assets_dir: where files are that are not in the workspace's own folder.

    Raises:
        NotFound: there is no such folder.
        TooLarge: the folder holds too many files.
    """
    if not directory.is_dir():
        raise NotFound(f"There is no folder '{directory}'.", "Make one with: spanwise init")
    places = (directory, assets_dir) if assets_dir else (directory,)
    parsed = Parsed()
    for path in _files(directory):
        parsed += _parsed_file(path, path.relative_to(directory).as_posix())
    found = check(parsed, lambda file: find_file(file, places) is not None)
    problems = tuple(sorted({*parsed.problems, *found}))
    return Loaded(parsed=parsed, problems=problems, places=places)


def find_file(file: str, places: tuple[Path, ...]) -> Path | None:
    """The first place's file of that name; None where no place has it, or only by leaving it."""
    for place in places:
        path = (place / file).resolve()
        if path.is_relative_to(place.resolve()) and path.is_file():
            return path
    return None


def _files(directory: Path) -> list[Path]:
    files = []
    for folder, folders, names in os.walk(directory):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files += [Path(folder, name) for name in names if _is_yaml(directory, Path(folder, name))]
        if len(files) > MAX_FILES:
            raise TooLarge(
                f"'{directory}' holds more than {MAX_FILES} YAML files.",
                "Point to the workspace's own folder, or put several documents into one file.",
            )
    return sorted(files)


def _is_yaml(directory: Path, path: Path) -> bool:
    """Whether it is a YAML file of the workspace; a link may not bring in what lies outside."""
    return (
        path.suffix in _SUFFIXES
        and not path.name.startswith(".")
        and path.is_file()
        and path.resolve().is_relative_to(directory.resolve())
    )


def _parsed_file(path: Path, file: str) -> Parsed:
    try:
        if path.stat().st_size > 4 * MAX_CHARACTERS:
            return _unreadable(file, "too_large", "The file is too large.", "Split it.")
        return parse_text(path.read_text(encoding="utf-8-sig"), file)
    except UnicodeDecodeError:
        fix = "Save it as UTF-8."
        return _unreadable(file, "invalid_yaml", "The file is not UTF-8 text.", fix)
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
        return _unreadable(file, "unreadable", message, "Check its permissions.")


def _unreadable(file: str, code: str, message: str, fix: str) -> Parsed:
    problem = Problem(file=file, line=0, column=0, code=code, message=message, fix=fix)
    return Parsed(problems=(problem,), complete=False)


def _content(asset: ModelAsset, places: tuple[Path, ...]) -> bytes:
    path = find_file(asset.file, places)
    if path is None:
        raise NotFound(f"The file '{asset.file}' of '{asset.name}' is not there any more.")
    if path.stat().st_size > MAX_ASSET_BYTES:
        raise TooLarge(f"The file '{asset.file}' has more than {MAX_ASSET_BYTES} bytes.")
    return path.read_bytes()
