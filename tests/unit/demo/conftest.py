import os
from pathlib import Path

import pytest

BESIDE_THE_PROJECT = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of real data; a test that needs it skips where it is absent."""
    folder = Path(os.environ.get("SPANWISE_DATA", BESIDE_THE_PROJECT))
    if not (folder / "operations").is_dir():
        pytest.skip(f"no real data at {folder}: set SPANWISE_DATA")
    return folder
