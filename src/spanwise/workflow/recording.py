"""Writes a decision down: the record that never changes, and the row that finds it again."""

from dataclasses import dataclass

from spanwise.core.actor import Actor
from spanwise.core.canonical import digest_bytes
from spanwise.core.clock import to_rfc3339
from spanwise.routing.routes import Reason, Routing
from spanwise.routing.sampling import Draw
from spanwise.store import decisions as stored
from spanwise.store.decisions import Decision
from spanwise.store.unit import UnitOfWork
from spanwise.wire.decisions import DecisionRecord, encode
from spanwise.workflow.context import Context
from spanwise.workflow.policies import Policy
from spanwise.workflow.recommend import Advice


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One item to decide: its own id, the key of its data, when, and for whom.

    Attributes:
        key: the caller's idempotency key.
        context: what the AI may read of it.
    """

    id: str
    entity: str
    at_ms: int
    actor: Actor
    key: str | None
    request_sha256: str
    context: Context


@dataclass(frozen=True, kw_only=True, slots=True)
class Draws:
    """The random draws of one decision, logged with their probabilities."""

    audit: Draw
    holdout: Draw


def record_of(
    policy: Policy,
    case: Case,
    *,
    advice: Advice,
    draws: Draws,
    routing: Routing,
    task: str | None,
) -> DecisionRecord:
    """Everything about the decision as it was taken."""
    given = advice.recommendation
    return DecisionRecord(
        decision=case.id,
        decision_point=policy.point.name,
        function=policy.point.function,
        entity=case.entity,
        requested_by=case.actor.id,
        decided_at=to_rfc3339(case.at_ms),
        stage=policy.stage.value,
        release=policy.pinned_digest,
        context=case.context.parts,
        recommendation=given.option if given else None,
        score=given.score if given else None,
        confidence=given.confidence if given else None,
        certificate=policy.certificate,
        threshold=policy.threshold,
        route=routing.route.value,
        reasons=[reason.value for reason in routing.reasons],
        flags=case.context.flags,
        failure=advice.failure,
        audit_probability=draws.audit.probability,
        holdout_probability=draws.holdout.probability,
        compute_us=advice.compute_us,
        task=task,
        action=policy.point.actions.get(given.option) if given else None,
    )


def add_decision(unit: UnitOfWork, record: DecisionRecord, case: Case) -> None:
    """Adds the decision with its audit entry, which holds the digest of the whole record."""
    content = encode(record)
    decision = Decision(
        id=record.decision,
        decision_point=record.decision_point,
        function=record.function,
        entity_id=record.entity,
        idempotency_key=case.key,
        request_sha256=case.request_sha256,
        decided_at_ms=case.at_ms,
        release_digest=record.release,
        stage=record.stage,
        recommendation=record.recommendation,
        confidence=record.confidence,
        route=record.route,
        reasons=" ".join(record.reasons),
        audit_probability=record.audit_probability,
        audit_sampled=Reason.AUDIT_SAMPLE.value in record.reasons,
        record=content.decode(),
    )
    stored.decisions.add(unit, decision)
    unit.audit(
        "decision.taken",
        record.decision,
        decision_point=record.decision_point,
        route=record.route,
        release=record.release,
        record_sha256=digest_bytes(content),
    )
