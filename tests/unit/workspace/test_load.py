"""A workspace is read from a folder, together with everything that is wrong with it."""

import shutil
import time
from pathlib import Path

import pytest

from spanwise.core.errors import InvalidInput, NotFound, TooLarge
from spanwise.spec.models.decision_points import Stage
from spanwise.spec.workspace import Workspace
from spanwise.workspace.load import MAX_FILES, Loaded, load

EXAMPLE = Path(__file__).parents[3] / "examples" / "operations"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder that holds the example's model."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "incident-router.onnx").write_bytes(b"a model")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example that may be spoilt."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "operations"))


def codes(loaded: Loaded) -> list[str]:
    return [problem.code for problem in loaded.problems]


def test_the_example_is_right_once_its_model_is_there(models: Path) -> None:
    loaded = load(EXAMPLE, assets_dir=models)
    assert loaded.problems == ()
    workspace = loaded.workspace
    point = workspace.decision_points["operations.route-incident"]
    assert (point.stage, point.routing.max_error) == (Stage.GUARDED, 0.15)
    assert Workspace.from_json(workspace.to_json()) == workspace
    assert loaded.contents() == {"incident-router": b"a model"}


def test_the_example_says_what_makes_its_model() -> None:
    (problem,) = load(EXAMPLE).problems
    assert (problem.file, problem.line, problem.code) == ("assets.yaml", 6, "file_missing")
    assert "spanwise demo" in problem.fix


def test_a_workspace_with_problems_is_not_given_out() -> None:
    loaded = load(EXAMPLE)
    with pytest.raises(InvalidInput, match=r"assets\.yaml:6:7"):
        _ = loaded.workspace
    with pytest.raises(InvalidInput):
        loaded.contents()


def test_problems_come_from_every_file_in_their_order(folder: Path, models: Path) -> None:
    (folder / "z.yml").write_text("whatever: x\n")
    (folder / "decisions" / "a.yaml").write_text("decision_point: operations.x\nstage: shadw\n")
    loaded = load(folder, assets_dir=models)
    files = [problem.file for problem in loaded.problems]
    assert files == sorted(files)
    assert set(files) == {"decisions/a.yaml", "z.yml"}


def test_hidden_folders_and_other_files_are_passed_over(folder: Path, models: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "a.yaml").write_text("whatever: x")
    (folder / ".hidden.yaml").write_text("whatever: x")
    (folder / "notes.txt").write_text("whatever: x")
    assert not load(folder, assets_dir=models).problems


def test_a_link_does_not_bring_in_what_lies_outside(
    folder: Path, models: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside.yaml").write_text("whatever: x")
    (folder / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (folder / "incident-router.onnx").symlink_to(models / "incident-router.onnx")
    assert codes(load(folder)) == ["file_missing"]


def test_a_file_that_cannot_be_read_is_a_problem_of_that_file(folder: Path, models: Path) -> None:
    (folder / "latin.yaml").write_bytes("title: Ä".encode("latin-1"))
    (folder / "huge.yaml").write_bytes(b"#" * 16_000_001)
    loaded = load(folder, assets_dir=models)
    assert [(problem.file, problem.code) for problem in loaded.problems] == [
        ("huge.yaml", "too_large"),
        ("latin.yaml", "invalid_yaml"),
    ]


def test_a_byte_order_mark_does_not_matter(folder: Path, models: Path) -> None:
    path = folder / "workspace.yaml"
    path.write_text(path.read_text(), encoding="utf-8-sig")
    assert not load(folder, assets_dir=models).problems


def test_there_must_be_a_folder_with_a_bounded_number_of_files(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no folder"):
        load(tmp_path / "nothing")
    for number in range(MAX_FILES + 1):
        (tmp_path / f"{number}.yaml").touch()
    with pytest.raises(TooLarge, match="more than"):
        load(tmp_path)


def test_an_empty_folder_has_no_workspace(tmp_path: Path) -> None:
    assert codes(load(tmp_path)) == ["no_workspace"]


def test_a_thousand_decision_points_are_read_and_checked_quickly(
    folder: Path, models: Path
) -> None:
    text = (folder / "decisions" / "route-incident.yaml").read_text()
    many = [text.replace("operations.route-incident", f"operations.route-{n}") for n in range(999)]
    (folder / "decisions" / "many.yaml").write_text("\n---\n".join(many))
    started = time.process_time()
    loaded = load(folder, assets_dir=models)
    assert time.process_time() - started < 5  # about 0.7 s on a quiet core
    assert not loaded.problems
    assert len(loaded.workspace.decision_points) == 1_000
