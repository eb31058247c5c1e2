"""Charts say in words what they draw, and draw the unknown as unknown."""

import re

import pytest

from spanwise.server.charts import (
    common_scale,
    funnel,
    gauge,
    interval_bar,
    risk_coverage,
    sparkline,
)
from spanwise.server.views.decision_point import RiskPoint
from spanwise.server.views.parts import Figure, Step
from spanwise.server.views.scorecard import Baseline

QUALITY = Figure(value=0.9, low=0.85, high=0.95, n=200)
CURVE = (
    RiskPoint(threshold=0.9, coverage=0.4, error=0.01, error_high=0.02),
    RiskPoint(threshold=0.6, coverage=0.8, error=0.05, error_high=0.07),
)


def description(chart: str) -> str:
    found = re.search(r"<desc>(.*)</desc>", chart)
    assert found
    return found[1]


def baseline(kind: str, figure: Figure) -> Baseline:
    return Baseline(kind=kind, figure=figure, source="audit 2025", recorded_at_ms=0)


@pytest.mark.parametrize(
    "chart",
    [
        sparkline((), title="T"),
        sparkline((None, None), title="T"),
        interval_bar(None, title="T"),
        interval_bar(Figure(value=None), title="T"),
        gauge(None, title="T"),
        risk_coverage((), title="T", max_error=0.02),
    ],
)
def test_the_unknown_is_hatched_and_says_so(chart: str) -> None:
    assert 'class="hatch"' in chart
    assert 'class="dot"' not in chart
    assert description(chart) == "Unknown: not measured."


def test_a_chart_has_a_title_that_is_text() -> None:
    chart = gauge(0.7, title="<b>Confidence</b>", bar=0.86)
    assert "<title>&lt;b&gt;Confidence&lt;/b&gt;</title>" in chart
    assert description(chart) == "70%; bar 86%."


def test_an_interval_is_drawn_to_scale() -> None:
    chart = interval_bar(QUALITY, title="Quality", scale=(0.8, 1.0))
    assert '<circle class="dot" cx="50.00%"' in chart
    assert '<line class="span" x1="25.00%" x2="75.00%"' in chart
    assert description(chart) == "90%, interval 85% to 95%."


def test_a_one_sided_interval_has_one_end() -> None:
    chart = interval_bar(Figure(value=0.9, low=0.85), title="Rate", bar=0.88)
    assert chart.count('class="end"') == 1
    assert description(chart) == "90%, interval at least 85%; bar 88%."


def test_measured_and_stated_baselines_look_different() -> None:
    before = Figure(value=0.8, low=0.75, high=0.85)
    measured = interval_bar(QUALITY, title="Quality", baseline=baseline("measured", before))
    stated = interval_bar(QUALITY, title="Quality", baseline=baseline("stated", Figure(value=0.8)))
    assert 'class="mark measured"' in measured
    assert 'class="mark-band"' in measured
    assert 'class="mark stated"' in stated
    assert 'class="mark-band"' not in stated
    assert "stated baseline 80%" in description(stated)


def test_bars_on_a_common_scale_begin_at_zero() -> None:
    assert common_scale(Figure(value=0.1, high=0.2), None) == pytest.approx((0, 0.23))
    assert common_scale(None) == pytest.approx((0, 1.15))


def test_a_gap_interrupts_a_sparkline() -> None:
    chart = sparkline((1, 2, None, 3), title="Decisions")
    assert chart.count("<polyline") == 2
    assert description(chart) == "From 1 to 3, last 3. 1 of 4 unknown."


def test_a_flat_sparkline_stays_in_its_box() -> None:
    heights = re.findall(r",(\d+\.\d)", sparkline((5, 5), title="Flat", from_zero=True))
    assert all(0 <= float(height) <= 24 for height in heights)


def test_a_funnel_compares_with_its_first_step() -> None:
    chart = funnel(
        (
            Step(text="Received", count=200),
            Step(text="Resolved", count=50),
            Step(text="Outcome", count=None),
        ),
        title="Flow",
    )
    assert 'width="25.00%"' in chart
    assert description(chart) == "Received: 200; Resolved: 50; Outcome: unknown."
    assert 'class="gap"' in chart
    assert "<svg" in funnel((), title="Nothing")


def test_the_curve_tells_what_a_threshold_means() -> None:
    chart = risk_coverage(
        CURVE, title="Error", max_error=0.02, certified=0.9, asked=0.6, people_error=0.08
    )
    assert description(chart) == (
        "Tolerance 2%. People&#39;s own error 8%. At certified 0.90: 40% of cases automatic,"
        " 1% of them wrong. At asked 0.60: 80% of cases automatic, 5% of them wrong."
    )
    assert 'class="limit"' in chart
