"""Charts as inline SVG, each with a title and a description that say what the drawing says.

Widths are percentages and heights are pixels, so a chart fits any column without scaling its
text. Colours come from the stylesheet. What is unknown is drawn as unknown: hatched, never zero.
"""

from collections.abc import Sequence

from markupsafe import Markup

from spanwise.server.views import text
from spanwise.server.views.decision_point import RiskPoint
from spanwise.server.views.parts import Figure, Step
from spanwise.server.views.scorecard import Baseline

_EMPTY = Markup("")


def sparkline(values: Sequence[float | None], *, title: str, from_zero: bool = False) -> Markup:
    """A small line of values, oldest first; a gap where a value is unknown."""
    known = [value for value in values if value is not None]
    if not known:
        return _unknown("sparkline", title, height=24, width="96")
    top, bottom = max(known), min(known)
    if from_zero:
        bottom = min(bottom, 0)
    span = (top - bottom) or 1
    step = 92 / max(len(values) - 1, 1)
    runs: list[list[str]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{2 + index * step:.1f},{21 - 18 * (value - bottom) / span:.1f}")
    drawn = [_polyline("line", points) for points in runs if points]
    last = next((run[-1] for run in reversed(runs) if run), "")
    x, y = last.split(",")
    drawn.append(Markup('<circle class="dot" cx="{}" cy="{}" r="2"/>').format(x, y))
    unknown = len(values) - len(known)
    description = f"From {min(known):g} to {max(known):g}, last {known[-1]:g}."
    if unknown:
        description += f" {unknown} of {len(values)} unknown."
    return _svg("sparkline", title, description, _EMPTY.join(drawn), height=24, width="96")


def interval_bar(
    figure: Figure | None,
    *,
    title: str,
    baseline: Baseline | None = None,
    bar: float | None = None,
    scale: tuple[float, float] | None = None,
) -> Markup:
    """An figure as a dimension line from low to high, with what it is held against.

    Args:
        baseline: a measured one is a solid mark with its own interval, a stated one a dashed mark.
        bar: a limit to stay on one side of.
        scale: the values at the left and right end; by default just around what is drawn.
    """
    if figure is None or figure.value is None:
        return _unknown("interval", title, height=28)
    unit = figure.unit
    low, high = scale or _around(figure, baseline, bar)
    parts = [Markup('<line class="track" x1="0" x2="100%" y1="14" y2="14"/>')]
    description = text.amount(figure.value, unit)
    if figure.low is not None or figure.high is not None:
        description += f", interval {text.interval(figure.low, figure.high, unit)}"
    if baseline is not None and baseline.figure.value is not None:
        parts.append(_baseline(baseline.figure, baseline.kind, low, high))
        value = text.amount(baseline.figure.value, unit)
        description += f"; {baseline.kind} baseline {value}"
    if bar is not None:
        parts.append(_upright("bar", bar, low, high))
        description += f"; bar {text.amount(bar, unit)}"
    parts.append(_dimension(figure, low, high))
    centre = _place(figure.value, low, high)
    parts.append(Markup('<circle class="dot" cx="{}" cy="14" r="4.5"/>').format(centre))
    return _svg("interval", title, description + ".", _EMPTY.join(parts), height=28)


def gauge(share: float | None, *, title: str, bar: float | None = None) -> Markup:
    """A share between nothing and all, with a bar that it may have to reach."""
    if share is None:
        return _unknown("interval", title, height=28)
    parts = [
        Markup('<line class="track" x1="0" x2="100%" y1="14" y2="14"/>'),
        Markup('<line class="span" x1="0" x2="{}" y1="14" y2="14"/>').format(_place(share, 0, 1)),
        _EMPTY if bar is None else _upright("bar", bar, 0, 1),
        Markup('<circle class="dot" cx="{}" cy="14" r="4.5"/>').format(_place(share, 0, 1)),
    ]
    description = text.percent(share) + ("" if bar is None else f"; bar {text.percent(bar)}")
    return _svg("interval", title, description + ".", _EMPTY.join(parts), height=28)


def common_scale(*figures: Figure | None) -> tuple[float, float]:
    """From zero to beyond the largest, so that several bars can be compared by eye."""
    ends = [
        end
        for figure in figures
        if figure is not None
        for end in (figure.value, figure.high)
        if end is not None
    ]
    return 0, max(ends, default=1) * 1.15 or 1


def funnel(steps: Sequence[Step], *, title: str) -> Markup:
    """Bars from the first step down, each with its count and its share of the first."""
    first = steps[0].count if steps else None
    rows = []
    said = []
    for index, step in enumerate(steps):
        top = index * 36
        count = text.count(step.count)
        share = ""
        bar = Markup('<rect class="gap" x="0.5" y="{}" width="99%" height="7" rx="3"/>')
        if step.count is not None and first:
            share = text.percent(step.count / first) if index else ""
            bar = Markup(
                '<rect class="rail" x="0" y="{0}" width="100%" height="8" rx="2"/>'
                '<rect class="fill" x="0" y="{0}" width="{1:.2f}%" height="8" rx="2"/>'
            ).format(top + 20, max(100 * step.count / first, 0.4))
        else:
            bar = bar.format(top + 20)
        label = Markup('<text class="label" x="0" y="{}">{}</text>').format(top + 13, step.text)
        figure = Markup(
            '<text class="figure" x="100%" y="{}" text-anchor="end">{}'
            '<tspan class="share" dx="6">{}</tspan></text>'
        ).format(top + 13, count, share)
        rows.append(label + figure + bar)
        said.append(f"{step.text}: {count}")
    height = len(steps) * 36 - 6 if steps else 24
    return _svg("funnel", title, "; ".join(said) + ".", _EMPTY.join(rows), height=height)


def risk_coverage(
    curve: Sequence[RiskPoint],
    *,
    title: str,
    max_error: float,
    certified: float | None = None,
    asked: float | None = None,
    people_error: float | None = None,
) -> Markup:
    """Error among automatic cases against the share of cases that are automatic.

    Args:
        curve: by falling threshold.
        max_error: the owner's tolerance, drawn as a limit.
        certified, asked: thresholds to point at.
        people_error: the people's own error rate.
    """
    if not curve:
        return _unknown("curve", title, height=160)
    worst = max(point.error for point in curve)
    highest = max(worst * 1.1, max_error * 2, (people_error or 0) * 1.1)
    top = next((step for step in _TOPS if step >= highest), 1.0)
    parts = [_grid(), _curve(curve, top)]
    description = f"Tolerance {text.percent(max_error)}."
    parts.append(_limit("limit", max_error, top, f"tolerance {text.percent(max_error)}", "100%"))
    if people_error is not None:
        said = f"people {text.percent(people_error)}"
        parts.append(_limit("people", people_error, top, said, "34%"))
        description += f" People's own error {text.percent(people_error)}."
    for kind, threshold, row in (("certified", certified, 0), ("asked", asked, 1)):
        if threshold is None:
            continue
        point = min(curve, key=lambda point: abs(point.threshold - threshold))
        label = f"{kind} {threshold:.2f}"
        parts.append(_pointer(kind, point, top, label, row))
        description += (
            f" At {label}: {text.percent(point.coverage)} of cases automatic,"
            f" {text.percent(point.error)} of them wrong."
        )
    parts.append(_ticks(top))
    return _svg("curve", title, description, _EMPTY.join(parts), height=_CURVE_HEIGHT)


_CURVE_HEIGHT = 248
_TOPS = (0.01, 0.02, 0.04, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8)
_PLOT_TOP = 36
_PLOT_HEIGHT = 180
_PLOT_BOTTOM = _PLOT_TOP + _PLOT_HEIGHT


def _grid() -> Markup:
    line = Markup('<line class="grid" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/>')
    return _EMPTY.join(line.format(_PLOT_BOTTOM - part * _PLOT_HEIGHT) for part in (0, 0.5, 1))


def _ticks(top: float) -> Markup:
    tick = Markup('<text class="tick" x="{}%" y="{:.1f}" text-anchor="{}">{}</text>')
    upward = [
        tick.format(0, _PLOT_BOTTOM - part * _PLOT_HEIGHT - 4, "start", label)
        for part, label in (
            (0, "0%"),
            (0.5, text.percent(top / 2)),
            (1, f"{text.percent(top)} wrong"),
        )
    ]
    along = [
        tick.format(x, _PLOT_BOTTOM + 18, anchor, label)
        for x, anchor, label in (
            (0, "start", "0%"),
            (50, "middle", "50%"),
            (100, "end", "100% automatic"),
        )
    ]
    return _EMPTY.join(upward + along)


def _curve(curve: Sequence[RiskPoint], top: float) -> Markup:
    line = [f"{100 * p.coverage:.2f},{100 - 100 * p.error / top:.2f}" for p in curve]
    upper = [f"{100 * p.coverage:.2f},{100 - 100 * p.error_high / top:.2f}" for p in curve]
    band = Markup('<polygon class="band" points="{}"/>').format(" ".join(upper + line[::-1]))
    return Markup(
        '<svg x="0" y="{}" width="100%" height="{}" viewBox="0 0 100 100"'
        ' preserveAspectRatio="none">{}{}</svg>'
    ).format(_PLOT_TOP, _PLOT_HEIGHT, band, _polyline("line", line))


def _limit(kind: str, error: float, top: float, label: str, x: str) -> Markup:
    y = _PLOT_BOTTOM - _PLOT_HEIGHT * error / top
    return Markup(
        '<line class="{0}" x1="0" x2="100%" y1="{1:.1f}" y2="{1:.1f}"/>'
        '<text class="{0}-text" x="{2}" y="{3:.1f}" text-anchor="end">{4}</text>'
    ).format(kind, y, x, y - 5, label)


def _pointer(kind: str, point: RiskPoint, top: float, label: str, row: int) -> Markup:
    x = f"{100 * point.coverage:.2f}%"
    y = _PLOT_BOTTOM - _PLOT_HEIGHT * min(point.error / top, 1)
    anchor = "end" if point.coverage > 0.5 else "start"
    return Markup(
        '<line class="{0}" x1="{1}" x2="{1}" y1="{2}" y2="{3}"/>'
        '<circle class="{0}-dot" cx="{1}" cy="{4:.1f}" r="4.5"/>'
        '<text class="{0}-text" x="{1}" y="{5}" dx="{6}" text-anchor="{7}">{8}</text>'
    ).format(
        kind, x, 4 + 16 * row, _PLOT_BOTTOM, y, 12 + 16 * row,
        -6 if anchor == "end" else 6, anchor, label,
    )  # fmt: skip


def _around(figure: Figure, baseline: Baseline | None, bar: float | None) -> tuple[float, float]:
    before = None if baseline is None else baseline.figure
    drawn = [
        value
        for each in (figure, before)
        if each is not None
        for value in (each.value, each.low, each.high)
        if value is not None
    ]
    drawn += [] if bar is None else [bar]
    margin = (max(drawn) - min(drawn)) * 0.18 or abs(drawn[0]) * 0.1 or 1
    return min(drawn) - margin, max(drawn) + margin


def _place(value: float, low: float, high: float) -> str:
    share = (value - low) / (high - low) if high > low else 0.5
    return f"{100 * min(max(share, 0), 1):.2f}%"


def _dimension(figure: Figure, low: float, high: float) -> Markup:
    if figure.low is None and figure.high is None:
        return _EMPTY
    left = "0%" if figure.low is None else _place(figure.low, low, high)
    right = "100%" if figure.high is None else _place(figure.high, low, high)
    ends = [
        Markup('<line class="end" x1="{0}" x2="{0}" y1="8" y2="20"/>').format(place)
        for place, bound in ((left, figure.low), (right, figure.high))
        if bound is not None
    ]
    line = Markup('<line class="span" x1="{}" x2="{}" y1="14" y2="14"/>').format(left, right)
    return line + _EMPTY.join(ends)


def _baseline(before: Figure, kind: str, low: float, high: float) -> Markup:
    line = _upright(kind, before.value or 0, low, high)
    if before.low is None or before.high is None or not high > low:
        return line
    width = f"{100 * (before.high - before.low) / (high - low):.2f}%"
    band = Markup('<rect class="mark-band" x="{}" y="3" width="{}" height="22"/>').format(
        _place(before.low, low, high), width
    )
    return band + line


def _upright(kind: str, value: float, low: float, high: float) -> Markup:
    return Markup('<line class="mark {0}" x1="{1}" x2="{1}" y1="1" y2="27"/>').format(
        kind, _place(value, low, high)
    )


def _polyline(kind: str, points: Sequence[str]) -> Markup:
    return Markup('<polyline class="{}" points="{}"/>').format(kind, " ".join(points))


def _unknown(kind: str, title: str, *, height: int, width: str = "100%") -> Markup:
    inset = 4 if height > 24 else 2
    inner = height - 2 * inset
    # Hatching of any width: one line as thick as the box, dashed, and slanted.
    body = Markup(
        '<svg x="0" y="{0}" width="100%" height="{1}"><line class="hatch" x1="0" x2="200%"'
        ' y1="{2}" y2="{2}" stroke-width="{1}" stroke-dasharray="1 7" transform="skewX(-45)"/>'
        '</svg><rect class="gap" x="0.5" y="{0}" width="99.5%" height="{1}" rx="3"/>'
    ).format(inset, inner, inner / 2)
    return _svg(
        f"{kind} unknown", title, "Unknown: not measured.", body, height=height, width=width
    )


def _svg(
    kind: str, title: str, description: str, body: Markup, *, height: int, width: str = "100%"
) -> Markup:
    return Markup(
        '<svg class="chart {}" role="img" width="{}" height="{}"><title>{}</title>'
        "<desc>{}</desc>{}</svg>"
    ).format(kind, width, height, title, description, body)
