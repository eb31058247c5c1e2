"""What a caller may see of a decision: nothing that its route withholds."""

from spanwise.wire.decisions import DecisionRecord, DecisionReply


def reply_of(record: DecisionRecord) -> DecisionReply:
    """The reply to whoever asked for the decision."""
    shown = record.route != "withheld"
    return DecisionReply(
        decision=record.decision,
        decision_point=record.decision_point,
        entity=record.entity,
        route=record.route,
        reasons=record.reasons,
        recommendation=record.recommendation if shown else None,
        action=record.action if shown else None,
        confidence=record.confidence if shown else None,
        task=record.task,
        release=record.release,
        decided_at=record.decided_at,
    )
