"""What a decision point's owner can do next: the stage above, a certificate, a newer release."""

from typing import Any

import msgspec

from spanwise.access.permissions import Action, may
from spanwise.core.actor import Actor
from spanwise.readiness.ownership import acceptance, capacity_of
from spanwise.readiness.standings import PointStanding
from spanwise.readiness.steps import Gap, next_stage, step_to
from spanwise.runtime.platform import Platform
from spanwise.server.pages.people import name_of
from spanwise.server.views.decision_point import Missing, NextStage, WaitingRelease
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.store import releases
from spanwise.store.readiness import entries_about
from spanwise.store.releases import Release
from spanwise.store.standing import count_certificates
from spanwise.workflow.policies import Policy


def next_stage_of(
    platform: Platform, actor: Actor, policy: Policy, now: PointStanding
) -> NextStage | None:
    """The step up and who may take it; None for who may not see the readiness behind it."""
    if not may(actor, Action.VIEW_READINESS):
        return None
    to = next_stage(now)
    gaps: tuple[Gap, ...] = ()
    if to is not None:
        workspace = platform.policies.workspace
        gaps = step_to(platform.store, workspace, policy.point, now, to).gaps
    capacity = capacity_of(policy.function, actor)
    accepted = capacity and acceptance(platform.store, policy.function, capacity)
    moves = may(actor, Action.MOVE_STAGE)
    return NextStage(
        to=to,
        missing=tuple(_missing(gap, actor) for gap in gaps),
        may_move=moves and bool(accepted),
        must_accept=moves and capacity is not None and not accepted,
        may_certify=moves and _certifiable(policy),
        attempts=count_certificates(platform.store, policy.point.name),
    )


def newer_release(platform: Platform, point: DecisionPoint) -> Release | None:
    """The release that was locked last, if it is newer than the pinned one."""
    history = releases.pin_history(platform.store, point.name)
    pinned = releases.release(platform.store, history[0].release_digest) if history else None
    newest = _newest_release(platform, point)
    if newest is None or (pinned is not None and newest.created_at_ms <= pinned.created_at_ms):
        return None
    return newest


def waiting_release(
    platform: Platform, actor: Actor, point: DecisionPoint
) -> WaitingRelease | None:
    """The newer release as the page shows it."""
    newer = newer_release(platform, point)
    if newer is None:
        return None
    return WaitingRelease(
        digest=newer.digest,
        locked_at_ms=newer.created_at_ms,
        locked_by=name_of(platform, newer.created_by),
        may_pin=may(actor, Action.PIN),
    )


def _missing(gap: Gap, actor: Actor) -> Missing:
    if gap.code == "rollouts_full" and actor.functions is not None:
        # The message names other functions, which this reader may not know of.
        return Missing(text="As many functions are under way as may be at once.", fix=gap.fix)
    return Missing(text=gap.message, fix=gap.fix)


def _certifiable(policy: Policy) -> bool:
    point = policy.point
    judged = point.kind == "classification" and point.routing.max_error is not None
    return judged and policy.pinned_digest is not None


def _newest_release(platform: Platform, point: DecisionPoint) -> Release | None:
    entries = entries_about(platform.store, f"decision_point:{point.name}", since_ms=0)
    locked = next((entry for entry in entries if entry.action == "release.locked"), None)
    if locked is None:
        return None
    digest = msgspec.json.decode(locked.body, type=dict[str, Any])["release"]
    return releases.release(platform.store, digest)
