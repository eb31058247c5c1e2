import json
import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spanwise.stats import binomial
from spanwise.stats.certify import Certification, certify, spent_delta

labelled = st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=400).map(
    lambda cases: ([float(score) for score, _ in cases], [right for _, right in cases])
)


def all_right(n: int) -> tuple[list[int], list[bool]]:
    return list(range(n)), [True] * n


def test_a_confidence_that_is_right_is_certified_in_full() -> None:
    answer = certify(*all_right(300), max_error=0.05)

    assert (answer.threshold, answer.accepted, answer.errors) == (0.0, 300, 0)
    assert (answer.coverage, answer.needed_labels, answer.reason) == (1.0, 0, "")
    assert answer.error.value == 0
    assert answer.error.high is not None
    assert answer.error.high <= 0.05


def test_accepting_stops_where_the_errors_begin() -> None:
    scores = np.arange(1000)

    answer = certify(scores, scores >= 400, max_error=0.02)

    assert answer.threshold is not None
    assert 370 <= answer.threshold <= 420


def test_two_hundred_labels_never_certify_one_percent() -> None:
    answer = certify(*all_right(200), max_error=0.01)

    assert not answer.certified
    assert answer.steps == ()
    assert "even without one error that takes 299 accepted cases" in answer.reason
    assert answer.needed_labels is not None
    assert answer.needed_labels >= 437 - 200
    assert f"About {answer.needed_labels} more labels would do" in answer.reason


def test_one_start_is_left_when_four_could_not_pass() -> None:
    assert certify(*all_right(216), max_error=0.02).starts == 1
    assert certify(*all_right(217), max_error=0.02).starts == 4
    assert certify(*all_right(149), max_error=0.02).certified
    assert not certify(*all_right(148), max_error=0.02).certified


def test_a_bad_patch_at_the_top_costs_one_start_only() -> None:
    scores = np.arange(2000)
    correct = (scores < 1900) | (scores % 5 != 0)

    answer = certify(scores, correct, max_error=0.05)

    assert not answer.steps[0].passed
    assert answer.coverage == 1.0


def test_a_passed_threshold_hands_its_level_on() -> None:
    answer = certify(*all_right(500), max_error=0.05)

    assert [step.passed for step in answer.steps] == [True] * len(answer.steps)
    assert answer.steps[0].level == pytest.approx(0.05 / 4)
    assert answer.steps[-1].level == pytest.approx(0.05)
    assert answer.level == answer.steps[-1].level


def test_wrong_everywhere_says_that_no_number_of_labels_would_do() -> None:
    answer = certify(range(500), [False] * 500, max_error=0.05)

    assert answer.needed_labels is None
    assert "no number of labels would do" in answer.reason


def test_as_many_labels_as_it_asks_for_are_usually_enough() -> None:
    rng = np.random.default_rng(11)

    def draw(n: int) -> Certification:
        score = rng.random(n)
        return certify(score, rng.random(n) >= 0.5 * (1 - score) ** 4, max_error=0.02)

    asked = [draw(100) for _ in range(20)]
    retried = [draw(100 + c.needed_labels) for c in asked if c.needed_labels]

    assert len(retried) >= 15
    assert np.mean([c.certified for c in retried]) >= 0.7


@pytest.mark.parametrize("correct", [True, False])
def test_a_single_unique_score_is_one_threshold(correct: bool) -> None:
    answer = certify([0.5] * 100, [correct] * 100, max_error=0.05)

    assert len(answer.steps) == 1
    assert answer.certified is correct
    assert answer.coverage == float(correct)


def test_no_labels_need_the_floor() -> None:
    answer = certify([], [], max_error=0.05)

    assert (answer.n, answer.threshold, answer.needed_labels) == (0, None, 86)


@given(labelled, st.sampled_from([0.05, 0.1, 0.3]))
@settings(max_examples=100)
def test_what_is_accepted_keeps_the_bound(
    cases: tuple[list[float], list[bool]], max_error: float
) -> None:
    scores, correct = cases

    answer = certify(scores, correct, max_error=max_error)

    assert answer.certified == (not answer.reason)
    if answer.threshold is None:
        assert answer.needed_labels is None or answer.needed_labels >= 1
        return
    accepted = [right for score, right in zip(*cases, strict=True) if score >= answer.threshold]
    assert (len(accepted), accepted.count(False)) == (answer.accepted, answer.errors)
    assert binomial.upper_bound(answer.errors, answer.accepted, 0.95) <= max_error
    assert answer.error.high is not None
    assert answer.error.high <= max_error + 1e-9
    assert sum(step.threshold >= answer.threshold for step in answer.steps) >= 1


@given(labelled)
@settings(max_examples=50)
def test_the_thresholds_tried_never_depend_on_the_labels(
    cases: tuple[list[float], list[bool]],
) -> None:
    scores, correct = cases
    flipped = [not right for right in correct]

    tried = [step.threshold for step in certify(scores, correct, max_error=0.1).steps]

    assert tried == [step.threshold for step in certify(scores, flipped, max_error=0.1).steps]
    assert tried == sorted(set(tried), reverse=True)
    assert len(tried) <= 30


@given(labelled)
@settings(max_examples=50)
def test_the_order_of_cases_does_not_matter(cases: tuple[list[float], list[bool]]) -> None:
    scores, correct = cases

    assert certify(scores, correct, max_error=0.1) == certify(
        scores[::-1], correct[::-1], max_error=0.1
    )


def test_the_answer_is_plain_json() -> None:
    answer = certify(*all_right(300), max_error=0.05)

    assert json.loads(msgspec.json.encode(answer))["accepted"] == 300


def test_attempts_together_spend_delta() -> None:
    spent = [spent_delta(0.05, attempt) for attempt in range(1, 20_000)]

    assert spent[0] == pytest.approx(0.0304, abs=5e-5)
    assert 0.0499 < sum(spent) < 0.05


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="one label per score"):
        certify([0.1], [], max_error=0.05)
    with pytest.raises(ValueError, match="not a finite number"):
        certify([math.nan], [True], max_error=0.05)
    with pytest.raises(ValueError, match="max_error"):
        certify([0.1], [True], max_error=0.0)
    with pytest.raises(ValueError, match="delta"):
        certify([0.1], [True], max_error=0.1, delta=2.0)
    with pytest.raises(ValueError, match="at least one start"):
        certify([0.1], [True], max_error=0.1, starts=0)
    with pytest.raises(ValueError, match="counted from 1"):
        spent_delta(0.05, 0)
