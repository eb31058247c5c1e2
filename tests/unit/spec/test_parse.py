"""Documents are read from text, and each mistake is told with its place and its fix."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanwise.core.errors import InvalidInput
from spanwise.spec.models.decision_points import DecisionPoint, OptionsFrom, Stage
from spanwise.spec.models.functions import BusinessFunction
from spanwise.spec.parse import parse_text, workspace_of
from spanwise.spec.problems import Problem

POINT = """\
decision_point: operations.route-incident
moment: {surface: desk, object: incident, event: opened, at: opened}
context:
  - {product: operations.incidents, fields: [category, impact], max_age: 24h}
uses: {model: router}
options: [70, no, "25"]
stage: guarded
routing: {max_error: 2%, holdout_rate: 0.1}
review: {team: desk, due: 4h, escalate: [{after: 4h, to: owner}], finally: owner}
outcome: {label: group, matures: 30d}
costs: {reviewer_per_hour: 45 EUR, wrong: {"70": 20 EUR}}
"""


def point(text: str = POINT) -> DecisionPoint:
    parsed = parse_text(text)
    assert not parsed.problems
    ((document, _),) = parsed.documents
    assert isinstance(document, DecisionPoint)
    return document


def problem(text: str) -> Problem:
    (found,) = parse_text(text, "a.yaml").problems
    return found


def test_a_decision_point_has_typed_values() -> None:
    read = point()
    assert (read.name, read.function, read.stage) == (
        "operations.route-incident",
        "operations",
        Stage.GUARDED,
    )
    assert read.routing.max_error is not None
    assert read.routing.max_error.text == "0.02"
    assert read.context[0].max_age_ms == 24 * 3_600_000
    assert read.review.escalate[0].after_ms == read.review.due_ms == 4 * 3_600_000
    assert read.review.finally_ == "owner"
    assert read.fields == ("category", "impact")
    assert str(read.costs.of_wrong("70")) == "20 EUR"
    assert read.costs.of_wrong("25") is None


def test_options_are_text_however_they_are_written() -> None:
    assert point().listed_options == ("70", "no", "25")


def test_options_may_come_from_the_model() -> None:
    read = point(POINT.replace('[70, no, "25"]', "{from: model}"))
    assert isinstance(read.options, OptionsFrom)
    assert read.listed_options is None


@pytest.mark.parametrize(
    ("right", "wrong", "place", "code", "says"),
    [
        ("max_error: 2%", "max_eror: 2%", "8:11", "unknown_key", "Did you mean 'max_error'?"),
        ("stage: guarded", "stage: guardd", "7:8", "invalid_value", "Did you mean 'guarded'?"),
        ("max_error: 2%", "max_error: 2", "8:22", "invalid_rate", "2%"),
        ("due: 4h", "due: 4", "9:27", "invalid_duration", "review.due"),
        ("after: 4h", "after: soon", "9:50", "invalid_duration", "review.escalate[0].after"),
        ("45 EUR", "45", "11:28", "invalid_money", "45 EUR"),
        (", matures: 30d", "", "10:10", "missing_key", "'matures' is missing in outcome"),
        ("model: router", "model: router, rule: x", "5:7", "invalid_uses", "exactly one"),
        ("operations.route-incident", "route-incident", "1:17", "invalid_value", "function.name"),
        ("[category, impact]", "category", "4:45", "invalid_value", "[a, b]"),
        ("[category, impact]", "[]", "4:45", "invalid_value", "at least 1"),
        ("[category, impact]", "[category, 3]", "4:56", "invalid_value", "quotes"),
        ("uses: {model: router}", "uses: router", "5:7", "invalid_value", "{key: value}"),
        ('[70, no, "25"]', "[0.5, x]", "6:11", "invalid_value", "quotes"),
        ("moment: {surface: desk, ", "moment: {", "2:9", "invalid_moment", "surface"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_fix(
    right: str, wrong: str, place: str, code: str, says: str
) -> None:
    found = problem(POINT.replace(right, wrong, 1))
    assert found.code == code
    assert f"{found.line}:{found.column}" == place
    assert says in str(found)
    assert str(found).startswith(f"a.yaml:{place}: ")


def test_every_mistake_is_told_at_once() -> None:
    text = POINT.replace("due: 4h", "due: 4").replace("stage: guarded", "stagee: x")
    assert {p.code for p in parse_text(text).problems} == {"invalid_duration", "unknown_key"}


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("decision_pint: a.b", "unknown_kind", "Did you mean 'decision_point'?"),
        ("- a", "not_a_document", "workspace"),
        ("just text", "not_a_document", "workspace"),
        ("asset: x\nkind: modle", "unknown_kind", "Did you mean 'model'?"),
        ("asset: x", "unknown_kind", "model, rule"),
        ("workspace: x\nsimulated: yes", "invalid_value", "true or false"),
        ("workspace: x\nmax_concurrent_rollouts: 0", "invalid_value", "1 or more"),
        ("workspace: x\ncurrency: euro", "invalid_value", "EUR"),
        ("workspace: Ä", "invalid_value", "lower-case"),
        ("function: f\nowner: {user: a, deputy: b}\nteams: {B C: [x]}", "invalid_value", "letters"),
        ("kind: DataContract\nversion: 1.0.0\nid: c", "missing_key", "apiVersion"),
    ],
)
def test_documents_that_are_not_what_they_should_be(text: str, code: str, says: str) -> None:
    found = problem(text)
    assert (found.code, says in str(found)) == (code, True), str(found)


def rule(body: str) -> str:
    return f"asset: r\nkind: rule\nowner: operations\n{body}"


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ('expression: "impact = 1"', "invalid_expression", 4),
        ('recommend: [{when: "a ==", option: x}, {otherwise: y}]', "invalid_expression", 4),
        ("recommend: [{when: a, option: x}]", "invalid_rule", 1),
        ("recommend: [{otherwise: x}, {otherwise: y}]", "invalid_rule", 1),
        ("recommend: [{when: a}, {otherwise: y}]", "invalid_branch", 4),
        ("recommend: [{when: a, option: x, otherwise: y}]", "invalid_branch", 4),
        ("expression: a\nrecommend: [{otherwise: y}]", "invalid_rule", 1),
        ("title: nothing", "invalid_rule", 1),
    ],
)
def test_a_rule_is_compiled_when_it_is_read(body: str, code: str, line: int) -> None:
    found = problem(rule(body))
    assert (found.code, found.line) == (code, line)


@pytest.mark.parametrize(
    "file", ["../x.onnx", "/etc/passwd", "a/../../b", "a\\b", ".hidden", "a//b"]
)
def test_a_file_outside_the_workspace_cannot_be_named(file: str) -> None:
    text = f"asset: m\nkind: model\nowner: f\nfile: '{file}'\ninputs: [a]"
    assert "inside the workspace" in problem(text).fix


def test_a_rule_of_access_allows_or_denies_one_kind_of_reader() -> None:
    def product(rule: str) -> str:
        return f"product: f.p\ncontract: c\nkey: k\nas_of: t\nrules:\n  - {{id: r, {rule}}}"

    assert not parse_text(product("allow: read, who: {kind: ai}, columns: [x]")).problems
    for wrong in [
        "who: {kind: ai}, columns: [x]",
        "allow: read, deny: read, who: {kind: ai}, columns: [x]",
        "allow: read, who: {}, columns: [x]",
        "allow: read, who: {kind: ai, role: x}, columns: [x]",
        "allow: write, who: {kind: ai}, columns: [x]",
        "allow: read, who: {kind: agent}, columns: [x]",
        "deny: read, who: {kind: ai}, columns: []",
    ]:
        assert problem(product(wrong)).line == 6


def test_a_document_that_is_broken_is_still_known_by_name() -> None:
    parsed = parse_text("function: operations\nownr: x\n---\nfunction: finance\n")
    assert parsed.broken == {("function", "operations"), ("function", "finance")}


def test_a_workspace_needs_its_own_document() -> None:
    with pytest.raises(InvalidInput, match="exactly one"):
        workspace_of(parse_text(POINT))
    with pytest.raises(InvalidInput, match="is not a kind"):
        workspace_of(parse_text("workspace: x\n---\nwhatever: y\n"))
    workspace = workspace_of(parse_text(f"workspace: x\n---\n{POINT}"))
    assert list(workspace.decision_points) == ["operations.route-incident"]


def test_models_cannot_be_changed() -> None:
    text = "function: f\nowner: {user: a, deputy: b}"
    ((function, _),) = parse_text(text).documents
    assert isinstance(function, BusinessFunction)
    with pytest.raises(ValueError, match="frozen"):
        function.name = "g"


yaml_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab: {}[]%", max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner),
    max_leaves=8,
)


@given(st.sampled_from(POINT.splitlines()), yaml_values)
@settings(max_examples=60)
def test_a_value_of_any_shape_anywhere_is_a_problem_or_is_read(line: str, value: object) -> None:
    key = line.split(":", maxsplit=1)[0].strip(" -{")
    text = POINT.replace(line, f"{key}: {value!r}".replace("None", "null"))
    parsed = parse_text(text)
    assert parsed.problems or parsed.documents
    assert all(found.fix for found in parsed.problems)


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=60)
def test_any_text_is_read_without_raising_and_told_in_print(key: str, value: str) -> None:
    for text in (key + value, f"{key}: {value}", f"function: x\n{key}: {value}\n"):
        for found in parse_text(text).problems:
            assert str(found).isprintable()


def test_what_a_problem_quotes_cannot_reach_the_terminal() -> None:
    found = problem('"\\e[31mred\\n": x')
    assert "\x1b" not in found.message
    assert str(found).isprintable()
