import numpy.typing as npt
import pytest

from spanwise.stats.labels import booleans


@pytest.mark.parametrize("labels", [[True, False], [1, 0], [1.0, 0.0]])
def test_labels_are_true_or_false(labels: npt.ArrayLike) -> None:
    assert booleans(labels).tolist() == [True, False]


@pytest.mark.parametrize("labels", [[True, None], [0.5, 1], ["a", "b"], [float("nan"), 1]])
def test_anything_else_is_refused(labels: npt.ArrayLike) -> None:
    with pytest.raises(ValueError, match="neither true nor false"):
        booleans(labels)


def test_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="one dimension"):
        booleans([[True]])
