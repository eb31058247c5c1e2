"""What the next stage asks for, and what of it is missing. Reads only."""

from dataclasses import dataclass, field

from spanwise.core.canonical import Json
from spanwise.core.clock import DAY_MS, to_rfc3339
from spanwise.governance.releases import pinned_digest
from spanwise.measurement.certificates import newest_certification, valid_certificate
from spanwise.readiness.assess import assess_decision_point
from spanwise.readiness.criteria import FunctionReadiness
from spanwise.readiness.standings import PointStanding, under_way
from spanwise.routing.stages import rank
from spanwise.spec.models.decision_points import DecisionPoint, Stage
from spanwise.spec.workspace import Workspace
from spanwise.stats.binomial import proportion
from spanwise.stats.maturity import (
    Maturity,
    needed_for_proportion,
    until_count,
    until_half_width,
)
from spanwise.store.database import Store
from spanwise.store.readiness import Cases, count_cases

# How well its quality must be known before people see what it recommends: ± 10 points at 95%.
QUALITY_HALF_WIDTH = 0.10
_LADDER = (Stage.SHADOW, Stage.ASSIST, Stage.GUARDED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """Something that is missing for a stage: a stable code, what it is, and what to do."""

    code: str
    message: str
    fix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step up.

    Attributes:
        gaps: what is missing; without any it only waits for its owner's approval.
        readiness: what probes found, where the step asks for it.
        proof: the digests, ids and counts that it rests on.
    """

    to: Stage
    gaps: tuple[Gap, ...] = ()
    readiness: FunctionReadiness | None = None
    proof: dict[str, Json] = field(default_factory=dict)


def next_stage(now: PointStanding) -> Stage | None:
    """The stage above the one in force; None at the top, or while it is suspended."""
    above = [stage for stage in _LADDER if rank(stage) == rank(now.effective) + 1]
    return above[0] if above and now.effective is not Stage.SUSPENDED else None


def step_to(
    store: Store, workspace: Workspace, point: DecisionPoint, now: PointStanding, to: Stage
) -> Step:
    """Everything that the step rests on, and all that it lacks."""
    gaps = _ladder_gaps(now, to) or _rollout_gaps(store, workspace, point, now, to)
    if gaps:
        return Step(to=to, gaps=tuple(gaps))
    release = pinned_digest(store, point.name)
    if to is Stage.ASSIST:
        return _step_to_assist(store, workspace, point, release)
    return _step_to_guarded(store, point, release)


def _ladder_gaps(now: PointStanding, to: Stage) -> list[Gap]:
    if now.standing.suspended:
        message = "It is suspended."
        return [Gap(code="suspended", message=message, fix="Resume it first.")]
    if now.alarms:
        alarm = now.alarms[0]
        message = f"An alarm is open, {alarm.kind}: {alarm.detail}"
        return [Gap(code="alarm_open", message=message, fix="Mend the cause and clear the alarm.")]
    if rank(to) > rank(now.ceiling):
        message = f"Its owner's ceiling is {now.ceiling}."
        fix = f"Set 'stage: {to}' in the workspace, and apply it."
        return [Gap(code="above_ceiling", message=message, fix=fix)]
    if to is not next_stage(now):
        message = f"It is at {now.effective}, and stages are climbed one at a time."
        fix = f"The next one is {next_stage(now)}." if next_stage(now) else "It is at the top."
        return [Gap(code="not_the_next_stage", message=message, fix=fix)]
    return []


def _rollout_gaps(
    store: Store, workspace: Workspace, point: DecisionPoint, now: PointStanding, to: Stage
) -> list[Gap]:
    """A function that would come to stand between shadow and its ceiling needs a free place."""
    others = [name for name in under_way(store, workspace) if name != point.function]
    most = workspace.settings.max_concurrent_rollouts
    begins = now.effective is Stage.SHADOW and to is not now.ceiling
    if not begins or len(others) < most:
        return []
    message = f"{', '.join(others)} stand between shadow and a settled stage; at most {most} may."
    fix = "Settle one of them first: bring it to its ceiling, or lower its ceiling."
    return [Gap(code="rollouts_full", message=message, fix=fix)]


def _step_to_assist(
    store: Store, workspace: Workspace, point: DecisionPoint, release: str | None
) -> Step:
    readiness = assess_decision_point(store, workspace, point)
    gaps = [
        Gap(code="not_ready", message=f"{gap.about}: {gap.seen}", fix=gap.fix)
        for gap in readiness.gaps
    ]
    if release is None:  # which the probes have told
        return Step(to=Stage.ASSIST, gaps=tuple(gaps), readiness=readiness)
    until_ms = store.clock.now_ms() - point.outcome.matures_ms
    lasts_ms = workspace.functions[point.function].readiness.evidence_expires_ms
    cases = count_cases(
        store,
        point.name,
        since_ms=until_ms - lasts_ms,
        until_ms=until_ms,
        release_digest=release,
    )
    matured = _matured(point, cases, until_ms)
    if not matured.enough:
        message = f"How good release {release[:12]} is here: {matured.reason}."
        fix = "Let it run in shadow, and send the outcomes of its cases."
        gaps.append(Gap(code="quality_unknown", message=message, fix=fix))
    proof: dict[str, Json] = {
        "release": release,
        "outcomes": cases.labelled,
        "judged": cases.judged,
        "right": cases.right,
    }
    return Step(to=Stage.ASSIST, gaps=tuple(gaps), readiness=readiness, proof=proof)


def _matured(point: DecisionPoint, cases: Cases, until_ms: int) -> Maturity:
    """Whether there are enough matured outcomes to say how good the release is here."""
    days = max(1.0, (until_ms - (cases.first_at_ms or until_ms)) / DAY_MS)
    if point.kind == "classification":
        quality = proportion(cases.right, cases.judged)
        return until_half_width(quality, QUALITY_HALF_WIDTH, per_day=cases.judged / days)
    # A next action is neither right nor wrong, but its outcomes must be there to compare.
    needed = needed_for_proportion(QUALITY_HALF_WIDTH)
    return until_count(needed, have=cases.labelled, per_day=cases.labelled / days)


def _step_to_guarded(store: Store, point: DecisionPoint, release: str | None) -> Step:
    if point.routing.max_error is None:
        message = "Its owner tolerates no error, so no case can be automatic."
        gap = Gap(code="no_tolerance", message=message, fix="Set routing.max_error.")
        return Step(to=Stage.GUARDED, gaps=(gap,))
    if release is None:
        gap = Gap(code="not_pinned", message="No release is pinned.", fix="Pin a release.")
        return Step(to=Stage.GUARDED, gaps=(gap,))
    now_ms = store.clock.now_ms()
    certificate = valid_certificate(store, point.name, release, now_ms)
    if certificate is None:
        gap = _no_certificate(store, point, release)
        return Step(to=Stage.GUARDED, gaps=(gap,))
    proof: dict[str, Json] = {"release": release, "certificate": certificate.id}
    return Step(to=Stage.GUARDED, proof=proof)


def _no_certificate(store: Store, point: DecisionPoint, release: str) -> Gap:
    newest = newest_certification(store, point.name, release)
    message, fix = f"Release {release[:12]} has no certificate.", "Certify it on matured outcomes."
    if newest is not None:
        certificate, certification = newest
        if certificate.threshold is None:
            message = f"Release {release[:12]} cannot be certified: {certification.reason}."
            needed = certification.needed_labels
            fix = f"About {needed:,} more outcomes would do." if needed else "Improve the model."
        elif certificate.revoked_at_ms is not None:
            day = to_rfc3339(certificate.revoked_at_ms)[:10]
            message = f"The certificate of release {release[:12]} was revoked on {day}."
        else:
            day = to_rfc3339(certificate.expires_at_ms)[:10]
            message = f"The certificate of release {release[:12]} expired on {day}."
    return Gap(code="not_certified", message=message, fix=fix)
