"""Optional dependencies: loaded where they are needed, named where they are missing."""

import importlib
from types import ModuleType

from spanwise.core.errors import MissingExtra


def load_extra(module: str, extra: str, needed_for: str) -> ModuleType:
    """The module of an optional dependency.

    Raises:
        MissingExtra: it is not installed; says with which extra it comes.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtra(extra, needed_for) from error
