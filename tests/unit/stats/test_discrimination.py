import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from spanwise.stats.discrimination import auroc, expected_calibration_error, risk_coverage

mixed = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=100).filter(
    lambda cases: len({right for _, right in cases}) == 2
)


@given(mixed)
@settings(max_examples=50)
def test_auroc_equals_scikit_learn(cases: list[tuple[int, bool]]) -> None:
    scores, correct = zip(*cases, strict=True)

    area = auroc(scores, correct)

    assert area.value == pytest.approx(roc_auc_score(correct, scores))
    assert area.value is not None
    assert area.low is not None
    assert area.high is not None
    assert 0 <= area.low <= area.value <= area.high <= 1


def test_perfect_separation_of_few_cases_is_not_certain() -> None:
    area = auroc([1, 2, 3, 4], [False, False, True, True])

    assert area.value == 1.0
    assert area.low is not None
    assert area.low < 0.5


def test_a_confidence_without_information_is_not_told_apart_from_chance() -> None:
    rng = np.random.default_rng(1)

    area = auroc(rng.random(400), rng.random(400) < 0.8)

    assert area.low is not None
    assert area.low < 0.5


@pytest.mark.parametrize(
    ("correct", "reason"),
    [([], "no labelled cases"), ([True] * 3, "all 3 cases are right"), ([False], "wrong")],
)
def test_one_kind_alone_cannot_be_told_apart(correct: list[bool], reason: str) -> None:
    area = auroc([0.5] * len(correct), correct)

    assert not area.known
    assert reason in area.reason


def test_calibration_error_by_hand() -> None:
    confidences = [0.9] * 10 + [0.6] * 10
    correct = [True] * 8 + [False] * 2 + [True] * 6 + [False] * 4

    error = expected_calibration_error(confidences, correct, bins=2)

    assert error.value == pytest.approx((0.1 + 0.0) / 2)
    assert error.low == 0.0
    assert error.high is not None
    assert error.high > 0.1


def test_overconfidence_shows_once_there_is_enough_evidence() -> None:
    rng = np.random.default_rng(2)
    confidence = rng.uniform(0.8, 1.0, 4000)

    error = expected_calibration_error(confidence, rng.random(4000) < confidence - 0.2)

    assert error.value == pytest.approx(0.2, abs=0.03)
    assert error.low is not None
    assert error.low > 0.1


def test_calibration_error_refuses_what_is_not_a_chance() -> None:
    assert not expected_calibration_error([], []).known
    with pytest.raises(ValueError, match="outside 0 to 1"):
        expected_calibration_error([1.2], [True])
    with pytest.raises(ValueError, match="at least one bin"):
        expected_calibration_error([0.2], [True], bins=0)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
@settings(max_examples=50)
def test_calibration_error_is_a_share(cases: list[tuple[float, bool]]) -> None:
    confidences, correct = zip(*cases, strict=True)

    error = expected_calibration_error(confidences, correct)

    assert error.value is not None
    assert error.low is not None
    assert error.high is not None
    assert 0 <= error.low <= error.value <= error.high <= 1


def test_the_curve_ends_with_everything_accepted() -> None:
    curve = risk_coverage([0.9, 0.9, 0.5, 0.1], [True, True, False, True])

    assert [(p.threshold, p.accepted, p.coverage) for p in curve] == [
        (0.9, 2, 0.5),
        (0.5, 3, 0.75),
        (0.1, 4, 1.0),
    ]
    assert [p.error.value for p in curve] == pytest.approx([0, 1 / 3, 1 / 4])


@given(mixed, st.integers(1, 20))
@settings(max_examples=50)
def test_a_lower_threshold_accepts_more(cases: list[tuple[int, bool]], points: int) -> None:
    curve = risk_coverage(*zip(*cases, strict=True), points=points)

    assert 1 <= len(curve) <= points
    assert sorted(p.coverage for p in curve) == [p.coverage for p in curve]
    assert all(p.error.known for p in curve)


def test_no_cases_have_no_curve() -> None:
    assert risk_coverage([], []) == ()
