"""How often the change gate passes, blocks or waits, and how often it is wrong."""

from collections import Counter

import numpy as np
import pytest

from spanwise.stats.paired import Pairs, Verdict, judge, judge_running

TRIALS = 20_000


def verdicts(n: int, discordance: float, loss: float, margin: float) -> dict[Verdict, float]:
    """Share of each verdict for n cases; the true loss is lost minus gained."""
    rng = np.random.default_rng(n)
    lost, gained = (discordance + loss) / 2, (discordance - loss) / 2
    draws = rng.multinomial(n, [lost, gained, 1 - lost - gained], TRIALS)
    seen: Counter[Verdict] = Counter()
    for (b, c, same), count in Counter(map(tuple, draws.tolist())).items():
        pairs = Pairs(both_right=same, lost=b, gained=c, both_wrong=0)
        seen[judge(pairs, margin=margin).verdict] += count
    return {verdict: seen[verdict] / TRIALS for verdict in Verdict}


@pytest.mark.parametrize(
    ("margin", "n", "no_loss", "loss_of_margin"),
    [
        (0.05, 30, 0.10, 0.002),
        (0.05, 100, 0.55, 0.033),
        (0.05, 200, 0.85, 0.040),
        (0.02, 100, 0.18, 0.047),
        (0.02, 1000, 0.81, 0.049),
    ],
)
def test_a_fixed_set_passes_what_is_no_worse(
    margin: float, n: int, no_loss: float, loss_of_margin: float
) -> None:
    passed = verdicts(n, 0.06, 0.0, margin)[Verdict.PASS]
    falsely = verdicts(n, 0.06, margin, margin)[Verdict.PASS]

    assert passed == pytest.approx(no_loss, abs=0.015)
    assert falsely == pytest.approx(loss_of_margin, abs=0.008)
    assert falsely <= 0.055


@pytest.mark.parametrize(
    ("margin", "n", "loss", "blocked"),
    [
        (0.05, 30, 0.06, 0.03),
        (0.05, 100, 0.06, 0.72),
        (0.05, 200, 0.06, 0.99),
        (0.02, 100, 0.04, 0.32),
        (0.02, 1000, 0.04, 1.00),
    ],
)
def test_a_fixed_set_blocks_what_is_clearly_worse(
    margin: float, n: int, loss: float, blocked: float
) -> None:
    assert verdicts(n, 0.06, loss, margin)[Verdict.BLOCK] == pytest.approx(blocked, abs=0.02)


RUNS = 200


def first_verdict(loss: float, rng: np.random.Generator) -> tuple[Verdict, int]:
    """The first verdict within 1,000 cases and when it fell; verdicts once reached stay."""
    u = rng.random(1000)
    lost, gained = (0.06 + loss) / 2, (0.06 - loss) / 2
    old, new = (u < lost) | (u > 0.5), (u > 0.5) | ((u >= lost) & (u < lost + gained))
    waiting, done = 0, 1000
    while done - waiting > 1:
        middle = (waiting + done) // 2
        verdict = judge_running(old[:middle], new[:middle], margin=0.05).verdict
        if verdict is Verdict.MORE_EVIDENCE:
            waiting = middle
        else:
            done = middle
    return judge_running(old[:done], new[:done], margin=0.05).verdict, done


def test_the_gate_while_cases_keep_coming() -> None:
    rng = np.random.default_rng(17)
    good = [first_verdict(0.0, rng) for _ in range(RUNS)]
    bad = [first_verdict(0.05, rng) for _ in range(RUNS)]
    worse = [first_verdict(0.06, rng) for _ in range(RUNS)]

    assert np.mean([verdict is Verdict.PASS for verdict, _ in good]) >= 0.95
    assert np.mean([n for _, n in good]) == pytest.approx(267, abs=40)
    assert np.mean([verdict is Verdict.PASS for verdict, _ in bad]) <= 0.05
    assert np.mean([verdict is Verdict.BLOCK for verdict, _ in worse]) >= 0.97
