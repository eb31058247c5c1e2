import math

import numpy as np
import numpy.typing as npt
import pytest

from spanwise.stats.thresholds import Thresholds


def test_equal_scores_are_accepted_together() -> None:
    found = Thresholds.of([0.5, 0.9, 0.5, 0.1], [True, True, False, False])

    assert found.values.tolist() == [0.9, 0.5, 0.1]
    assert found.accepted.tolist() == [1, 3, 4]
    assert found.errors.tolist() == [0, 1, 2]
    assert (found.n, found.wrong) == (4, 2)


def test_no_cases_have_no_thresholds() -> None:
    none = Thresholds.of([], [])

    assert (none.n, none.wrong, none.spaced(30).size) == (0, 0, 0)


def test_spaced_runs_from_the_fewest_accepted_to_all() -> None:
    found = Thresholds.of(np.arange(100), np.ones(100))

    chosen = found.spaced(5, at_least=60)

    assert found.accepted[chosen].tolist() == [60, 70, 80, 90, 100]
    assert found.spaced(5, at_least=101).size == 0
    assert found.spaced(1000).size == 100


@pytest.mark.parametrize(
    ("scores", "correct", "message"),
    [
        ([0.1, 0.2], [True], "one label per score"),
        ([0.1, math.nan], [True, False], "not a finite number"),
        ([0.1, math.inf], [True, False], "not a finite number"),
        ([0.1, None], [True, False], "not a finite number"),
        ([0.1, 0.2], [True, None], "neither true nor false"),
        ([0.1, 0.2], [1, 2], "neither true nor false"),
        ([0.1, 0.2], ["yes", "no"], "neither true nor false"),
        ([[0.1]], [[True]], "one dimension"),
    ],
)
def test_bad_labels_are_refused(
    scores: npt.ArrayLike, correct: npt.ArrayLike, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Thresholds.of(scores, correct)
