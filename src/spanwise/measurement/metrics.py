"""Decision quality: are the decisions right, whoever took them?

Pure functions of counts, so that anybody can compute the figure again from exported rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from spanwise.measurement.baselines import Baseline, BaselineKind
from spanwise.measurement.counts import Counts, Row, count
from spanwise.measurement.figures import (
    JUDGED,
    SETTLED,
    SHARE,
    Metric,
    Observed,
    Part,
    gain_in_words,
    last_matured_day,
    trend,
    written,
)
from spanwise.measurement.verdicts import Comparison, Pace, Verdict, compare, share_moments
from spanwise.spec.values import format_duration
from spanwise.stats import binomial
from spanwise.stats.estimate import Estimate
from spanwise.stats.sequences import FEWEST
from spanwise.stats.weights import audited_error

_NO_RIGHT_ANSWER = "a next action has no right answer: judge it by its uplift against the holdout"
_NO_BASELINE = "there is no baseline: record a measured one, or state one in baseline.stated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """The share of cases that were decided right, and the same by how they were decided.

    Attributes:
        parts: `automatic` by outcomes and `automatic_by_audit` by blind answers; `reviewed`;
            `withheld`, and `holdout` among these; `shadow`, where the model alone is judged.
    """

    estimate: Estimate
    parts: tuple[Part, ...]


def quality(counts: Counts, last_day: int) -> Quality:
    """Decision quality of the cases up to the last matured day; blind audits of all of them."""
    matured = counts.within(counts.first_day, last_day)
    return Quality(
        estimate=_share_right(matured),
        parts=(
            _part("automatic", matured.of("automatic")),
            _by_audit(counts),
            _part("reviewed", matured.of("reviewed")),
            _part("withheld", matured.of("withheld", "holdout")),
            _part("holdout", matured.of("holdout")),
            _model_alone(matured.of("shadow")),
        ),
    )


def recompute(
    decision_point: str,
    *,
    decisions: Iterable[Row],
    tasks: Iterable[Row],
    resolutions: Iterable[Row],
    outcomes: Iterable[Row],
    matures_ms: int,
    now_ms: int,
) -> Quality:
    """The decision quality that the scorecard shows, from exported rows of the four tables.

    Args:
        decisions: of the scorecard's period; rows of other decision points do not count.
        now_ms: when the scorecard was measured.
    """
    counts = count(
        decision_point,
        decisions=decisions,
        tasks=tasks,
        resolutions=resolutions,
        outcomes=outcomes,
    )
    return quality(counts, last_matured_day(now_ms, matures_ms))


def decision_quality(observed: Observed, baselines: Sequence[Baseline]) -> Metric:
    """Share of matured cases whose final choice matches the outcome, against the baseline.

    Args:
        baselines: what is known of people before the AI, the best first; a holdout is measured
            too, and comes before what is only stated.
    """
    found = quality(observed.counts, observed.matured.last_day)
    known = [*baselines, *_holdout_baseline(observed)]
    known.sort(key=lambda baseline: baseline.kind is not BaselineKind.MEASURED)
    baseline = known[0] if known else None
    estimate, comparison = found.estimate, None
    if estimate.value is None or observed.point.kind != "classification":
        estimate = Estimate.unknown(_why_unknown(observed))
    if reason := _why_never(observed):
        verdict = Verdict.UNKNOWN
    elif baseline is None:
        verdict, reason = Verdict.CANNOT_TELL, _NO_BASELINE
    else:
        comparison = _against(observed, baseline)
        verdict, reason = comparison.verdict, comparison.reason
    return Metric(
        name="decision_quality",
        better="higher",
        unit=SHARE,
        estimate=estimate,
        verdict=verdict,
        explanation=_quality_in_words(estimate, baseline, comparison, reason),
        baseline=baseline,
        other_baselines=tuple(known[1:]),
        until_ms=comparison.until_ms if comparison else None,
        parts=() if observed.point.kind == "next_action" else found.parts,
        trend=trend(observed.matured, lambda week: _share_right(week).value),
    )


def _share_right(counts: Counts) -> Estimate:
    return binomial.proportion(counts.cases("right"), counts.cases(*JUDGED))


def _part(name: str, counts: Counts) -> Part:
    estimate = _share_right(counts)
    if estimate.value is None:
        reason = "no outcome is known" if counts.cases(*SETTLED) else "none is decided"
        estimate = Estimate.unknown(reason if counts.cases() else "there are no such cases")
    gaps = {
        "without an outcome": counts.cases("no_outcome"),
        "declined": counts.cases("declined"),
        "undecided": counts.cases("undecided"),
    }
    missing = ", ".join(f"{cases:,} {gap}" for gap, cases in gaps.items() if cases)
    note = f"by outcomes; {missing}" if missing else "by outcomes"
    return Part(name=name, estimate=estimate, cases=counts.cases(), note=note)


def _by_audit(counts: Counts) -> Part:
    automatic = counts.of("automatic")
    least = min((tally.least_audited for tally in automatic.tallies), default=0.0)
    if not automatic.tallies:
        error = Estimate.unknown("there are no such cases")
    elif least == 0:
        error = Estimate.unknown("some cases had no chance of an audit: set routing.audit_rate")
    else:
        error = audited_error(
            [audit.wrong for audit in counts.audits],
            [audit.probability for audit in counts.audits],
            min_probability=least,
        )
    return Part(
        name="automatic_by_audit",
        estimate=_complement(error),
        cases=automatic.cases(),
        note=f"by {len(counts.audits):,} blind audits, weighted by their logged probability",
    )


def _model_alone(counts: Counts) -> Part:
    right = counts.total(lambda tally: tally.model_right)
    judged = counts.total(lambda tally: tally.judged)
    return Part(
        name="shadow",
        estimate=binomial.proportion(right, judged),
        cases=counts.cases(),
        note="the model alone, in shadow",
    )


def _complement(error: Estimate) -> Estimate:
    """The share of right decisions, from that of wrong ones."""
    value, low, high = error.value, error.high, error.low
    return replace(
        error,
        value=None if value is None else 1 - value,
        low=None if low is None else 1 - low,
        high=None if high is None else 1 - high,
    )


def _holdout_baseline(observed: Observed) -> list[Baseline]:
    """People without the AI in the same weeks, where there are enough of their cases."""
    holdout = observed.matured.of("holdout")
    estimate = _share_right(holdout)
    if estimate.n < FEWEST:
        return []
    moments = share_moments(holdout.cases("right"), estimate.n)
    return [Baseline.holdout(estimate, moments, observed.now_ms)]


def _against(observed: Observed, baseline: Baseline) -> Comparison:
    """All cases against a finished baseline; against the holdout, all that are not in it."""
    others = ("automatic", "reviewed", "withheld", "shadow")
    parts = others if baseline.concurrent else (*others, "holdout")
    current = observed.matured.of(*parts)
    settled, judged = observed.matured.cases(*SETTLED), observed.matured.cases(*JUDGED)
    coverage = judged / settled if settled else 1.0
    pace = Pace(
        from_ms=observed.next_matured_ms,
        per_day=coverage * observed.per_day(lambda counts: counts.of(*parts).cases(*SETTLED)),
        baseline_per_day=coverage
        * baseline.concurrent
        * observed.per_day(lambda counts: counts.of("holdout").cases(*SETTLED)),
    )
    return compare(
        share_moments(current.cases("right"), current.cases(*JUDGED)),
        baseline.comparable,
        margin=float(observed.point.gate.margin),
        higher_is_better=True,
        pace=pace,
    )


def _why_never(observed: Observed) -> str:
    """Why waiting does not help; empty where it may."""
    if observed.point.kind != "classification":
        return _NO_RIGHT_ANSWER
    if observed.missed:
        return observed.missed
    if observed.counts.tallies and not observed.counts.cases(*SETTLED):
        return _why_unknown(observed)
    return ""


def _why_unknown(observed: Observed) -> str:
    counts = observed.counts
    if observed.point.kind != "classification":
        return _NO_RIGHT_ANSWER
    if not counts.tallies:
        return "no case was decided in this period"
    if not counts.cases(*SETTLED):
        shadow = counts.of("shadow").cases() == counts.cases()
        return "in shadow nobody's decision is recorded" if shadow else "no case is settled yet"
    if not observed.matured.cases(*SETTLED):
        after = format_duration(observed.point.outcome.matures_ms)
        return f"no settled case has matured: an outcome counts {after} after the decision"
    return "no outcome of the settled cases is known"


def _quality_in_words(
    estimate: Estimate, baseline: Baseline | None, comparison: Comparison | None, reason: str
) -> str:
    if estimate.value is None:
        reasons = dict.fromkeys((estimate.reason, reason))
        return f"Unknown: {'; '.join(filter(None, reasons))}."
    found = f"{written(estimate.value, SHARE)} of {estimate.n:,} matured cases were decided right"
    if baseline is not None and baseline.estimate.value is not None and comparison is not None:
        before = written(baseline.estimate.value, SHARE)
        gain = gain_in_words(comparison, SHARE)
        found += f", {gain} on the {baseline.kind} baseline of {before}"
    return f"{found}; {reason}." if reason else f"{found}."
