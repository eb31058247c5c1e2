"""One decision point as a page, from everything that governs it and what became of its cases."""

from spanwise.access.permissions import Action, authorise, may
from spanwise.core.actor import Actor
from spanwise.core.errors import NotFound
from spanwise.governance.releases import read_manifest
from spanwise.measurement.certificates import newest_certification
from spanwise.readiness.standings import PointStanding, standing_of
from spanwise.routing.stages import MoveKind
from spanwise.runtime.platform import Platform
from spanwise.server.pages.context_view import context_products
from spanwise.server.pages.next_stage_view import next_stage_of, waiting_release
from spanwise.server.pages.people import name_of
from spanwise.server.pages.readiness_view import owner_of
from spanwise.server.pages.recent_decisions import recent_decisions
from spanwise.server.pages.volumes import Volume, volume_of
from spanwise.server.pages.what_if import Scored, figure
from spanwise.server.views.decision_point import (
    Alarm,
    Certificate,
    DecisionPointPage,
    Stages,
    Suspension,
)
from spanwise.server.views.parts import AssetLine, Figure, ReleaseLock
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.stats.binomial import proportion
from spanwise.stats.certify import Certification
from spanwise.store import releases, standing
from spanwise.workflow.policies import Policy


def decision_point_page(
    platform: Platform, actor: Actor, name: str, threshold: float | None
) -> DecisionPointPage:
    """The page of a decision point.

    Args:
        threshold: what would it mean? None asks nothing.

    Raises:
        Forbidden: the actor may not see decision points.
        NotFound: there is no such decision point in the actor's scope.
    """
    point = authorised_point(platform, actor, Action.VIEW_DECISION_POINT, name)
    policy = platform.policies.of(name)
    now = standing_of(platform.store, point)
    volume = volume_of(platform, name)
    known = Scored.of(platform.store, point, policy.pinned_digest)
    turns = Action.RESUME if now.standing.suspended else Action.SUSPEND
    return DecisionPointPage(
        name=name,
        title=point.title or name,
        function=point.function,
        owner=owner_of(platform, policy.function),
        moment=_moment(point),
        kind=point.kind,
        options=_options(policy),
        version=len(now.history),
        stages=_stages(platform, now),
        next_stage=next_stage_of(platform, actor, policy, now),
        pin=_pin(platform, point),
        waiting=waiting_release(platform, actor, point),
        certificate=_certificate(platform, policy, volume),
        curve=known.curve,
        people_error=known.people_error,
        what_if=None if threshold is None else known.what_if(threshold, volume.mean_per_day),
        context=context_products(platform, policy),
        performance=known.performance,
        alarms=tuple(
            Alarm(id=alarm.id, kind=alarm.kind, text=alarm.detail, raised_at_ms=alarm.raised_at_ms)
            for alarm in now.alarms
        ),
        may_clear=may(actor, Action.CLEAR_ALARM),
        consumers=tuple(delivery.to for delivery in point.deliver),
        recent=recent_decisions(platform, name),
        per_day=volume.per_day,
        suspension=_suspension(platform, now),
        may_suspend=may(actor, turns),
    )


def authorised_point(platform: Platform, actor: Actor, action: Action, name: str) -> DecisionPoint:
    """The decision point, if the actor may do this with it.

    Raises:
        Forbidden: the actor may know of it, and may not do this.
        NotFound: there is no such decision point in the actor's scope.
    """
    point = platform.policies.workspace.decision_points.get(name)
    if point is None or not actor.covers(point.function):
        raise NotFound("There is no such decision point, or it is not in your scope.")
    authorise(actor, action, function=point.function, decision_point=name)
    return point


def with_names(platform: Platform, now: PointStanding, sentence: str) -> str:
    """A sentence about moves with people's names in place of their ids."""
    for mover in {move.moved_by for move in now.history}:
        sentence = sentence.replace(f" by {mover}:", f" by {name_of(platform, mover)}:")
    return sentence


def _moment(point: DecisionPoint) -> str:
    moment = point.moment
    if moment.process:
        return f"In the process {moment.process}, at “{moment.activity}”"
    return f"On the screen {moment.surface}, at “{moment.object} {moment.event}”"


def _options(policy: Policy) -> tuple[str, ...]:
    options = policy.point.listed_options
    if options is None:
        options = policy.pinned.engine.options if policy.pinned else ()
    actions = policy.point.actions
    return tuple(f"{one}: {actions[one]}" if one in actions else one for one in options)


def _stages(platform: Platform, now: PointStanding) -> Stages:
    return Stages(
        ceiling=now.ceiling,
        earned=now.standing.earned,
        demoted=now.standing.demoted,
        effective=now.effective,
        why=tuple(with_names(platform, now, sentence) for sentence in now.why),
    )


def _pin(platform: Platform, point: DecisionPoint) -> ReleaseLock | None:
    history = releases.pin_history(platform.store, point.name)
    if not history:
        return None
    pin = history[0]
    return ReleaseLock(
        digest=pin.release_digest,
        pinned_at_ms=pin.pinned_at_ms,
        pinned_by=name_of(platform, pin.pinned_by),
        assets=_assets(platform, pin.release_digest),
    )


def _assets(platform: Platform, release: str) -> tuple[AssetLine, ...]:
    try:
        manifest = read_manifest(platform.store, release)
    except NotFound:
        return ()
    locked = [digest for digest in (manifest.recommends, manifest.review_when) if digest]
    lines = []
    for digest in locked:
        asset = releases.asset(platform.store, digest)
        lines.append(
            AssetLine(
                kind=asset.kind if asset else "missing",
                name=asset.name if asset else "not registered",
                digest=digest,
            )
        )
    contracts = sorted(manifest.contracts.items())
    lines += [AssetLine(kind="contract", name=name, digest=digest) for name, digest in contracts]
    lines.append(
        AssetLine(kind="decision point", name=manifest.decision_point, digest=manifest.output)
    )
    return tuple(lines)


def _certificate(platform: Platform, policy: Policy, volume: Volume) -> Certificate:
    routing = policy.point.routing
    # Without a stated tolerance none is tolerated.
    tolerated, level = float(routing.max_error or 0), float(routing.confidence)
    release = policy.pinned_digest
    found = release and newest_certification(platform.store, policy.point.name, release)
    if not found:
        return Certificate(state="none", max_error=tolerated, level=level)
    stored, proof = found
    now_ms = platform.clock.now_ms()
    if proof.threshold is None:
        return Certificate(
            state="cannot_certify",
            max_error=proof.max_error,
            level=level,
            labels=proof.n,
            more_labels=proof.needed_labels,
            until_ms=volume.until_labelled_ms(proof.needed_labels, now_ms),
            issued_at_ms=stored.issued_at_ms,
        )
    return Certificate(
        state=_state(stored, now_ms),
        max_error=proof.max_error,
        level=level,
        threshold=proof.threshold,
        coverage=figure(proportion(proof.accepted, proof.n)),
        error=_error(proof),
        labels=proof.n,
        issued_at_ms=stored.issued_at_ms,
        expires_at_ms=stored.expires_at_ms,
    )


def _state(stored: standing.Certificate, now_ms: int) -> str:
    if stored.revoked_at_ms is not None:
        return "revoked"
    return "valid" if now_ms < stored.expires_at_ms else "expired"


def _error(proof: Certification) -> Figure:
    """One-sided: what is certified is an upper bound."""
    return Figure(
        value=proof.error.value, high=proof.error.high, n=proof.error.n, method=proof.error.method
    )


def _suspension(platform: Platform, now: PointStanding) -> Suspension | None:
    if not now.standing.suspended:
        return None
    move = [move for move in now.history if move.kind == MoveKind.SUSPENDED][-1]
    by = name_of(platform, move.moved_by) or move.moved_by
    return Suspension(by=by, at_ms=move.moved_at_ms, reason=move.reason)
