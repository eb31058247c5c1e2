"""Mistakes that only show across documents: one change to a workspace that is right, each time."""

import pytest

from spanwise.spec.checks.workspaces import cross_problems
from spanwise.spec.parse import parse_text
from spanwise.spec.problems import Problem

TEXT = """\
workspace: meridian
---
function: operations
owner: {user: dana.ito, deputy: sam.okafor}
teams: {desk: [lee.park, ana.silva], night: [kim.roe]}
---
apiVersion: v3.2.0
kind: DataContract
id: incidents
version: 1.0.0
customProperties: [{property: lifecycle, value: [opened, resolved, closed]}]
schema:
  - name: incidents
    properties:
      - {name: number, logicalType: string}
      - {name: opened_at, logicalType: timestamp}
      - {name: impact, logicalType: string}
      - {name: age, logicalType: integer}
      - {name: resolution, customProperties: [{property: knownAt, value: resolved}]}
      - {name: final_group, customProperties: [{property: knownAt, value: closed}]}
---
apiVersion: v3.2.0
kind: DataContract
id: callers
version: 1.0.0
schema: [{name: callers, properties: [{name: caller}, {name: seen_at}, {name: tier}]}]
---
product: operations.incidents
contract: incidents
key: number
as_of: opened_at
rules: [{id: ai, allow: read, who: {kind: ai}, columns: [impact]}]
---
product: operations.callers
contract: callers
key: caller
as_of: seen_at
---
entity: incident
key: number
sources:
  - {from: operations.incidents, fields: {number: number}}
  - {from: operations.callers, fields: {number: caller, tier: tier}}
conflict: {tier: newest}
---
asset: router
kind: model
owner: operations
file: router.onnx
inputs: [impact, {name: age, type: number}]
---
asset: critical
kind: rule
owner: operations
expression: "impact == '1'"
---
asset: simple
kind: rule
owner: operations
recommend: [{when: "impact == '1'", option: major}, {otherwise: minor}]
---
decision_point: operations.route
moment: {process: desk, activity: opened, at: opened}
entity: incident
context:
  - {product: operations.incidents, fields: [impact, age]}
  - {product: operations.callers, fields: [tier]}
uses: {model: router}
options: [major, minor]
actions: {major: wake somebody}
stage: guarded
routing: {max_error: 5%, review_when: critical}
review: {team: desk, due: 4h, escalate: [{after: 4h, to: night}, {after: 8h, to: owner}]}
outcome: {label: final_group, matures: 30d}
costs: {wrong: {major: 20 EUR}}
"""


def problems(text: str) -> list[Problem]:
    parsed = parse_text(text, "w.yaml")
    assert not parsed.problems
    return sorted(cross_problems(parsed))


def test_a_workspace_that_is_right_has_no_problems() -> None:
    assert problems(TEXT) == []


@pytest.mark.parametrize(
    ("right", "wrong", "code", "says"),
    [
        # functions and assets
        ("deputy: sam.okafor", "deputy: dana.ito", "deputy_is_owner", "when the owner is away"),
        ("night: [kim.roe]", "night: [kim.roe], day: []", "empty_team", "day"),
        ("night: [kim.roe]", "night: [kim.roe], owner: [x]", "reserved_name", "owner"),
        ("[lee.park, ana.silva]", "[lee.park, lee.park]", "member_twice", "lee.park"),
        ("owner: operations\nfile", "owner: operation\nfile", "unknown_function",
         "Did you mean 'operations'?"),
        ("type: number}]", "type: number}, impact]", "input_twice", "impact"),
        # contracts, products, entities
        ("value: [opened, resolved, closed]", "value: [opened, closed]", "unknown_moment",
         "'resolved'"),
        ("value: [opened, resolved, closed]", "value: [opened, resolved, closed, opened]",
         "invalid_lifecycle", "twice"),
        ("value: closed}", "value: closd}", "unknown_moment", "Did you mean 'closed'?"),
        ("{name: seen_at}", "{name: seen_at}, {name: tier}", "field_twice", "tier"),
        ("contract: incidents", "contract: incident", "unknown_contract",
         "Did you mean 'incidents'?"),
        ("contract: callers", "contract: callers\ntable: caller", "unknown_table",
         "Did you mean 'callers'?"),
        ("schema: [{name: callers", "schema: [{name: other}, {name: callers", "unknown_table",
         "Add 'table: other'"),
        ("key: caller", "key: callr", "unknown_field", "Did you mean 'caller'?"),
        ("as_of: seen_at", "as_of: seen", "unknown_field", "Did you mean 'seen_at'?"),
        ("columns: [impact]}", "columns: [impact]}, {id: ai, deny: read, who: {kind: ai}, "
         "columns: [x]}", "rule_twice", "'ai'"),
        ("from: operations.callers", "from: operations.calers", "unknown_product",
         "Did you mean 'operations.callers'?"),
        ("fields: {number: caller, tier", "fields: {nr: caller, tier", "key_not_mapped",
         "'number'"),
        ("conflict: {tier", "conflict: {teir", "unknown_field", "Did you mean 'tier'?"),
        ("from: operations.callers", "from: operations.incidents", "source_twice", "Merge"),
        # context
        ("decision_point: operations.route", "decision_point: operation.route", "unknown_function",
         "Did you mean 'operations'?"),
        ("product: operations.callers, fields", "product: operations.caller, fields",
         "unknown_product", "Did you mean 'operations.callers'?"),
        ("[impact, age]", "[impact, agee, age]", "unknown_field", "Did you mean 'age'?"),
        ("[impact, age]", "[impact, age, resolution]", "known_too_late",
         "'resolution' is known at 'resolved', after the decision at 'opened'. "
         "Remove it, or move the decision to 'resolved'."),
        ("[impact, age]", "[impact, age, tier]", "field_twice",
         "first from 'operations.incidents'"),
        (", at: opened}", "}", "unknown_moment", "one of opened, resolved, closed"),
        (", at: opened}", ", at: openend}", "unknown_moment", "Did you mean 'opened'?"),
        ("fields: [impact, age]", "at: open, fields: [impact, age]", "unknown_moment",
         "Did you mean 'opened'?"),
        ("entity: incident\ncontext", "entity: incidnt\ncontext", "unknown_entity",
         "Did you mean 'incident'?"),
        ("entity: incident\ncontext", "context", "entity_missing", "several products"),
        ("label: final_group", "label: impact", "label_in_context", "known later"),
        # what recommends
        ("model: router", "model: ruter", "unknown_asset", "Did you mean 'router'?"),
        ("model: router", "model: simple", "wrong_kind", "{rule: simple}"),
        ("model: router", "rule: router", "wrong_kind", "{model: router}"),
        ("model: router", "rule: critical", "wrong_kind", "recommends nothing"),
        ("[impact, age]", "[impact]", "input_not_in_context", "'age'"),
        ("name: age, logicalType: integer", "name: age, logicalType: string", "input_type", "age"),
        # options
        ("[major, minor]", "[major, minor, major]", "option_twice", "major"),
        ("actions: {major", "actions: {majr", "unknown_option", "Did you mean 'major'?"),
        ("wrong: {major", "wrong: {mojor", "unknown_option", "Did you mean 'major'?"),
        # stage and routing
        ("max_error: 5%, ", "", "max_error_missing", "max_error"),
        ("max_error: 5%", "max_error: 0", "max_error_out_of_range", "0%"),
        ("max_error: 5%", "max_error: 100%", "max_error_out_of_range", "100%"),
        ("max_error: 5%", "max_error: 5%, confidence: 100%", "confidence_out_of_range", "100%"),
        ("max_error: 5%", "max_error: 5%, confidence: 5%", "confidence_out_of_range", "5%"),
        ("max_error: 5%", "max_error: 5%, audit_rate: 1%", "audit_rate_too_low", "1%"),
        ("max_error: 5%", "max_error: 5%, holdout_rate: 1", "holdout_out_of_range", "100%"),
        ("stage: guarded", "stage: guarded\nkind: next_action\n#", "stage_not_possible", "assist"),
        ("review_when: critical", "review_when: critcal", "unknown_asset",
         "Did you mean 'critical'?"),
        ("review_when: critical", "review_when: router", "wrong_kind", "not a condition"),
        ("expression: \"impact ==", "expression: \"impct ==", "input_not_in_context", "'impct'"),
        # review
        ("team: desk", "team: dsk", "unknown_team", "Did you mean 'desk'?"),
        ("team: desk", "team: night, required_reviewers: 2", "team_too_small", "2 people"),
        ("to: night", "to: nights", "unknown_escalation", "Did you mean 'night'?"),
        ("after: 8h", "after: 4h", "escalation_order", "after"),
        ("due: 4h", "due: 5h", "escalation_order", "before due"),
    ],
)  # fmt: skip
def test_one_mistake_is_told_once(right: str, wrong: str, code: str, says: str) -> None:
    assert right in TEXT
    text = TEXT.replace(right, wrong, 1)
    found = [problem for problem in problems(text) if problem.code == code]
    assert len(found) == 1, problems(text)
    assert says in str(found[0])
    assert found[0].fix


def test_a_mistake_has_the_place_of_the_value() -> None:
    (found,) = problems(TEXT.replace("[impact, age]", "[impact, age, resolution]"))
    line = TEXT.splitlines().index("  - {product: operations.incidents, fields: [impact, age]}") + 1
    assert (found.file, found.line, found.column) == ("w.yaml", line, 59)


def test_a_later_moment_may_read_what_is_known_by_then() -> None:
    later = TEXT.replace("[impact, age]", "[impact, age, resolution]")
    assert problems(later.replace("at: opened}", "at: resolved}", 1)) == []


def test_a_product_may_have_a_moment_of_its_own() -> None:
    text = TEXT.replace("fields: [impact, age]", "at: closed, fields: [impact, age, resolution]")
    assert problems(text) == []


def test_a_rule_may_recommend_when_it_knows_only_the_options() -> None:
    text = TEXT.replace("model: router", "rule: simple")
    assert problems(text) == []
    wrong = text.replace("{otherwise: minor}", "{otherwise: small}")
    assert [problem.code for problem in problems(wrong)] == ["unknown_option"]
    unlisted = text.replace("options: [major, minor]", "options: {from: model}")
    assert [problem.code for problem in problems(unlisted)] == ["options_missing"]


def test_a_next_action_needs_a_holdout() -> None:
    text = TEXT.replace("stage: guarded", "stage: assist\nkind: next_action")
    assert [problem.code for problem in problems(text)] == ["holdout_missing"]
    assert problems(text.replace("max_error: 5%", "holdout_rate: 10%")) == []


def test_a_product_that_the_entity_does_not_map_cannot_be_joined() -> None:
    source = "  - {from: operations.callers, fields: {number: caller, tier: tier}}\n"
    text = TEXT.replace(source, "").replace("conflict: {tier: newest}\n", "")
    assert [problem.code for problem in problems(text)] == ["entity_not_mapped"]


def test_two_documents_of_one_name_are_told_with_both_places() -> None:
    (found,) = problems(TEXT + "---\nfunction: operations\nowner: {user: a, deputy: b}\n")
    assert found.code == "defined_twice"
    assert "w.yaml:3" in found.fix
    (found,) = problems(TEXT + "---\nworkspace: second\n")
    assert found.code == "defined_twice"


def test_a_folder_without_a_workspace_document_is_told() -> None:
    (found,) = problems(TEXT.partition("---\n")[2])
    assert (found.code, found.line) == ("no_workspace", 0)


def test_a_broken_document_is_told_once_and_not_by_all_who_refer_to_it() -> None:
    parsed = parse_text(TEXT.replace("deputy: sam.okafor", "depty: sam.okafor"))
    assert {problem.code for problem in parsed.problems} == {"missing_key", "unknown_key"}
    assert list(cross_problems(parsed)) == []


def test_a_file_that_cannot_be_read_makes_no_name_unknown() -> None:
    parsed = parse_text(TEXT.replace("teams: {desk", "teams: {{desk", 1))
    assert [problem.code for problem in parsed.problems] == ["invalid_key"]
    rest = parse_text(TEXT.partition("---\nproduct: operations.callers")[2].partition("---\n")[2])
    assert {problem.code for problem in cross_problems(rest)} > {"unknown_product", "no_workspace"}
    assert list(cross_problems(parsed + rest)) == []


def test_every_mistake_is_told_at_once() -> None:
    text = TEXT.replace("deputy: sam.okafor", "deputy: dana.ito").replace("team: desk", "team: x")
    text = text.replace("[impact, age]", "[impact, age, final_group]")
    assert {problem.code for problem in problems(text)} == {
        "deputy_is_owner",
        "unknown_team",
        "known_too_late",
        "label_in_context",
    }
