"""Every route of the API stands in the reference, and none that does not exist."""

import re
from pathlib import Path

from spanwise.runtime.platform import Platform
from spanwise.runtime.settings import Settings
from spanwise.server.app import create_app

PAGE = (Path(__file__).parents[3] / "docs/reference/api.md").read_text()
# Answered ahead of the framework's own routes.
DECIDE = "POST /v1/decisions/{decision_point}"


def test_the_page_names_every_route_and_no_other(tmp_path: Path) -> None:
    with Platform(Settings.read({}, tmp_path)) as platform:
        paths = create_app(platform).openapi()["paths"]
    served = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    listed = re.findall(r"^\| `([A-Z]+ [^`?]+)[^`]*` \|", PAGE, re.MULTILINE)
    assert set(listed) == served | {DECIDE}
