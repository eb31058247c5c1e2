"""Evidence that is thin, missing or old never looks ready."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spanwise.readiness.criteria import Criterion, Finding, Found, MeasuredRate, ReadyState, judge
from spanwise.stats.binomial import lower_bound

PASSED = Finding(
    criterion=Criterion.DATA,
    probe="rows_present",
    about="finance.cases",
    text="There are rows",
    found=Found.PASSED,
    seen="40 rows.",
    fix="",
    observed_at_ms=0,
    expires_at_ms=1_000,
)
FAILED = replace(PASSED, found=Found.FAILED, fix="Ingest a batch.")
UNKNOWN = replace(PASSED, found=Found.UNKNOWN, fix="Look.")


def of_all(finding: Finding) -> list[Finding]:
    """The same finding about each criterion."""
    return [replace(finding, criterion=criterion) for criterion in Criterion]


def rate(successes: int, n: int, bar: str = "0.9", per_day: float | None = None) -> MeasuredRate:
    return MeasuredRate(successes=successes, n=n, bar=bar, per_day=per_day)


@pytest.mark.parametrize(
    ("successes", "n", "low"), [(18, 20, 0.72), (20, 20, 0.86), (57, 60, 0.88)]
)
def test_thin_evidence_cannot_look_ready(successes: int, n: int, low: float) -> None:
    measured = rate(successes, n)
    assert measured.estimate.low == pytest.approx(low, abs=0.005)
    assert measured.found is Found.UNKNOWN


def test_enough_good_cases_pass_and_enough_bad_ones_fail() -> None:
    assert rate(29, 29).found is Found.PASSED
    assert rate(80, 100).found is Found.FAILED
    assert rate(0, 0).found is Found.UNKNOWN
    assert not rate(0, 0).estimate.known


def test_it_is_said_how_many_more_would_do() -> None:
    assert rate(20, 20).needed == 29
    assert rate(57, 60).needed == 116
    assert rate(18, 20).needed is None  # at the bar itself no number of cases is over it
    assert rate(0, 0).needed is None


@given(st.integers(1, 400), st.integers(0, 400), st.sampled_from(["0.5", "0.9", "0.99"]))
def test_a_rate_passes_only_if_its_lower_bound_is_over_the_bar(n: int, lost: int, bar: str) -> None:
    measured = rate(max(0, n - lost), n, bar)
    over = lower_bound(measured.successes, n) > measured.share
    assert (measured.found is Found.PASSED) == over
    if measured.needed is not None and not over:
        assert measured.needed > n
        good = measured.successes * measured.needed // n
        assert lower_bound(good, measured.needed) > measured.share


def test_only_three_ready_criteria_make_a_function_ready() -> None:
    assert judge("finance", of_all(PASSED), 0).ready
    assert judge("finance", of_all(PASSED)[:2], 0).state is ReadyState.UNKNOWN
    mixed = judge("finance", [*of_all(PASSED), FAILED], 0)
    assert [criterion.state for criterion in mixed.criteria] == ["not_ready", "ready", "ready"]
    assert mixed.state is ReadyState.NOT_READY


def test_unknown_is_not_ready() -> None:
    readiness = judge("finance", [*of_all(PASSED), UNKNOWN], 0)
    assert readiness.state is ReadyState.UNKNOWN
    assert not readiness.ready


def test_evidence_expires() -> None:
    assert judge("finance", of_all(PASSED), 999).ready
    late = judge("finance", of_all(PASSED), 1_000)
    assert {finding.found for finding in late.findings} == {Found.EXPIRED}
    assert all(finding.fix for finding in late.gaps)
    assert late.state is ReadyState.UNKNOWN


def test_failures_come_first_among_the_gaps() -> None:
    readiness = judge("finance", [UNKNOWN, PASSED, FAILED], 0)
    assert readiness.gaps == (FAILED, UNKNOWN)


def test_probes_and_measured_rates_stand_apart() -> None:
    measured = replace(PASSED, rate=rate(40, 40))
    (data, *_) = judge("finance", [PASSED, measured], 0).criteria
    assert data.probes == (PASSED,)
    assert data.rates == (measured,)


@given(
    st.lists(st.tuples(st.sampled_from(Criterion), st.sampled_from(Found)), max_size=12),
    st.integers(0, 2_000),
)
def test_nothing_makes_up_for_a_gap(found: list[tuple[Criterion, Found]], now_ms: int) -> None:
    findings = [replace(PASSED, criterion=c, found=f) for c, f in found]
    readiness = judge("finance", findings, now_ms)
    if readiness.ready:
        assert {finding.criterion for finding in readiness.findings} == set(Criterion)
        assert not readiness.gaps
