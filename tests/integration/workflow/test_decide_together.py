"""Cases that came at the same time: each gets what it would have got alone."""

import pytest
from tests.support.operations import Operations, shown
from tests.support.people import DESK, LEE_OF_FINANCE, NADIA

from spanwise.core.errors import Conflict, Forbidden, NotFound
from spanwise.demo.organisation import DECISION_POINT
from spanwise.store import tasks
from spanwise.wire.decisions import DecisionReply, DecisionRequest
from spanwise.workflow.decide import Asked, Decided

ENTITIES = ["INC-vpn", "INC-unheard", "INC-critical", "INC-gone", "INC-email", "INC-password"]


def ask(entity: str, key: str | None = None, **changes: object) -> Asked:
    request = DecisionRequest(entity=entity)
    return Asked(**{"actor": DESK, "request": request, "key": key, **changes})  # type: ignore[arg-type]


def take(operations: Operations, *asked: Asked) -> list[DecisionReply | Exception]:
    """Decides cases together, and makes durable what was decided."""
    replies: list[DecisionReply | Exception] = []
    for one in operations.decider.decide(DECISION_POINT, asked):
        if isinstance(one, Decided) and one.unit is not None:
            one.unit.commit()
        replies.append(one.reply if isinstance(one, Decided) else one)
    return replies


def seen(reply: DecisionReply | Exception) -> tuple[object, ...]:
    assert isinstance(reply, DecisionReply)
    return (reply.entity, reply.route, reply.reasons[0], shown(reply))


def test_company_changes_nothing(operations: Operations) -> None:
    operations.guard()
    alone = [seen(operations.decide(entity)) for entity in ENTITIES]
    assert [seen(reply) for reply in take(operations, *map(ask, ENTITIES))] == alone


def test_a_case_that_is_refused_fails_alone(operations: Operations) -> None:
    operations.guard()
    operations.decide("INC-email", key="used")
    replies = take(
        operations,
        ask("INC-vpn"),
        ask("INC-vpn", actor=LEE_OF_FINANCE),
        ask("INC-vpn", actor=NADIA),
        ask("INC-vpn", "used"),
        ask("INC-password"),
    )
    kinds = [type(reply) for reply in replies]
    assert kinds == [DecisionReply, NotFound, Forbidden, Conflict, DecisionReply]
    assert {seen(reply)[1] for reply in (replies[0], replies[-1])} == {"automatic"}


def test_no_case_is_lost_when_the_model_does_not_load(operations: Operations) -> None:
    operations.apply(model=b"not a model")
    operations.guard()
    replies = take(operations, *map(ask, ENTITIES))
    assert {seen(reply)[1] for reply in replies} == {"withheld"}
    assert tasks.count_live(operations.store, "operations") == len(ENTITIES)


def test_a_key_that_was_used_before_gives_that_decision_in_any_company(
    operations: Operations,
) -> None:
    operations.guard()
    earlier = operations.decide(key="order-1")
    assert take(operations, ask("INC-email"), ask("INC-vpn", "order-1"))[1] == earlier


def test_twins_in_one_company_are_one_decision(operations: Operations) -> None:
    operations.guard()
    first, second = operations.decider.decide(DECISION_POINT, [ask("INC-vpn", "k")] * 2)
    assert isinstance(first, Decided)
    assert isinstance(second, Decided)
    assert first.unit is not None
    assert second.unit is not None
    first.unit.commit()
    with pytest.raises(Conflict):
        second.unit.commit()
    assert operations.decider.overtaken(DECISION_POINT, ask("INC-vpn", "k")) == first.reply


def test_nobody_asked(operations: Operations) -> None:
    assert operations.decider.decide(DECISION_POINT, []) == []
