"""`spanwise init` starts from a workspace that is right."""

from pathlib import Path

import pytest

from spanwise.core.errors import Conflict
from spanwise.workspace.load import load
from spanwise.workspace.scaffold import scaffold


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("acme", "acme"),
        ("Acme & Sons, Ltd.", "acme-sons-ltd"),
        ("2026", "my-company"),
        ("null", "my-company"),
        ("Ärzte", "rzte"),
        ("x" * 200, "x" * 64),
    ],
)
def test_a_new_workspace_has_no_problems(tmp_path: Path, folder: str, name: str) -> None:
    written = scaffold(tmp_path / folder)
    assert all(path.is_file() for path in written)
    loaded = load(tmp_path / folder)
    assert loaded.problems == ()
    assert loaded.workspace.settings.name == name
    assert list(loaded.workspace.decision_points) == ["support.ticket-urgency"]
    assert loaded.contents() == {}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    mine = tmp_path / "decisions" / "ticket-urgency.yaml"
    mine.parent.mkdir()
    mine.write_text("# mine")
    with pytest.raises(Conflict, match="there already"):
        scaffold(tmp_path)
    assert mine.read_text() == "# mine"
    assert not (tmp_path / "workspace.yaml").exists()
