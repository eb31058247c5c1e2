"""A person decides a task: accept, change, decline or escalate."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from spanwise.access.permissions import Action, authorise
from spanwise.core.actor import Actor
from spanwise.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from spanwise.spec.models.decision_points import Escalation
from spanwise.store import decisions as stored
from spanwise.store.database import Store
from spanwise.store.decisions import Decision, Resolution
from spanwise.store.tasks import Task
from spanwise.store.unit import UnitOfWork
from spanwise.tasks import work
from spanwise.tasks.states import LIVE, Event
from spanwise.workflow.policies import Policies

MAX_NOTE = 2_000


class Verb(StrEnum):
    """What a person can say to a task."""

    ACCEPT = "accept"
    CHANGE = "change"
    DECLINE = "decline"
    ESCALATE = "escalate"


class ReasonCode(StrEnum):
    """Why a person did not follow the recommendation."""

    WRONG_OPTION = "wrong_option"
    MISSING_INFORMATION = "missing_information"
    POLICY_EXCEPTION = "policy_exception"
    DUPLICATE_CASE = "duplicate_case"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a person says to a task.

    Attributes:
        choice: the option chosen, where the verb is `change`.
        version: of the task that the person saw; an older one is a conflict.
        touch_ms: active time on the task, as the page measured it; None if unknown.
    """

    verb: Verb
    version: int
    choice: str | None = None
    reason_code: ReasonCode | None = None
    note: str = ""
    touch_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rules:
    """What a decision point asks of reviewers; of one that left the workspace, its tasks stay."""

    options: tuple[str, ...] | None = None
    needed: int = 1
    steps: tuple[Escalation, ...] = ()


class Resolver:
    """Carries out what people decide."""

    def __init__(self, store: Store, policies: Policies) -> None:
        self._store = store
        self._policies = policies

    def task(self, actor: Actor, task_id: str) -> Task:
        """A task that the actor may see.

        Raises:
            NotFound: there is none, or it belongs to a function that the actor may not see.
        """
        task = work.find_task(self._store, task_id)
        authorise(
            actor,
            Action.VIEW_INBOX,
            function=task.function,
            decision_point=task.decision_point,
        )
        return task

    def claim(self, actor: Actor, task_id: str) -> Task:
        """Holds the task for the actor; claiming again renews the lease."""
        task = self._workable(actor, task_id)
        unit = self._store.unit(actor)
        claimed = work.claim(unit, task, actor)
        unit.commit()
        return claimed

    def release(self, actor: Actor, task_id: str) -> Task:
        """Gives the task back to its team."""
        task = self._workable(actor, task_id)
        unit = self._store.unit(actor)
        released = work.release(unit, task, actor)
        unit.commit()
        return released

    def answer(self, actor: Actor, task_id: str, answer: Answer) -> Resolution | None:
        """Carries out an answer in one transaction; returns the resolution, if it gave one.

        Raises:
            Forbidden: the actor may not resolve it, or submitted the case.
            Conflict: the task changed since the actor saw it, ended, or is held by somebody.
            InvalidInput: the answer lacks a choice or a reason.
        """
        task = self._workable(actor, task_id)
        if task.state not in LIVE:
            raise Conflict("This task has ended.", "See the decision for how.", code="wrong_state")
        if task.version != answer.version:
            raise Conflict(
                "Somebody changed this task since you opened it.", "Look at it again, then decide."
            )
        if work.held_by_other(task, actor, self._store.clock.now_ms()):
            raise Conflict(f"{task.assignee} holds this task.", "Take another one.")
        unit = self._store.unit(actor)
        if answer.verb is Verb.ESCALATE:
            reason = _bounded(answer.note) or "asked by the reviewer"
            work.escalate(unit, task, to=self._next_level(task), reason=reason)
            unit.commit()
            return None
        resolution = self._resolve(unit, actor, task, answer)
        unit.commit()
        return resolution

    def _resolve(self, unit: UnitOfWork, actor: Actor, task: Task, answer: Answer) -> Resolution:
        decision = stored.by_id(self._store, task.decision_id)
        if decision is None:
            raise NotFound(f"There is no decision {task.decision_id}.")
        if msgspec.json.decode(decision.record)["requested_by"] == actor.id:
            raise Forbidden("You submitted this case.", "Somebody else must resolve it.")
        verb, choice = _settled(task, decision, answer, self._rules(task))
        resolution = Resolution(
            id=unit.ids.new("res"),
            task_id=task.id,
            decision_id=decision.id,
            decision_point=decision.decision_point,
            verb=verb,
            choice=choice,
            reason_code=answer.reason_code,
            note=_bounded(answer.note),
            resolved_by=actor.id,
            resolved_at_ms=unit.clock.now_ms(),
            touch_ms=answer.touch_ms,
            blind=task.blind,
        )
        stored.resolutions.add(unit, resolution)
        unit.audit("task.resolved", task.id, decision=decision.id, verb=verb, choice=choice)
        if self._settles(unit, task, resolution) and task.kind == "review":
            message = {"decision": decision.id, "entity": decision.entity_id, "choice": choice}
            unit.publish("decision.resolved", decision.id, {**message, "verb": verb})
        return resolution

    def _settles(self, unit: UnitOfWork, task: Task, resolution: Resolution) -> bool:
        """Ends the task if enough people chose alike; otherwise the next one is asked.

        Raises:
            Forbidden: the same person has answered already.
        """
        needed = self._rules(task).needed
        answers = stored.resolutions_of(self._store, task.decision_id)
        earlier = [one for one in answers if one.task_id == task.id]
        if any(one.resolved_by == resolution.resolved_by for one in earlier):
            raise Forbidden("You have answered this task.", "A second person must agree.")
        alike = sum(one.choice == resolution.choice for one in earlier) + 1
        if alike >= needed:
            work.end(unit, task, Event.DECIDE)
            return True
        if earlier:
            work.escalate(unit, task, to=self._next_level(task), reason="reviewers disagree")
        else:
            work.hand_on(unit, task)
        return False

    def _workable(self, actor: Actor, task_id: str) -> Task:
        task = self.task(actor, task_id)
        authorise(actor, Action.RESOLVE, function=task.function, decision_point=task.decision_point)
        return task

    def _rules(self, task: Task) -> _Rules:
        try:
            point = self._policies.of(task.decision_point).point
        except NotFound:
            return _Rules()
        return _Rules(
            options=point.listed_options,
            needed=point.review.required_reviewers,
            steps=point.review.escalate,
        )

    def _next_level(self, task: Task) -> str:
        steps = self._rules(task).steps
        return steps[min(task.escalation_level, len(steps) - 1)].to if steps else "owner"


def _settled(
    task: Task, decision: Decision, answer: Answer, rules: _Rules
) -> tuple[Verb, str | None]:
    """The verb and choice that are recorded; in a blind task the verb follows from the choice."""
    if answer.verb is Verb.DECLINE:
        _require_reason(answer)
        return Verb.DECLINE, None
    if answer.verb is Verb.ACCEPT:
        if task.blind or decision.recommendation is None:
            raise InvalidInput(
                "There is no recommendation to accept in this task.", "Choose an option."
            )
        return Verb.ACCEPT, decision.recommendation
    choice = (answer.choice or "").strip()
    options = rules.options
    if not choice or len(choice) > 200 or (options is not None and choice not in options):
        raise InvalidInput("That is not one of the options.", "Choose one of the options shown.")
    if choice == decision.recommendation:
        if not task.blind:
            raise InvalidInput("That is what was recommended.", "Accept it, or choose another.")
        return Verb.ACCEPT, choice
    if not task.blind:
        _require_reason(answer)
    return Verb.CHANGE, choice


def _require_reason(answer: Answer) -> None:
    if answer.reason_code is None:
        raise InvalidInput(
            "A reason is missing.", f"Give one of: {', '.join(code for code in ReasonCode)}."
        )


def _bounded(note: str) -> str:
    if len(note) > MAX_NOTE:
        raise InvalidInput(f"The note is longer than {MAX_NOTE} characters.", "Shorten it.")
    return note.strip()
