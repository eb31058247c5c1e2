"""Every environment variable that is read stands in the reference, with its default."""

import re
from pathlib import Path

from spanwise.runtime.settings import Settings

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/reference/settings.md").read_text()


def test_the_page_names_every_variable_and_no_other() -> None:
    read = {
        name
        for folder in ("src", "tests")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"SPANWISE_[A-Z_]*[A-Z]", path.read_text())
    }
    assert set(re.findall(r"\| `(SPANWISE_[A-Z_]+)` \|", PAGE)) == read


def test_the_defaults_are_those_of_an_empty_environment() -> None:
    settings = Settings.read({})
    assert f"| `SPANWISE_HOME` | `{settings.home.name}` |" in PAGE
    assert f"| `SPANWISE_HOST` | `{settings.host}` |" in PAGE
    assert f"| `SPANWISE_PORT` | `{settings.port}` |" in PAGE
    assert "| `SPANWISE_HTTPS` | off |" in PAGE
    assert not settings.secure_cookies
