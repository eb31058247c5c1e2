"""The record of a decision: what it holds, and that its place in the audit log proves it."""

import json

import msgspec
from tests.support.operations import GROUPS, THRESHOLD, Operations
from tests.support.people import DESK

from spanwise.core.canonical import digest_bytes
from spanwise.core.clock import to_rfc3339
from spanwise.demo.organisation import DECISION_POINT, PRODUCT
from spanwise.spec.models.decision_points import Stage
from spanwise.wire.decisions import DecisionReply, decode_record, encode
from spanwise.workflow.replies import reply_of


def test_the_audit_entry_holds_the_digest_of_the_stored_bytes(operations: Operations) -> None:
    operations.guard()
    replies = [operations.decide(f"INC-{name}") for name in ("vpn", "email", "unheard", "gone")]
    entries = operations.entries("decision.taken")
    assert [entry.subject for entry in entries] == [reply.decision for reply in replies]
    for entry, reply in zip(entries, replies, strict=True):
        body = json.loads(entry.body)
        assert body["record_sha256"] == digest_bytes(operations.decision(reply).record.encode())
        assert (body["route"], body["release"]) == (reply.route, reply.release)
        assert entry.actor == DESK.id


def test_a_record_is_read_back_as_the_bytes_that_were_written(operations: Operations) -> None:
    text = operations.decision(operations.decide()).record
    assert encode(decode_record(text)).decode() == text


def test_it_says_what_was_known_and_what_was_in_force(operations: Operations) -> None:
    operations.guard()
    certificate = operations.certify()
    reply = operations.decide()
    record = operations.record(reply)
    assert record.decided_at == to_rfc3339(operations.clock.now_ms())
    assert (record.requested_by, record.function, record.stage) == (
        DESK.id,
        "operations",
        "guarded",
    )
    assert (record.release, record.certificate) == (operations.release, certificate.id)
    assert (record.threshold, record.score, record.confidence) == (THRESHOLD, 0.96875, 0.96875)
    (part,) = record.context
    assert (part.product, part.key, part.state, part.contract) == (
        PRODUCT,
        "INC-vpn",
        "fresh",
        "ok",
    )
    assert part.fields["category"] == "vpn"
    assert part.as_of == "2026-03-02T08:29:00.000Z"
    assert part.age_ms == 31 * 60_000 + operations.clock.now_ms() % 60_000


def test_the_row_finds_the_record_and_agrees_with_it(operations: Operations) -> None:
    operations.guard()
    for entity in ("INC-vpn", "INC-email", "INC-unheard"):
        reply = operations.decide(entity)
        decision, record = operations.decision(reply), operations.record(reply)
        assert (decision.id, decision.decision_point) == (reply.decision, DECISION_POINT)
        assert (decision.entity_id, decision.route) == (record.entity, record.route)
        assert decision.reasons.split() == record.reasons == reply.reasons
        assert decision.recommendation == record.recommendation
        assert decision.release_digest == record.release
        assert reply == reply_of(record)


def test_consumers_are_told_what_the_caller_was_told(operations: Operations) -> None:
    operations.guard()
    replies = [operations.decide(entity) for entity in ("INC-vpn", "INC-email", "INC-unheard")]
    told = [
        msgspec.json.decode(message.payload, type=DecisionReply)
        for message in sorted(operations.messages("decision.taken"), key=lambda m: m.created_at_ms)
    ]
    assert told == replies


def test_a_withheld_recommendation_does_not_leave_by_another_door(operations: Operations) -> None:
    operations.apply(("holdout_rate: 0%", "holdout_rate: 99%"))
    operations.earn(Stage.ASSIST)
    reply = operations.decide()
    assert operations.record(reply).recommendation == "network"
    (message,) = operations.messages("decision.taken")
    assert not any(group in message.payload for group in GROUPS)
