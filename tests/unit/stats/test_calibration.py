import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from spanwise.core.canonical import digest
from spanwise.stats.calibration import Calibration, fit_isotonic

cases_of = st.lists(
    st.tuples(st.floats(-1e6, 1e6, allow_subnormal=False), st.booleans()), min_size=1, max_size=60
)


@given(cases_of, st.lists(st.floats(-2e6, 2e6), min_size=1, max_size=10))
@settings(max_examples=100)
def test_the_fit_equals_scikit_learn(cases: list[tuple[float, bool]], asked: list[float]) -> None:
    scores, correct = ([*column] for column in zip(*cases, strict=True))
    rounded = [round(score) for score in scores]

    ours = fit_isotonic(rounded, correct)
    theirs = IsotonicRegression(out_of_bounds="clip").fit(rounded, correct)

    assert [ours.calibrate(x) for x in asked] == pytest.approx(theirs.predict(asked), abs=1e-9)


@given(cases_of, st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2))
@settings(max_examples=100)
def test_confidence_never_falls_and_stays_a_chance(
    cases: list[tuple[float, bool]], asked: list[float]
) -> None:
    calibration = fit_isotonic(*zip(*cases, strict=True))

    confidences = [calibration.calibrate(score) for score in sorted(asked)]

    assert confidences == sorted(confidences)
    assert all(0 <= confidence <= 1 for confidence in confidences)


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_a_score_that_is_no_number_has_no_confidence(score: float) -> None:
    assert fit_isotonic([0.1, 0.9], [True, True]).calibrate(score) == 0.0


def test_tied_scores_share_their_mean() -> None:
    calibration = fit_isotonic([0.5] * 4, [True, True, True, False])

    assert [calibration.calibrate(x) for x in (0.0, 0.5, 1.0)] == [0.75] * 3


@given(cases_of)
@settings(max_examples=50)
def test_a_calibration_survives_json_to_the_last_bit(cases: list[tuple[float, bool]]) -> None:
    calibration = fit_isotonic(*zip(*cases, strict=True))
    plain = calibration.to_dict()

    assert Calibration.from_dict(json.loads(json.dumps(plain))) == calibration
    assert len(digest(plain)) == 64


def test_nothing_to_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to fit"):
        fit_isotonic([], [])


@pytest.mark.parametrize(
    ("scores", "confidences", "message"),
    [
        ((), (), "one confidence per knot"),
        ((0.1, 0.2), (0.5,), "one confidence per knot"),
        ((0.2, 0.2), (0.5, 0.6), "must ascend"),
        ((0.1, 0.2), (0.6, 0.5), "must not fall"),
        ((0.1, 0.2), (0.5, 1.1), "within 0 to 1"),
        ((-1e308, 1e308), (0.5, 0.6), "finite range"),
        ((math.nan,), (0.5,), "finite range"),
        ((0.1,), (math.nan,), "within 0 to 1"),
    ],
)
def test_knots_that_are_no_calibration_are_refused(
    scores: tuple[float, ...], confidences: tuple[float, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Calibration(scores=scores, confidences=confidences, n=10)


def test_another_method_is_refused() -> None:
    plain = fit_isotonic([0.1], [True]).to_dict() | {"method": "platt"}

    with pytest.raises(ValueError, match="platt"):
        Calibration.from_dict(plain)
