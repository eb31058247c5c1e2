"""Does the owner answer: tasks that were escalated to them, and timed drills."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from spanwise.access.permissions import Action, authorise
from spanwise.core.actor import Actor, ActorKind, Role
from spanwise.core.clock import DAY_MS
from spanwise.core.errors import Conflict, Forbidden
from spanwise.readiness.ownership import capacity_of, required_capacity
from spanwise.spec.models.functions import BusinessFunction
from spanwise.store import readiness as stored
from spanwise.store.audit import AuditEntry
from spanwise.store.database import Store

ANSWER_WITHIN_MS = DAY_MS
COUNTS_FOR_MS = 30 * DAY_MS
_DRILL_STARTED = "drill.started"
_DRILL_ANSWERED = "drill.answered"
_ESCALATED = "task.escalated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A time that the owner or the deputy was asked for something.

    Attributes:
        subject: the escalated task, or the drill.
        answered_at_ms: when either of them first acted on it; None while neither has.
    """

    subject: str
    asked_at_ms: int
    answered_at_ms: int | None = None
    answered_by: str | None = None

    @property
    def due_at_ms(self) -> int:
        return self.asked_at_ms + ANSWER_WITHIN_MS

    @property
    def in_time(self) -> bool:
        return self.answered_at_ms is not None and self.answered_at_ms <= self.due_at_ms


def asks(store: Store, function: BusinessFunction) -> list[Ask]:
    """Every time in the last thirty days that either was asked, the newest first."""
    since_ms = store.clock.now_ms() - COUNTS_FOR_MS
    tasks = stored.escalated_tasks(store, function.name, since_ms=since_ms)
    found = [*_drills(store, function, since_ms), *_escalations(tasks, function)]
    return sorted(found, key=lambda ask: ask.asked_at_ms, reverse=True)


def start_drill(store: Store, actor: Actor, function: BusinessFunction) -> Ask:
    """Asks the owner and the deputy for a sign of life; either has a day to answer.

    Raises:
        Forbidden: the actor is no platform lead, or would ask themselves.
        NotFound: the function is outside the actor's scope.
        Conflict: a drill is waiting for its answer already.
    """
    authorise(actor, Action.VIEW_READINESS, function=function.name)
    asks_others = actor.has(Role.PLATFORM_LEAD) and capacity_of(function, actor) is None
    if actor.kind is not ActorKind.PLATFORM and not asks_others:
        raise Forbidden(
            "A drill is started by a platform lead who is neither owner nor deputy.",
            "Ask such a person.",
        )
    if _waiting(store, function) is not None:
        raise Conflict("A drill is waiting for its answer.", "Wait for a day at most.")
    unit = store.unit(actor)
    drill = Ask(subject=unit.ids.new("drl"), asked_at_ms=unit.clock.now_ms())
    unit.audit(_DRILL_STARTED, _subject(function), drill=drill.subject)
    message = {
        "drill": drill.subject,
        "function": function.name,
        "owner": function.owner.user,
        "deputy": function.owner.deputy,
        "due_at_ms": drill.due_at_ms,
    }
    unit.publish(_DRILL_STARTED, drill.subject, message)
    unit.commit()
    return drill


def answer_drill(store: Store, actor: Actor, function: BusinessFunction) -> Ask:
    """Answers the drill that is waiting.

    Raises:
        Forbidden: the actor is neither the declared owner nor the deputy.
        NotFound: the function is outside the actor's scope.
        Conflict: no drill is waiting.
    """
    authorise(actor, Action.ACCEPT_OWNERSHIP, function=function.name)
    required_capacity(function, actor)
    drill = _waiting(store, function)
    if drill is None:
        raise Conflict("No drill is waiting for an answer.", "There is nothing to do.")
    unit = store.unit(actor)
    unit.audit(_DRILL_ANSWERED, _subject(function), drill=drill.subject)
    unit.commit()
    return replace(drill, answered_at_ms=unit.clock.now_ms(), answered_by=actor.id)


def _waiting(store: Store, function: BusinessFunction) -> Ask | None:
    since_ms = store.clock.now_ms() - ANSWER_WITHIN_MS
    drills = _drills(store, function, since_ms)
    return next((ask for ask in drills if ask.answered_at_ms is None), None)


def _drills(store: Store, function: BusinessFunction, since_ms: int) -> Iterator[Ask]:
    entries = stored.entries_about(store, _subject(function), since_ms=since_ms)
    answers = {_body(e)["drill"]: e for e in entries if e.action == _DRILL_ANSWERED}
    for entry in entries:
        if entry.action == _DRILL_STARTED:
            drill = _body(entry)["drill"]
            yield _ask(drill, entry, answers.get(drill))


def _escalations(entries: Sequence[AuditEntry], function: BusinessFunction) -> Iterator[Ask]:
    """Tasks that were escalated to either of them, with what either did with it next."""
    names = {"owner", "deputy", function.owner.user, function.owner.deputy}
    people = {f"user:{function.owner.user}", f"user:{function.owner.deputy}"}
    answers: dict[str, AuditEntry] = {}
    for entry in entries:  # the newest first, so that the last one kept is the first answer
        if entry.action != _ESCALATED:
            if entry.actor in people:
                answers[entry.subject] = entry
        elif _body(entry).get("to") in names:
            yield _ask(entry.subject, entry, answers.get(entry.subject))


def _ask(subject: str, asked: AuditEntry, answer: AuditEntry | None) -> Ask:
    return Ask(
        subject=subject,
        asked_at_ms=asked.at_ms,
        answered_at_ms=answer.at_ms if answer else None,
        answered_by=answer.actor if answer else None,
    )


def _subject(function: BusinessFunction) -> str:
    return f"function:{function.name}"


def _body(entry: AuditEntry) -> dict[str, Any]:
    return msgspec.json.decode(entry.body, type=dict[str, Any])
