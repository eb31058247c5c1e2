"""What a sample shows, printed: figures with intervals, beside the people's own."""

from rich.console import Console
from rich.table import Table

from spanwise.core.clock import to_rfc3339
from spanwise.demo.organisation import DECISION_POINT
from spanwise.demo.sample import Sample
from spanwise.measurement.figures import written
from spanwise.measurement.scorecards import Scorecard, Scorecards
from spanwise.runtime.platform import Platform
from spanwise.stats.binomial import proportion
from spanwise.stats.certify import certify
from spanwise.stats.estimate import Estimate
from spanwise.store import labels

console = Console(highlight=False)


def print_report(platform: Platform, sample: Sample) -> None:
    """Prints the story of a sample and its scorecard."""
    before = sample.cohorts.before
    kind = "Simulated" if before.simulated else "Real"
    console.print(f"\n[bold]{kind} incidents.[/bold] {before.source}", soft_wrap=True)
    if sample.cohorts.moved_days:
        console.print(
            "The log covers a month. So that each part knows the truth of the part before, it is "
            "replayed in three parts with a pause after each, and moved to end today.",
            soft_wrap=True,
        )
    wrong, known = sample.wrong_first
    rows = {
        "people's first choice was wrong (before)": _share(proportion(wrong, known)),
        "model trained on": f"{sample.model.trained_on:,} incidents that were settled before",
        "parity of the converted model": (
            f"{sample.model.parity.rows:,} rows, {sample.model.parity.flips} flips, "
            f"largest difference {sample.model.parity.max_difference:.0e}"
        ),
        "rows received": f"{sample.counts.received:,}",
        "cases decided": f"{sample.counts.decided:,}",
        "of them by the AI alone": f"{sample.counts.automatic:,}",
        "tasks resolved by people": f"{sample.counts.resolved:,}",
        "outcomes received": f"{sample.counts.outcomes:,}",
    }
    for name, value in rows.items():
        console.print(f"  {name:<42} {value}", soft_wrap=True)
    console.print("\n[bold]What the owner did[/bold]")
    for at_ms, what in sample.log[-12:]:
        console.print(f"  {to_rfc3339(at_ms)[:10]}  {what}", soft_wrap=True)
    _print_tolerances(platform)
    print_scorecard(
        Scorecards(platform.store).of_point(platform.policies.workspace, DECISION_POINT)
    )


def _print_tolerances(platform: Platform) -> None:
    """What the labels of the matured cases could certify: a look, which no stage rests on."""
    policy = platform.policies.of(DECISION_POINT)
    tolerated = policy.point.routing.max_error
    if policy.pinned_digest is None or tolerated is None:
        return
    scores, correct = labels.scored(
        platform.store,
        DECISION_POINT,
        policy.pinned_digest,
        decided_before_ms=platform.clock.now_ms() - policy.point.outcome.matures_ms,
    )
    console.print(f"\n[bold]What {len(scores):,} matured labels can certify[/bold]")
    for max_error in (0.02, 0.05, 0.10, float(tolerated)):
        found = certify(scores, correct, max_error=max_error)
        what = f"{found.coverage:.1%} of cases" if found.certified else "cannot be certified"
        console.print(f"  at most {max_error:.3g} wrong: {what}", soft_wrap=True)


def print_scorecard(card: Scorecard) -> None:
    """Prints the four metrics of a decision point, each with its parts and its verdict."""
    table = Table(title=f"\nScorecard of {card.decision_point}", title_justify="left")
    for heading in ("metric", "value", "interval", "n", "verdict"):
        table.add_column(heading, justify="right" if heading in ("value", "n") else "left")
    for metric in card.metrics:
        name, verdict = _words(metric.name), _words(metric.verdict)
        table.add_row(name, *_cells(metric.estimate, metric.unit), verdict)
        for part in metric.parts:
            cells = _cells(part.estimate, metric.unit)
            table.add_row(f"  {_words(part.name)}", *cells, "", style="dim")
    console.print(table)
    for metric in card.metrics:
        console.print(f"  {_words(metric.name)}: {metric.explanation}", soft_wrap=True)


def _words(code: str) -> str:
    return code.replace("_", " ")


def _share(estimate: Estimate) -> str:
    value, interval, n = _cells(estimate, "share")
    return f"{value} ({interval}, n = {n})"


def _cells(estimate: Estimate, unit: str) -> tuple[str, str, str]:
    if estimate.value is None:
        return "unknown", estimate.reason, f"{estimate.n:,}"
    value = written(estimate.value, unit)
    if estimate.low is None or estimate.high is None:
        return value, estimate.reason, f"{estimate.n:,}"
    interval = f"{written(estimate.low, unit)} to {written(estimate.high, unit)}"
    return value, interval, f"{estimate.n:,}"
