"""Builds the view of a decision from its record and what came after it."""

import msgspec

from spanwise.core.actor import Actor
from spanwise.core.canonical import digest_bytes
from spanwise.core.clock import HOUR_MS, SECOND_MS
from spanwise.core.errors import NotFound
from spanwise.data.contracts import MAX_QUARANTINED_SHARE
from spanwise.governance.releases import read_manifest
from spanwise.routing.routes import Reason as RouteReason
from spanwise.runtime.platform import Platform
from spanwise.server.disclosure import concealed
from spanwise.server.pages.people import name_of
from spanwise.server.views import decision as views
from spanwise.server.views.parts import AssetLine, InputField, Reason, ReleaseLock
from spanwise.server.views.text import percent
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.workspace import Workspace
from spanwise.store import audit, decisions, releases, tasks
from spanwise.store.decisions import Decision, Outcome, Resolution
from spanwise.wire.decisions import ContextPart, DecisionRecord, decode_record

_AUDIT = "audit"
_TAKEN = "decision.taken"
_MANY_ENTRIES = 50
_CONTRACT = {
    "ok": f"At most {percent(MAX_QUARANTINED_SHARE)} of its last batch broke it.",
    "broken": f"More than {percent(MAX_QUARANTINED_SHARE)} of its last batch broke it.",
    "unknown": "No batch was there to judge it by.",
}


def decision_page(platform: Platform, actor: Actor, decision: Decision) -> views.DecisionPage:
    """The page of a decision, without what is kept from this actor."""
    store, record = platform.store, decode_record(decision.record)
    opened = tasks.of_decision(store, decision.id)
    hidden = concealed(actor, decision, opened)
    resolved = decisions.resolutions_of(store, decision.id)
    observed = decisions.outcomes_of(store, decision.decision_point, decision.entity_id)
    resolution = resolved[-1] if resolved and not hidden else None
    # What turned out to be right would answer the open task as well as the recommendation does.
    outcome = observed[-1] if observed and not hidden else None
    workspace = platform.policies.workspace
    point = workspace.decision_points.get(decision.decision_point)
    return views.DecisionPage(
        id=decision.id,
        function=decision.function,
        decision_point=decision.decision_point,
        title=decision.entity_id,
        entity_id=decision.entity_id,
        decided_at_ms=decision.decided_at_ms,
        requested_by=name_of(platform, record.requested_by) or record.requested_by,
        stage=record.stage,
        inputs=_inputs(platform, actor, decision, record),
        snapshot_sha256=digest_bytes(msgspec.json.encode(record.context)),
        contracts=_contracts(platform, decision, record),
        release=_release(platform, decision),
        recommendation=None if hidden else record.recommendation,
        action=None if hidden else record.action,
        confidence=None if hidden else record.confidence,
        threshold=record.threshold,
        route=record.route,
        reasons=tuple(_reason(code, record, hidden=hidden) for code in record.reasons),
        latency_ms=None,  # until the reply: the record is written before that
        audit_probability=record.audit_probability,
        task=_task(opened[-1]) if opened else None,
        resolution=_resolution(platform, resolution) if resolution else None,
        outcome=_outcome(outcome, record, point) if outcome else None,
        matures_at_ms=decision.decided_at_ms + point.outcome.matures_ms if point else None,
        costs=_costs(workspace, point, resolved if resolution else [], record, outcome),
        audit=_audit_place(platform, decision, record),
    )


def _in_force(platform: Platform, decision: Decision) -> Workspace | None:
    """The workspace if it has not changed since the decision; else nobody says how it was."""
    applied = releases.current_workspace(platform.store)
    if applied is None or applied.applied_at_ms > decision.decided_at_ms:
        return None
    return platform.policies.workspace


def _inputs(
    platform: Platform, actor: Actor, decision: Decision, record: DecisionRecord
) -> tuple[InputField, ...]:
    workspace = _in_force(platform, decision)
    point = workspace.decision_points.get(decision.decision_point) if workspace else None
    limits = {source.product: source.max_age_ms for source in point.context} if point else {}
    return tuple(
        field
        for part in record.context
        for field in _fields(platform, actor, part, workspace, limits.get(part.product))
    )


def _fields(
    platform: Platform,
    actor: Actor,
    part: ContextPart,
    workspace: Workspace | None,
    limit_ms: int | None,
) -> list[InputField]:
    """What the AI read, as far as the actor may read it too."""
    readable = platform.policies.grants.columns(actor, part.product, _AUDIT)
    known: dict[str, str] = {}
    if workspace and part.product in workspace.products:
        contract = workspace.contracts[workspace.products[part.product].contract]
        first = contract.lifecycle[0] if contract.lifecycle else "always"
        fields = workspace.table(part.product).by_name
        known = {name: field.known_at or first for name, field in fields.items()}
    values = {**part.fields, **dict.fromkeys(part.withheld)}
    return [
        InputField(
            name=name,
            value=None if value is None or name not in readable else str(value),
            product=part.product,
            known=known.get(name, "unknown"),
            age_s=None if part.age_ms is None else part.age_ms // SECOND_MS,
            max_age_s=None if limit_ms is None else limit_ms // SECOND_MS,
            freshness=part.state,
            withheld=name in part.withheld or name not in readable,
        )
        for name, value in values.items()
    ]


def _contracts(
    platform: Platform, decision: Decision, record: DecisionRecord
) -> tuple[views.ContractState, ...]:
    workspace = _in_force(platform, decision)
    products = workspace.products if workspace else {}
    return tuple(
        views.ContractState(
            product=part.product,
            version=(
                workspace.contracts[products[part.product].contract].version
                if workspace and part.product in products
                else "unknown"
            ),
            state=part.contract,
            detail=_CONTRACT[part.contract],
        )
        for part in record.context
    )


def _release(platform: Platform, decision: Decision) -> ReleaseLock | None:
    """What the decision was made by, and who had pinned it."""
    store, digest = platform.store, decision.release_digest
    if digest is None:
        return None
    pins = releases.pin_history(store, decision.decision_point)
    before = (pin for pin in pins if pin.pinned_at_ms <= decision.decided_at_ms)
    pin = next((pin for pin in before if pin.release_digest == digest), None)
    try:
        manifest = read_manifest(store, digest)
    except NotFound:
        assets: tuple[AssetLine, ...] = ()
    else:
        locked = [found for found in (manifest.recommends, manifest.review_when) if found]
        assets = (
            *(_asset(platform, found) for found in locked),
            *(
                AssetLine(kind="contract", name=name, digest=contract)
                for name, contract in manifest.contracts.items()
            ),
            AssetLine(kind="decision point", name=manifest.decision_point, digest=manifest.output),
        )
    return ReleaseLock(
        digest=digest,
        pinned_at_ms=pin.pinned_at_ms if pin else None,
        pinned_by=name_of(platform, pin.pinned_by) if pin else None,
        assets=assets,
    )


def _asset(platform: Platform, digest: str) -> AssetLine:
    asset = releases.asset(platform.store, digest)
    if asset is None:
        return AssetLine(kind="unknown", name="unknown", digest=digest)
    return AssetLine(kind=asset.kind, name=asset.name, digest=digest)


def _reason(code: str, record: DecisionRecord, *, hidden: bool) -> Reason:
    detail = ""
    if code == RouteReason.CONFIDENCE_BELOW_THRESHOLD and not hidden:
        detail = f"{percent(record.confidence)} is below {percent(record.threshold)}."
    elif code == RouteReason.MODEL_FAILED and record.failure:
        detail = record.failure
    elif code == RouteReason.STALE_DATA:
        detail = ", ".join(part.product for part in record.context if part.state == "stale")
    elif code == RouteReason.CONTRACT_BROKEN:
        detail = ", ".join(part.product for part in record.context if part.contract != "ok")
    return Reason(code=code, detail=detail)


def _task(task: tasks.Task) -> views.TaskState:
    return views.TaskState(
        id=task.id, state=task.state, team=task.team, due_at_ms=task.due_at_ms, blind=task.blind
    )


def _resolution(platform: Platform, resolution: Resolution) -> views.Resolution:
    return views.Resolution(
        verb=resolution.verb,
        choice=resolution.choice,
        reason=resolution.reason_code,
        note=resolution.note,
        resolved_by=name_of(platform, resolution.resolved_by) or resolution.resolved_by,
        resolved_at_ms=resolution.resolved_at_ms,
        touch_ms=resolution.touch_ms,
        blind=resolution.blind,
    )


def _outcome(
    outcome: Outcome, record: DecisionRecord, point: DecisionPoint | None
) -> views.Outcome:
    judged = "unknown"
    if record.recommendation is not None and point and point.kind == "classification":
        judged = "right" if record.recommendation == outcome.label else "wrong"
    return views.Outcome(
        label=outcome.label,
        judged=judged,
        observed_at_ms=outcome.observed_at_ms,
        source=outcome.source,
    )


def _costs(
    workspace: Workspace,
    point: DecisionPoint | None,
    resolved: list[Resolution],
    record: DecisionRecord,
    outcome: Outcome | None,
) -> tuple[views.CostLine, ...]:
    """Computing is not measured in money; people's time and a wrong decision at stated prices."""
    currency = workspace.settings.currency
    lines = [views.CostLine(text="Inference", amount=None, currency=currency)]
    rate = point.costs.reviewer_per_hour if point else None
    if resolved:
        times = [resolution.touch_ms for resolution in resolved]
        known = [time for time in times if time is not None]
        measured = rate is not None and len(known) == len(times)
        amount = float(rate.amount) * sum(known) / HOUR_MS if rate and measured else None
        lines.append(
            views.CostLine(
                text="Review", amount=amount, currency=rate.currency if rate else currency
            )
        )
    chosen = resolved[-1].choice if resolved else None
    if not resolved and record.route == "automatic":
        chosen = record.recommendation
    if point and outcome and chosen is not None and chosen != outcome.label:
        price = point.costs.of_wrong(chosen)
        lines.append(
            views.CostLine(
                text="Wrong decision",
                amount=float(price.amount) if price else None,
                currency=price.currency if price else currency,
            )
        )
    return tuple(lines)


def _audit_place(
    platform: Platform, decision: Decision, record: DecisionRecord
) -> views.AuditPlace:
    entries = audit.recent(platform.store, subject=decision.id, limit=_MANY_ENTRIES)
    taken = next((placed for placed in entries if placed.entry.action == _TAKEN), None)
    if taken is None:
        return views.AuditPlace(
            entry_id="missing",
            at_ms=decision.decided_at_ms,
            actor=record.requested_by,
            sequence=None,
            leaf_sha256=None,
            head_sha256=None,
        )
    entry, link = taken.entry, taken.link
    return views.AuditPlace(
        entry_id=entry.id,
        at_ms=entry.at_ms,
        actor=name_of(platform, entry.actor) or entry.actor,
        sequence=link.seq if link else None,
        leaf_sha256=link.leaf_sha256 if link else None,
        head_sha256=link.head_sha256 if link else None,
    )
