"""What the hot path loads decides how fast a process starts."""

import pkgutil
import subprocess
import sys

import pytest

import spanwise.stats

MODULES = [f"spanwise.stats.{m.name}" for m in pkgutil.iter_modules(spanwise.stats.__path__)]


def loaded_by(*modules: str) -> set[str]:
    program = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60
    )
    return set(done.stdout.split())


def test_no_module_loads_a_heavy_library() -> None:
    heavy = {"scipy.stats", "scipy.optimize", "sklearn", "statsmodels", "pandas"}

    assert loaded_by(*MODULES).isdisjoint(heavy)


@pytest.mark.parametrize("module", ["estimate", "monitor", "maturity"])
def test_plain_modules_load_no_arrays(module: str) -> None:
    assert loaded_by(f"spanwise.stats.{module}").isdisjoint({"numpy", "scipy"})


def test_calibration_loads_no_scipy() -> None:
    assert "scipy" not in loaded_by("spanwise.stats.calibration")
