"""Checks that need more than the documents: the standard's schema, grants, time zones, files."""

import shutil
from pathlib import Path

import pytest

from spanwise.spec.problems import Problem
from spanwise.workspace.load import load

EXAMPLE = Path(__file__).parents[3] / "examples" / "operations"


def problems(tmp_path: Path, file: str, right: str, wrong: str) -> list[Problem]:
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "operations"))
    (folder / "incident-router.onnx").write_bytes(b"a model")
    text = (folder / file).read_text()
    assert right in text
    (folder / file).write_text(text.replace(right, wrong, 1))
    return list(load(folder).problems)


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (("workspace.yaml", "Europe/Amsterdam", "Europe/Amsterdm"),
         "unknown_time_zone", "Did you mean 'Europe/Amsterdam'?"),
        (("products.yaml", "time_zone: UTC", "time_zone: Mars/Base"),
         "unknown_time_zone", "Mars"),
        (("assets.yaml", "incident-router.onnx", "models/r.onnx"),
         "file_missing", "models/r.onnx"),
        (("decisions/route-incident.yaml", "margin: 2%", "critical: golden.csv"),
         "file_missing", "golden.csv"),
        (("contracts/incidents.odcs.yaml", "status: active", "stauts: active"),
         "invalid_contract", "stauts"),
        (("contracts/incidents.odcs.yaml", "logicalType: boolean", "logicalType: flag"),
         "invalid_contract", "flag"),
        (("contracts/incidents.odcs.yaml", "^([a-z]+|[0-9]+)$", "^(?=legacy)"),
         "unsupported_rule", "Patterns cannot use"),
        (("products.yaml", "as_of: opened_at", "as_of: impact"),
         "unsupported_rule", "Use a date or a timestamp"),
        (("products.yaml", "columns: [outcome]}", "columns: [outcom]}"),
         "invalid_rule", "Did you mean 'outcome'?"),
        (("products.yaml", "who: {kind: platform}", "who: {role: boss}"),
         "invalid_rule", "boss"),
        (("products.yaml", "[routing], purpose: [inference]", "[routing], purpose: [training]"),
         "access_denied", "lets the AI read"),
    ],
)  # fmt: skip
def test_one_mistake_is_told_in_its_file(
    tmp_path: Path, change: tuple[str, str, str], code: str, says: str
) -> None:
    found = problems(tmp_path, *change)
    assert {problem.code for problem in found} == {code}, found
    assert says in str(found[0])
    assert (found[0].file, found[0].line > 0) == (change[0], True) or code == "access_denied"


def test_every_field_that_the_ai_may_not_read_is_named(tmp_path: Path) -> None:
    right = "{id: router, allow: read, who: {kind: ai}, columns: [routing]"
    wrong = "{id: router, allow: read, who: {kind: ai}, columns: [impact, urgency]"
    found = problems(tmp_path, "products.yaml", right, wrong)
    assert {problem.code for problem in found} == {"access_denied"}
    assert len(found) == 7
    assert len({problem.line for problem in found}) == 7
