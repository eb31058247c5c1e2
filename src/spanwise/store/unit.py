"""The unit of work: everything that must become durable together, or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from spanwise.core.actor import Actor
from spanwise.core.canonical import Json, canonical
from spanwise.core.clock import Clock
from spanwise.core.ids import Ids
from spanwise.store import tables
from spanwise.store.statements import Insert, Params, Row, Statement

_AUDIT_ENTRIES = Insert(tables.audit_entries)
_OUTBOX = Insert(tables.outbox)
_encode = msgspec.json.Encoder().encode

Done = Callable[[Exception | None], None]


@dataclass(slots=True)
class Write:
    """One statement of a unit.

    Attributes:
        rows: parameters, one mapping for each time that the statement runs.
        expect: how many rows a single run must touch; None where it does not matter.
    """

    statement: Statement
    rows: Sequence[Params]
    expect: int | None = None


@dataclass(slots=True)
class Addition:
    """New rows of one table, each with its values in the order of the columns."""

    statement: Insert
    rows: list[Row]


class Submits(Protocol):
    """What makes a unit durable."""

    def submit(self, unit: "UnitOfWork", done: Done) -> None: ...
    def commit(self, unit: "UnitOfWork") -> None: ...


@dataclass(slots=True)
class UnitOfWork:
    """Collects writes, audit entries and outgoing messages; one transaction commits them.

    Attributes:
        actor: who does it; stands in every audit entry.
    """

    actor: Actor
    clock: Clock
    ids: Ids
    committer: Submits
    writes: list[Write | Addition] = field(default_factory=list)

    def add(self, statement: Insert, row: Row) -> None:
        """Adds a new row; `statement.row` puts its values in order."""
        self.writes.append(Addition(statement, [row]))

    def write(self, statement: Statement, *, expect: int | None = None, **params: object) -> None:
        """Adds a statement; with `expect`, touching another number of rows is a conflict."""
        self.writes.append(Write(statement, (params,), expect))

    def write_many(self, statement: Statement, rows: Sequence[Mapping[str, object]]) -> None:
        """Adds a statement that runs once for each row."""
        if rows:
            self.writes.append(Write(statement, rows))

    def audit(self, action: str, subject: str, **body: Json) -> None:
        """Adds an audit entry: the actor, an event in the past tense, what it is about."""
        entry = _AUDIT_ENTRIES.row(
            id=self.ids.new("aud"),
            at_ms=self.clock.now_ms(),
            actor=self.actor.id,
            action=action,
            subject=subject,
            body=canonical(body).decode(),
        )
        self.add(_AUDIT_ENTRIES, entry)

    def publish(
        self, topic: str, subject_id: str, payload: Mapping[str, object] | msgspec.Struct
    ) -> None:
        """Adds a message to the outbox; it leaves after the commit."""
        now_ms = self.clock.now_ms()
        message = _OUTBOX.row(
            id=self.ids.new("msg"),
            topic=topic,
            subject_id=subject_id,
            payload=_encode(payload).decode(),
            created_at_ms=now_ms,
            next_attempt_at_ms=now_ms,
            attempts=0,
            delivered_at_ms=None,
            dead_at_ms=None,
            last_error=None,
        )
        self.add(_OUTBOX, message)

    def submit(self, done: Done) -> None:
        """Hands the unit to the writer; `done` is called from its thread once it is durable.

        Raises:
            Unavailable: the writer's queue is full, or it is closed.
        """
        self.committer.submit(self, done)

    def commit(self) -> None:
        """Waits until the unit is durable.

        Raises:
            Conflict: an expectation failed, or the row exists already.
            Unavailable: the database does not answer; the caller may try again.
        """
        self.committer.commit(self)
