"""Decision quality: what counts, what is missing, and what can be said of it."""

from dataclasses import replace

import pytest

from spanwise.core.clock import DAY_MS
from spanwise.measurement.baselines import Baseline, BaselineKind
from spanwise.measurement.counts import Counts
from spanwise.measurement.figures import Metric, Observed
from spanwise.measurement.metrics import decision_quality, quality
from spanwise.measurement.verdicts import Verdict, share_moments
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.stats import binomial
from spanwise.stats.estimate import Estimate
from spanwise.store.measurements import Audit, Tally

TODAY = 20_000
POINT = DecisionPoint.model_validate(
    {
        "decision_point": "desk.triage",
        "moment": {"surface": "desk", "object": "case", "event": "opened"},
        "context": [{"product": "desk.cases", "fields": ["amount"]}],
        "uses": {"rule": "triage"},
        "options": ["left", "right"],
        "review": {"team": "day", "due": "4h"},
        "outcome": {"label": "side", "matures": "10d"},
    }
)


def tally(
    cases: int, result: str = "right", part: str = "automatic", *, days_ago: int = 20
) -> Tally:
    known = result in {"right", "wrong"}
    return Tally(
        day=TODAY - days_ago,
        part=part,
        result=result,
        wrong_choice="left" if result == "wrong" else None,
        cases=cases,
        outcomes=cases if known else 0,
        judged=cases if known else 0,
        model_right=cases if result == "right" else 0,
        timed=cases,
        touch_ms=0.0,
        touch_ms2=0.0,
        least_audited=0.1,
    )


def observe(*tallies: Tally, audits: tuple[Audit, ...] = ()) -> Observed:
    counts = Counts(
        first_day=TODAY - 99,
        last_day=TODAY,
        tallies=tuple(sorted(tallies, key=lambda one: one.day)),
        audits=audits,
    )
    return Observed(point=POINT, counts=counts, now_ms=TODAY * DAY_MS + 1)


def part(metric: Metric, name: str) -> Estimate:
    return next(one.estimate for one in metric.parts if one.name == name)


def measured(successes: int, n: int) -> Baseline:
    return Baseline(
        kind=BaselineKind.MEASURED,
        estimate=binomial.proportion(successes, n),
        moments=share_moments(successes, n),
        source="the log of 2025",
        recorded_at_ms=1,
    )


STATED = Baseline(
    kind=BaselineKind.STATED,
    estimate=Estimate.bare(0.7, "nobody measured it", n=0),
    moments=None,
    source="a memo",
    recorded_at_ms=None,
)


def test_the_share_of_matured_final_choices_that_were_right() -> None:
    metric = decision_quality(
        observe(
            tally(900),
            tally(100, "wrong"),
            tally(60, part="reviewed"),
            tally(40, "wrong", "reviewed"),
            tally(10, "declined", "reviewed"),
            tally(5, "undecided", "withheld"),
            tally(500, "wrong", days_ago=5),
        ),
        [measured(7_000, 10_000)],
    )

    assert metric.estimate == binomial.proportion(960, 1_100)
    assert part(metric, "automatic").value == 0.9
    assert part(metric, "reviewed").value == 0.6
    assert part(metric, "withheld").reason == "none is decided"
    assert metric.verdict is Verdict.BETTER
    assert metric.explanation == (
        "87.3% of 1,100 matured cases were decided right, a gain of 17.3 points (13.7 to 20.9) "
        "on the measured baseline of 70.0%."
    )
    assert (metric.n, metric.method) == (1_100, "Clopper–Pearson")


def test_parts_say_what_they_lack() -> None:
    metric = decision_quality(
        observe(tally(90), tally(10, "no_outcome"), tally(5, "no_outcome", "reviewed")), []
    )

    automatic = next(one for one in metric.parts if one.name == "automatic")
    assert automatic.cases == 100
    assert automatic.note == "by outcomes; 10 without an outcome"
    assert part(metric, "reviewed").reason == "no outcome is known"
    assert part(metric, "holdout").reason == "there are no such cases"


def test_the_holdout_is_a_part_of_what_was_withheld() -> None:
    found = quality(
        observe(tally(30, part="withheld"), tally(10, "wrong", "holdout")).counts, TODAY
    )

    values = {one.name: one.estimate.value for one in found.parts}
    assert values["withheld"] == 0.75
    assert values["holdout"] == 0.0


def test_in_shadow_the_model_is_judged_and_people_are_unknown() -> None:
    shadow = replace(tally(200, "undecided", "shadow"), outcomes=200, judged=200, model_right=150)

    metric = decision_quality(observe(shadow), [measured(60, 100)])

    assert metric.verdict is Verdict.UNKNOWN
    assert metric.estimate.value is None
    assert metric.explanation == "Unknown: in shadow nobody's decision is recorded."
    assert part(metric, "shadow").value == 0.75


class TestAudits:
    """The automatic part once more, from blind answers."""

    def test_with_one_probability_they_are_a_plain_share(self) -> None:
        audits = tuple(Audit(day=TODAY - 1, probability=0.1, wrong=i < 8) for i in range(80))

        metric = decision_quality(observe(tally(800, "no_outcome", days_ago=1), audits=audits), [])

        assert part(metric, "automatic_by_audit").value == pytest.approx(0.9)
        assert part(metric, "automatic_by_audit").method == "Clopper–Pearson"

    def test_with_several_they_are_weighted_by_what_was_logged(self) -> None:
        often = [Audit(day=TODAY - 1, probability=1.0, wrong=False)] * 50
        rarely = [Audit(day=TODAY - 1, probability=0.1, wrong=True)] * 5

        metric = decision_quality(
            observe(tally(100, "no_outcome", days_ago=1), audits=(*often, *rarely)), []
        )

        assert part(metric, "automatic_by_audit").value == pytest.approx(50 / 100)

    def test_a_case_that_could_not_be_audited_makes_them_unknown(self) -> None:
        never = replace(tally(100), least_audited=0.0)

        metric = decision_quality(observe(never), [])

        assert "set routing.audit_rate" in part(metric, "automatic_by_audit").reason


class TestBaselines:
    """What is measured wins over what is stated; both are shown."""

    def test_measured_before_the_holdout_before_stated(self) -> None:
        observed = observe(tally(900), tally(100, "wrong"), tally(60, part="holdout"))

        metric = decision_quality(observed, [STATED, measured(7_000, 10_000)])

        assert metric.baseline is not None
        assert metric.baseline.source == "the log of 2025"
        others = [other.source for other in metric.other_baselines]
        assert others == ["the holdout of this period", "a memo"]

    def test_the_holdout_is_compared_with_all_other_cases(self) -> None:
        observed = observe(
            tally(900),
            tally(100, "wrong"),
            tally(60, part="holdout"),
            tally(60, "wrong", "holdout"),
        )

        metric = decision_quality(observed, [STATED])

        assert metric.estimate.value == pytest.approx(960 / 1_120)
        assert metric.verdict is Verdict.BETTER
        assert "a gain of 40.0 points" in metric.explanation
        assert "on the measured baseline of 50.0%" in metric.explanation

    def test_a_few_holdout_cases_are_no_baseline(self) -> None:
        metric = decision_quality(observe(tally(900), tally(49, part="holdout")), [STATED])

        assert metric.baseline == STATED

    def test_without_any_it_cannot_be_told(self) -> None:
        metric = decision_quality(observe(tally(900)), [])

        assert metric.verdict is Verdict.CANNOT_TELL
        assert metric.until_ms is None
        assert metric.explanation == (
            "100.0% of 900 matured cases were decided right; there is no baseline: record a "
            "measured one, or state one in baseline.stated."
        )


class TestWaiting:
    """Unknown and not yet are told apart."""

    def test_cases_that_are_too_young_come_with_a_date(self) -> None:
        young = [tally(10, "no_outcome", days_ago=ago) for ago in range(4)]

        metric = decision_quality(observe(*young), [STATED])

        assert metric.verdict is Verdict.CANNOT_TELL
        # The first day has matured 7 days from now; then 50 cases at 10 a day.
        assert metric.until_ms == (TODAY + 8 + 5) * DAY_MS
        assert metric.explanation.startswith(
            "Unknown: no settled case has matured: an outcome counts 10d after the decision;"
        )

    def test_outcomes_that_stopped_make_the_verdict_unknown(self) -> None:
        metric = decision_quality(
            observe(tally(900, days_ago=40), tally(30, "no_outcome", days_ago=12)),
            [measured(7_000, 10_000)],
        )

        assert metric.verdict is Verdict.UNKNOWN
        assert metric.estimate.value == 1.0
        assert "none of the 30 matured cases since" in metric.explanation
        assert "check what sends the outcomes" in metric.explanation

    def test_no_decisions_lately_is_not_a_missed_measurement(self) -> None:
        metric = decision_quality(observe(tally(900, days_ago=40)), [measured(7_000, 10_000)])

        assert metric.verdict is Verdict.BETTER

    def test_nothing_decided_says_so(self) -> None:
        metric = decision_quality(observe(), [STATED])

        assert metric.explanation.startswith("Unknown: no case was decided in this period;")
        assert metric.until_ms is None


def test_a_next_action_is_never_right_or_wrong() -> None:
    observed = replace(observe(tally(900)), point=POINT.model_copy(update={"kind": "next_action"}))

    metric = decision_quality(observed, [STATED])

    assert metric.verdict is Verdict.UNKNOWN
    assert metric.parts == ()
    assert "uplift against the holdout" in metric.explanation


def test_the_trend_is_by_week_with_gaps() -> None:
    observed = observe(tally(10, days_ago=11), tally(10, "wrong", days_ago=28))

    trend = decision_quality(observed, []).trend

    assert trend[-3:] == (0.0, None, 1.0)
