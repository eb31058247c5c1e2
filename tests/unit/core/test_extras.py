"""An optional dependency is loaded where it is needed and named where it is missing."""

import json

import pytest

from spanwise.core.errors import MissingExtra
from spanwise.core.extras import load_extra


def test_what_is_installed_is_loaded() -> None:
    assert load_extra("json", "json", "Reading JSON") is json


def test_what_is_missing_is_named_with_its_extra() -> None:
    with pytest.raises(MissingExtra) as raised:
        load_extra("no_such_library", "onnx", "Model 'incident-router'")
    error = raised.value
    assert (error.code, error.status) == ("missing_extra", 501)
    assert str(error) == (
        "Model 'incident-router' needs the extra 'onnx'. "
        "Install it with: pip install 'spanwise[onnx]'"
    )
