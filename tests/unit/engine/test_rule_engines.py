"""Rules that recommend, and rules that send a case to a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanwise.engine.recommendations import EngineFailed, Value
from spanwise.engine.rules import Condition, RuleEngine
from spanwise.engine.together import recommend_together
from spanwise.spec.models.assets import RuleAsset


def rule(**said: object) -> RuleAsset:
    return RuleAsset.model_validate({"asset": "triage", "kind": "rule", "owner": "finance", **said})


TRIAGE = rule(
    recommend=[
        {"when": "amount > 1000", "option": "escalate"},
        {"when": "country in ['NL', 'PT'] and amount > 100", "option": "check"},
        {"when": "amount > 5000", "option": "escalate"},
        {"otherwise": "pay"},
    ]
)


@pytest.mark.parametrize(
    ("amount", "country", "option"),
    [(1001, "NL", "escalate"), (1000, "NL", "check"), (1000, "DE", "pay"), (100, "PT", "pay")],
)
def test_the_first_branch_that_holds_wins(amount: int, country: str, option: str) -> None:
    given = RuleEngine(TRIAGE).recommend({"amount": amount, "country": country})
    assert given.option == option


def test_a_rule_does_not_know_how_sure_it_is() -> None:
    given = RuleEngine(TRIAGE).recommend({"amount": 1, "country": "NL"})
    assert (given.score, given.confidence) == (None, None)


def test_its_options_are_what_its_branches_say_each_once_and_in_order() -> None:
    assert RuleEngine(TRIAGE).options == ("escalate", "check", "pay")


def test_a_branch_does_not_hold_because_a_value_is_unknown() -> None:
    assert RuleEngine(TRIAGE).recommend({"amount": None, "country": "NL"}).option == "pay"


@given(st.integers() | st.none(), st.sampled_from(["NL", "DE", None]))
def test_whatever_is_recommended_is_one_of_the_options(
    amount: int | None, country: str | None
) -> None:
    engine = RuleEngine(TRIAGE)
    assert engine.recommend({"amount": amount, "country": country}).option in engine.options


@pytest.mark.parametrize("values", [{"amount": "much", "country": "NL"}, {"country": "NL"}, {}])
def test_values_that_a_rule_cannot_compare_are_no_answer(values: dict[str, Value]) -> None:
    with pytest.raises(EngineFailed) as raised:
        RuleEngine(TRIAGE).recommend(values)
    assert raised.value.fix


def test_a_branch_that_gives_no_truth_is_no_answer() -> None:
    engine = RuleEngine(rule(recommend=[{"when": "amount", "option": "a"}, {"otherwise": "b"}]))
    with pytest.raises(EngineFailed):
        engine.recommend({"amount": 1})


CRITICAL = rule(expression="impact == 'high' or amount > 1000")


@pytest.mark.parametrize(
    ("impact", "amount", "holds"),
    [
        ("high", 1, True),
        ("low", 1001, True),
        ("low", 1000, False),
        ("high", None, True),
        ("low", None, True),
        (None, 1, True),
        (None, None, True),
    ],
)
def test_doubt_goes_to_a_person(impact: str | None, amount: int | None, holds: bool) -> None:
    assert Condition(CRITICAL).holds({"impact": impact, "amount": amount}) is holds


@pytest.mark.parametrize("values", [{"impact": 3, "amount": 1}, {"amount": 1}])
def test_a_condition_that_fails_says_so(values: dict[str, Value]) -> None:
    with pytest.raises(EngineFailed):
        Condition(CRITICAL).holds(values)


@pytest.mark.parametrize("value", [0, ""])
def test_a_condition_without_a_truth_fails_rather_than_counting_as_false(value: Value) -> None:
    with pytest.raises(EngineFailed):
        Condition(rule(expression="amount")).holds({"amount": value})


def test_a_rule_that_recommends_is_no_condition_and_sends_every_case_to_a_person() -> None:
    assert Condition(TRIAGE).holds({"amount": 1, "country": "DE"})


def test_a_rule_answers_many_cases_one_by_one() -> None:
    engine = RuleEngine(TRIAGE)
    answers = recommend_together(engine, [{"amount": 1, "country": "DE"}, {"amount": "much"}])
    assert answers[0] == engine.recommend({"amount": 1, "country": "DE"})
    assert isinstance(answers[1], EngineFailed)
