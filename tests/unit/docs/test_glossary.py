"""The glossary names what the code calls a thing, and has every noun that the code lives by."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
GLOSSARY = (ROOT / "docs/glossary.md").read_text()
SOURCE = "\n".join(path.read_text() for path in sorted((ROOT / "src/spanwise").rglob("*.py")))
NOUNS = (
    *("Actor", "Alarm", "AuditEntry", "Baseline", "Batch", "BusinessFunction", "Case"),
    *("Certificate", "Checkpoint", "Context", "Criterion", "DataContract", "Decision"),
    *("DecisionPoint", "DecisionRecord", "Estimate", "Evidence", "Moment", "Outcome", "Pin"),
    *("Product", "Reason", "Recommendation", "Release", "Resolution", "Route", "Stage"),
    *("Task", "UnitOfWork", "Verdict", "Workspace"),
)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_main_noun_is_explained(noun: str) -> None:
    assert f"(`{noun}`)" in GLOSSARY


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\(`(\w+)`\)", GLOSSARY))))
def test_a_name_in_the_glossary_is_a_class(name: str) -> None:
    assert re.search(rf"^class {name}\b", SOURCE, re.MULTILINE)
