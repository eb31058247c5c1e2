"""The walk leads through files and names that exist, and shows a record as it is today."""

import re
from pathlib import Path

import msgspec
import pytest

from spanwise.wire.decisions import ContextPart, DecisionRecord, decode_record

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "src/spanwise"
WALK = (ROOT / "docs/walk.md").read_text()
RECORD = re.search(r"```json\n(.*?)```", WALK, re.DOTALL)
STEPS = re.split(r"^## ", re.sub(r"```.*?```", "", WALK, flags=re.DOTALL), flags=re.MULTILINE)[1:]
CODE = re.compile(r"`([^`\n]+)`")


def files_of(step: str) -> list[str]:
    return [text for text in CODE.findall(step) if text.endswith(".py")]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.partition("\n")[0])
def test_its_files_exist_and_hold_its_names(step: str) -> None:
    texts = [(SOURCE / file).read_text() for file in files_of(step)]
    names = [text for text in CODE.findall(step) if re.fullmatch(r"[A-Za-z_]\w*", text)]
    for name in names:
        assert any(re.search(rf"\b{name}\b", text) for text in texts) or is_field(name), name


def is_field(name: str) -> bool:
    return name in DecisionRecord.__struct_fields__


def test_it_shows_a_whole_record() -> None:
    assert RECORD is not None
    shown = msgspec.json.decode(RECORD[1])
    assert list(shown) == list(DecisionRecord.__struct_fields__)
    assert [list(part) for part in shown["context"]] == [list(ContextPart.__struct_fields__)]
    assert decode_record(RECORD[1]).route == "automatic"
