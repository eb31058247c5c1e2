"""Messages on their way out: committed with what they tell, delivered later, kept for ever."""

from dataclasses import dataclass

from sqlalchemy import bindparam, update

from spanwise.store import tables
from spanwise.store.database import Store
from spanwise.store.records import Records
from spanwise.store.statements import Statement
from spanwise.store.unit import UnitOfWork

_o = tables.outbox.c


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """An event for consumers; `dead_at_ms` is set when nobody will try again by itself."""

    id: str
    topic: str
    subject_id: str
    payload: str
    created_at_ms: int
    next_attempt_at_ms: int
    attempts: int
    delivered_at_ms: int | None
    dead_at_ms: int | None
    last_error: str | None


messages = Records(tables.outbox, Message)

_DUE = messages.where(
    _o.delivered_at_ms.is_(None),
    _o.dead_at_ms.is_(None),
    _o.next_attempt_at_ms <= bindparam("now_ms"),
    order_by=_o.next_attempt_at_ms,
    limit=0,
)
_RECORD_ATTEMPT = Statement(
    update(tables.outbox)
    .where(_o.id == bindparam("message_id"))
    .values(
        attempts=_o.attempts + 1,
        next_attempt_at_ms=bindparam("next_ms"),
        delivered_at_ms=bindparam("delivered_ms"),
        dead_at_ms=bindparam("dead_ms"),
        last_error=bindparam("error"),
    )
)


def due(store: Store, now_ms: int, limit: int) -> list[Message]:
    return messages.all(store, _DUE, now_ms=now_ms, limit=limit)


def record_attempt(
    unit: UnitOfWork,
    message_id: str,
    *,
    next_attempt_at_ms: int,
    delivered_at_ms: int | None = None,
    dead_at_ms: int | None = None,
    error: str | None = None,
) -> None:
    """Writes down how one delivery went."""
    unit.write(
        _RECORD_ATTEMPT,
        message_id=message_id,
        next_ms=next_attempt_at_ms,
        delivered_ms=delivered_at_ms,
        dead_ms=dead_at_ms,
        error=error,
    )
