import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar

from spanwise.stats.paired import (
    Pairs,
    Verdict,
    judge,
    judge_running,
    needed_pairs,
    p_no_worse,
    p_worse,
    tango,
)

counts = st.integers(0, 60)
pairs_of = st.builds(Pairs, both_right=counts, lost=counts, gained=counts, both_wrong=counts)
some_pairs = pairs_of.filter(lambda pairs: pairs.n > 0)
# The worked example of the R package contingencytables.
REFERENCE = Pairs(both_right=59, lost=6, gained=16, both_wrong=80)


def test_tango_interval_of_the_reference_table() -> None:
    loss = tango(REFERENCE)

    assert loss.value == pytest.approx(-10 / 161)
    assert (loss.low, loss.high) == pytest.approx((-0.1240, -0.0054), abs=5e-5)


@given(some_pairs)
@settings(max_examples=100)
def test_the_interval_and_the_test_agree(pairs: Pairs) -> None:
    loss = tango(pairs, level=0.9)

    assert loss.value is not None
    assert loss.low is not None
    assert loss.high is not None
    assert -1 <= loss.low <= loss.value <= loss.high <= 1
    for margin in (0.02, 0.1, 0.5):
        assert (p_no_worse(pairs, margin) <= 0.05) == (loss.high <= margin)


@given(some_pairs)
@settings(max_examples=50)
def test_a_wider_margin_is_easier(pairs: Pairs) -> None:
    p_values = [p_no_worse(pairs, margin) for margin in np.linspace(0.01, 0.99, 15)]

    assert p_values == sorted(p_values, reverse=True)


@given(some_pairs)
@settings(max_examples=50)
def test_gain_and_loss_are_mirror_images(pairs: Pairs) -> None:
    mirror = Pairs(
        both_right=pairs.both_right,
        lost=pairs.gained,
        gained=pairs.lost,
        both_wrong=pairs.both_wrong,
    )
    there, back = tango(pairs), tango(mirror)

    assert there.low is not None
    assert back.high is not None
    assert there.low == pytest.approx(-back.high, abs=1e-12)


@given(some_pairs)
@settings(max_examples=50)
def test_exact_mcnemar_equals_statsmodels(pairs: Pairs) -> None:
    table = [[pairs.both_right, pairs.lost], [pairs.gained, pairs.both_wrong]]
    one_sided = min(p_worse(pairs), p_worse(Pairs(**_swapped(pairs))))

    assert min(1.0, 2 * one_sided) == pytest.approx(mcnemar(table, exact=True).pvalue)


def _swapped(pairs: Pairs) -> dict[str, int]:
    return {
        "both_right": pairs.both_right,
        "lost": pairs.gained,
        "gained": pairs.lost,
        "both_wrong": pairs.both_wrong,
    }


def test_pairs_are_counted_from_results() -> None:
    pairs = Pairs.count([True, True, False, False, True], [True, False, True, False, True])

    assert (pairs.both_right, pairs.lost, pairs.gained, pairs.both_wrong) == (2, 1, 1, 1)
    assert (pairs.n, pairs.discordance) == (5, 0.4)


def test_a_clear_case_passes_blocks_or_waits() -> None:
    fine = Pairs(both_right=180, lost=3, gained=5, both_wrong=12)
    worse = Pairs(both_right=170, lost=18, gained=2, both_wrong=10)
    thin = Pairs(both_right=27, lost=1, gained=1, both_wrong=1)

    assert judge(fine, margin=0.05).verdict is Verdict.PASS
    assert judge(worse, margin=0.05).verdict is Verdict.BLOCK
    waiting = judge(thin, margin=0.05)
    assert waiting.verdict is Verdict.MORE_EVIDENCE
    assert waiting.needed == 165
    assert "about 165 cases" in waiting.reason


def test_a_small_real_loss_within_the_margin_passes() -> None:
    pairs = Pairs(both_right=1900, lost=60, gained=30, both_wrong=10)

    answer = judge(pairs, margin=0.05)

    assert answer.p_worse is not None
    assert answer.p_worse < 0.05
    assert answer.verdict is Verdict.PASS


@given(some_pairs, st.sampled_from([0.01, 0.05, 0.2]))
@settings(max_examples=50)
def test_a_pass_is_an_interval_below_the_margin(pairs: Pairs, margin: float) -> None:
    answer = judge(pairs, margin=margin)

    assert answer.loss.high is not None
    assert (answer.verdict is Verdict.PASS) == (answer.loss.high <= margin)


def test_no_cases_are_no_evidence() -> None:
    nothing = Pairs(both_right=0, lost=0, gained=0, both_wrong=0)

    answer = judge(nothing, margin=0.05)

    assert answer.verdict is Verdict.MORE_EVIDENCE
    assert not answer.loss.known
    assert judge_running([], [], margin=0.05).verdict is Verdict.MORE_EVIDENCE


def test_needed_pairs_follow_the_rule_of_thumb() -> None:
    assert needed_pairs(0.06, 0.02) == pytest.approx(6.18 * 0.06 / 0.02**2, abs=2)
    assert needed_pairs(0.06, 0.05, alpha=0.025) > needed_pairs(0.06, 0.05)
    agreeing = Pairs(both_right=needed_pairs(0.0, 0.05), lost=0, gained=0, both_wrong=0)
    assert judge(agreeing, margin=0.05).verdict is Verdict.PASS


def test_a_running_comparison_ends_in_a_verdict() -> None:
    rng = np.random.default_rng(5)
    old = rng.random(1000) < 0.9
    flipped = rng.random(1000) < 0.06

    assert judge_running(old[:40], old[:40], margin=0.05).verdict is Verdict.MORE_EVIDENCE
    assert judge_running(old, old, margin=0.05).verdict is Verdict.PASS
    assert judge_running(old, old & ~flipped, margin=0.02).verdict is Verdict.BLOCK


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="margin"):
        judge(REFERENCE, margin=0.0)
    with pytest.raises(ValueError, match="negative"):
        Pairs(both_right=-1, lost=0, gained=0, both_wrong=0)
    with pytest.raises(ValueError, match="one old and one new"):
        Pairs.count([True], [True, False])
    with pytest.raises(ValueError, match="neither true nor false"):
        Pairs.count([1, 2], [True, False])
