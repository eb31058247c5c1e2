"""Where the example workspaces are: in the checkout, or inside an installed package."""

from pathlib import Path

from spanwise.core.errors import NotFound

_PACKAGE = Path(__file__).parents[1]
_PLACES = (_PACKAGE / "examples", _PACKAGE.parents[1] / "examples")


def example(name: str) -> Path:
    """The folder of an example workspace.

    Raises:
        NotFound: this installation has no such example.
    """
    for place in _PLACES:
        if (place / name).is_dir():
            return place / name
    raise NotFound(f"This installation has no example '{name}'.", "Install the whole package.")
