"""The web application over the example's operations desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.site import Site, open_site

from spanwise.core.clock import FixedClock


@pytest.fixture
def site(tmp_path: Path, clock: FixedClock) -> Iterator[Site]:
    with open_site(tmp_path, clock) as opened:
        yield opened
