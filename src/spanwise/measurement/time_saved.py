"""Time saved: people's time for a case without the AI, less their time with it.

With the AI are all automatic and reviewed cases: those on which it had a say. Without it are the
cases of the holdout, which were withheld from it at random. Cases that were withheld because
something broke stand on neither side: they would have been the same on both.
"""

from collections.abc import Sequence

from spanwise.core.clock import MINUTE_MS
from spanwise.measurement.baselines import Baseline
from spanwise.measurement.counts import Counts
from spanwise.measurement.figures import Metric, Observed, Part, gain_in_words, trend, written
from spanwise.measurement.verdicts import Comparison, Pace, Verdict, compare
from spanwise.stats.estimate import Estimate
from spanwise.stats.moments import Moments
from spanwise.stats.sequences import FEWEST, mean_sequence

WITH_AI = ("automatic", "reviewed")
WITHOUT_AI = ("holdout",)
NO_TIME = "people's time is not known: send touch_ms with the resolutions"
NO_HOLDOUT = "no holdout: set routing.holdout_rate"
_UNIT = "min"
_TIGHTEST_AT = 1_000
_NOTHING = Moments(n=0, mean=0.0, variance=0.0)


def time_saved(observed: Observed, baselines: Sequence[Baseline]) -> Metric:
    """Minutes saved a case, over all cases on which the AI had a say.

    An automatic case takes no time unless somebody audits it. The holdout is the measure, or a
    measured baseline where the holdout is too small.

    Args:
        baselines: minutes a case before the AI, measured.
    """
    counts, before = _sides(observed, baselines)
    current = minutes(counts, WITH_AI)
    if before is None or not current.n:
        return _unknown(_why_unknown(observed, counts))
    comparison = compare(
        current,
        before.comparable,
        margin=float(observed.point.gate.margin) * (before.estimate.value or 0.0),
        higher_is_better=False,
        pace=Pace(
            from_ms=observed.now_ms,
            per_day=observed.per_day(lambda recent: recent.of(*WITH_AI).cases()),
            baseline_per_day=before.concurrent * holdout_per_day(observed),
        ),
    )
    return Metric(
        name="time_saved",
        better="higher",
        unit=_UNIT,
        estimate=comparison.gain,
        verdict=comparison.verdict,
        explanation=_in_words(comparison, before),
        baseline=_nothing_saved(before),
        until_ms=comparison.until_ms,
        parts=(
            Part(
                name="without_ai",
                estimate=before.estimate,
                cases=before.estimate.n,
                note=before.source,
            ),
            Part(
                name="with_ai",
                estimate=mean_sequence(current, tightest_at=_TIGHTEST_AT),
                cases=counts.of(*WITH_AI).cases(),
                note="automatic cases take no time, but audits of them do",
            ),
        ),
        trend=trend(counts, lambda week: _saved(week, before)),
    )


def minutes(counts: Counts, parts: Sequence[str]) -> Moments:
    """People's minutes a case; empty where nothing is known of a part that has cases.

    Each part weighs as much as it has cases, known or not: that the time of reviewed cases is
    missing more often than that of automatic ones must not look like time saved. The variance is
    n times the squared error of this weighted mean.
    """
    strata = []
    for part in parts:
        found = counts.of(part)
        timed = sum(tally.timed for tally in found.tallies)
        if found.cases() and not timed:
            return _NOTHING
        if timed:
            total = sum(tally.touch_ms for tally in found.tallies) / MINUTE_MS
            squares = sum(tally.touch_ms2 for tally in found.tallies) / MINUTE_MS**2
            spread = max(0.0, squares - total**2 / timed) / max(1, timed - 1)
            strata.append((found.cases(), Moments(n=timed, mean=total / timed, variance=spread)))
    cases, n = sum(size for size, _ in strata), sum(known.n for _, known in strata)
    if n == 0:
        return _NOTHING
    mean = sum(size * known.mean for size, known in strata) / cases
    within = sum((size / cases) ** 2 * known.squared_error for size, known in strata)
    between = sum(size * (known.mean - mean) ** 2 for size, known in strata) / cases**2
    return Moments(n=n, mean=mean, variance=n * (within + between))


def since_holdout(counts: Counts) -> Counts:
    """From the first day with a case of the holdout: before it there is nothing to compare."""
    days = counts.of(*WITHOUT_AI).days_with_cases
    return counts.within(days[0], counts.last_day) if days else counts


def holdout_per_day(observed: Observed) -> float:
    """Cases of the holdout a day; before the first, as many as its rate promises."""
    seen = observed.per_day(lambda counts: counts.of(*WITHOUT_AI).cases())
    with_ai = observed.per_day(lambda counts: counts.of(*WITH_AI).cases())
    return seen or with_ai * float(observed.point.routing.holdout_rate)


def _sides(observed: Observed, baselines: Sequence[Baseline]) -> tuple[Counts, Baseline | None]:
    """The days that count, and what they are compared with."""
    counts = since_holdout(observed.counts)
    holdout = minutes(counts, WITHOUT_AI)
    if baselines and holdout.n < FEWEST:
        return observed.counts, baselines[0]
    if holdout.n == 0 and (
        counts.of(*WITHOUT_AI).tallies or not observed.point.routing.holdout_rate
    ):
        return counts, None
    estimate = mean_sequence(holdout, tightest_at=_TIGHTEST_AT)
    return counts, Baseline.holdout(estimate, holdout, observed.now_ms)


def _why_unknown(observed: Observed, counts: Counts) -> str:
    if not counts.of(*WITH_AI).tallies:
        return "the AI had no say in any case of this period"
    if not counts.of(*WITHOUT_AI).tallies and not observed.point.routing.holdout_rate:
        return NO_HOLDOUT
    return NO_TIME


def _unknown(reason: str) -> Metric:
    return Metric(
        name="time_saved",
        better="higher",
        unit=_UNIT,
        estimate=Estimate.unknown(reason),
        verdict=Verdict.UNKNOWN,
        explanation=f"Unknown: {reason}.",
    )


def _nothing_saved(before: Baseline) -> Baseline:
    """Before the AI nothing was saved; what a case took then stands in the source."""
    took = before.estimate
    minutes_then = "unknown" if took.value is None else written(took.value, _UNIT)
    return Baseline(
        kind=before.kind,
        estimate=Estimate.bare(0.0, "nothing was saved before the AI", n=took.n),
        moments=None,
        source=f"{minutes_then} a case without the AI: {before.source}",
        recorded_at_ms=before.recorded_at_ms,
    )


def _in_words(comparison: Comparison, before: Baseline) -> str:
    gain = gain_in_words(comparison, _UNIT)
    text = f"Over all cases on which the AI had a say, {gain} a case against {before.source}"
    return f"{text}; {comparison.reason}." if comparison.reason else f"{text}."


def _saved(counts: Counts, before: Baseline) -> float | None:
    """The time saved in some days, without its interval."""
    current = minutes(counts, WITH_AI)
    earlier = minutes(counts, WITHOUT_AI) if before.concurrent else before.comparable
    if isinstance(earlier, float):
        return earlier - current.mean if current.n else None
    return earlier.mean - current.mean if current.n and earlier.n else None
