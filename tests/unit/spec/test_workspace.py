"""A workspace is stored as text, and rebuilt from it."""

import hashlib
import json

import pytest

from spanwise.core.canonical import canonical
from spanwise.core.errors import InvalidInput
from spanwise.spec.models.contracts import DataContract
from spanwise.spec.parse import parse_text, workspace_of
from spanwise.spec.workspace import Workspace

TEXT = """\
workspace: meridian
simulated: true
---
function: operations
owner: {user: dana.ito, deputy: sam.okafor}
teams: {desk: [lee.park]}
review_cycle: {every: 90d, overdue: freeze_changes}
---
apiVersion: v3.2.0
kind: DataContract
id: incidents
version: 1.0.0
customProperties: [{property: lifecycle, value: [opened, closed]}]
schema:
  - name: incidents
    properties:
      - {name: number, logicalType: string, required: true, unique: true, tags: [key]}
      - {name: impact, logicalType: string, enum: [{value: "1"}], classification: internal}
      - name: closed_at
        logicalType: timestamp
        customProperties: [{property: knownAt, value: closed}]
        quality: [{metric: nullValues, mustBeLessThan: 0.5}]
---
product: operations.incidents
contract: incidents
key: number
as_of: closed_at
format: {nulls: ["?"], dates: "%d/%m/%Y"}
---
entity: incident
key: number
sources: [{from: operations.incidents, fields: {number: number}}]
---
asset: critical
kind: rule
owner: operations
expression: "impact == '1'"
---
asset: router
kind: model
owner: operations
file: router.onnx
inputs: [impact, {name: age, type: number}]
---
decision_point: operations.route
moment: {process: desk, activity: opened, at: opened}
context: [{product: operations.incidents, fields: [impact], max_age: 24h}]
uses: {model: router}
options: {from: model}
routing: {max_error: 15%, review_when: critical}
review: {team: desk, due: 4h}
outcome: {label: group, matures: 30d}
costs: {reviewer_per_hour: 45.50 EUR, wrong: 20 EUR}
"""


def workspace(text: str = TEXT) -> Workspace:
    return workspace_of(parse_text(text))


def test_a_workspace_is_rebuilt_from_its_text() -> None:
    before = workspace()
    after = Workspace.from_json(before.to_json())
    assert after == before
    assert after.to_json() == before.to_json()
    assert after.digest == before.digest


def test_the_digest_is_of_the_stored_text() -> None:
    stored = workspace()
    assert stored.digest == hashlib.sha256(stored.to_json().encode()).hexdigest()


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("15%", "0.15"),
        ("24h", "1d"),
        ("45.50 EUR", "45.5 EUR"),
        ("workspace:", "# hello\nworkspace:"),
    ],
)
def test_equal_meaning_has_an_equal_digest(written: str, otherwise: str) -> None:
    assert workspace(TEXT.replace(written, otherwise)).digest == workspace().digest


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [("15%", "16%"), ("0.5", "0.6"), ("[impact, {", "[{"), ("dana", "ana")],
)
def test_another_meaning_has_another_digest(written: str, otherwise: str) -> None:
    text = TEXT.replace(written, otherwise, 1)
    assert workspace(text).digest != workspace().digest


def test_the_order_of_documents_does_not_matter() -> None:
    turned = "---\n".join(reversed(TEXT.split("---\n")))
    assert workspace(turned).digest == workspace().digest


def test_the_data_of_our_documents_has_no_floats_and_parses_to_an_equal_document() -> None:
    point = workspace().decision_points["operations.route"]
    assert canonical(point.data())
    assert type(point).model_validate(point.data()) == point
    assert type(point).model_validate(point.data()).digest() == point.digest()


def test_a_contract_is_seen_typed_and_kept_as_written() -> None:
    contract = workspace().contracts["incidents"]
    assert isinstance(contract, DataContract)
    assert contract.lifecycle == ("opened", "closed")
    assert contract.document["schema"][0]["name"] == "incidents"
    table = workspace().table("operations.incidents")
    closed_at, impact = table.by_name["closed_at"], table.by_name["impact"]
    assert closed_at.known_at == "closed"
    assert closed_at.quality == ({"metric": "nullValues", "mustBeLessThan": 0.5},)
    assert (impact.known_at, impact.allowed) == (None, ("1",))
    assert impact.tags == {"internal"}
    assert (contract.table("incidents"), contract.table("other")) == (table, None)


def test_the_names_of_a_rule_are_the_fields_that_it_reads() -> None:
    critical = workspace().assets["critical"]
    assert critical.kind == "rule"
    assert critical.names == {"impact"}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"workspace": {}}', "null"])
def test_what_is_not_a_stored_workspace_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        Workspace.from_json(text)


def test_a_stored_workspace_with_something_unknown_is_refused() -> None:
    stored = json.loads(workspace().to_json())
    stored["functions"][0]["sponsor"] = "x"
    with pytest.raises(InvalidInput, match="cannot be read"):
        Workspace.from_json(json.dumps(stored))


def test_a_product_that_does_not_exist_has_no_table() -> None:
    with pytest.raises(KeyError):
        workspace().table("operations.nothing")
