"""Right or wrong, read strictly: a missing label is never quietly a wrong or a right one."""

import numpy as np
import numpy.typing as npt


def booleans(labels: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Labels as booleans, one dimension.

    Raises:
        ValueError: more than one dimension, or an entry that is neither true, false, 0 nor 1.
    """
    array = np.asarray(labels)
    if array.ndim != 1:
        raise ValueError(f"labels must have one dimension: {array.shape}")
    if array.dtype.kind not in "biuf" or not np.isin(array, (0, 1)).all():
        raise ValueError("a label is neither true nor false")
    return array.astype(np.bool_)
