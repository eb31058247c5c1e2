"""What people do with review tasks: as the log recorded it, or by simulated habits."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TypeAlias

from spanwise.core.actor import Actor
from spanwise.core.clock import MINUTE_MS
from spanwise.demo.incidents import Incident
from spanwise.demo.simulator import ReviewerHabit
from spanwise.runtime.platform import Platform
from spanwise.store import decisions
from spanwise.workflow.resolve import Answer, ReasonCode, Verb

_SWAYED = 0.5
# An audit is done with care, when the incident is settled and the facts are on the table.
_AUDIT_ACCURACY = 0.97

Work: TypeAlias = Callable[[str, Incident], bool]


def as_recorded(platform: Platform, reviewers: Sequence[Actor]) -> Work:
    """Reviewers who choose what the log says that people chose first.

    The people in the log never saw a recommendation, so accepting here only means that both
    agree. A blind audit is answered with the group that turned out right. Where the log names no
    choice, the task stays open.
    """

    def work(task_id: str, incident: Incident) -> bool:
        reviewer = reviewers[_spread(incident.number, len(reviewers))]
        audit = platform.resolver.task(reviewer, task_id).kind == "audit"
        choice = incident.final_group if audit else incident.first_group
        if choice is None:
            return False
        return _choose(platform, reviewer, task_id, choice, touch_ms=None)

    return work


def by_habit(
    platform: Platform,
    habits: Mapping[Actor, ReviewerHabit],
    options: Sequence[str],
    *,
    seed: int,
) -> Work:
    """Reviewers with habits of their own; one of them accepts what is shown without looking."""
    random = Random(seed)
    reviewers = list(habits)

    def work(task_id: str, incident: Incident) -> bool:
        reviewer = random.choice(reviewers)
        habit = habits[reviewer]
        touch_ms = round(habit.minutes(random) * MINUTE_MS)
        task = platform.resolver.task(reviewer, task_id)
        if task.kind == "audit" and random.random() < _AUDIT_ACCURACY:
            truth = incident.final_group or random.choice(options)
            return _choose(platform, reviewer, task_id, truth, touch_ms=touch_ms)
        shown, confidence = _shown(platform, reviewer, task_id)
        own = _own_choice(random, habit, incident, options)
        if shown is not None:
            unread = random.random() < habit.accepts_unread
            # People come round to a recommendation the more often, the surer it looks.
            swayed = random.random() < _SWAYED * confidence
            own = shown if unread or swayed else own
        return _choose(platform, reviewer, task_id, own, touch_ms=touch_ms)

    return work


def _choose(
    platform: Platform, reviewer: Actor, task_id: str, choice: str, *, touch_ms: int | None
) -> bool:
    task = platform.resolver.task(reviewer, task_id)
    shown, _ = _shown(platform, reviewer, task_id)
    agrees = choice == shown
    answer = Answer(
        verb=Verb.ACCEPT if agrees else Verb.CHANGE,
        version=task.version,
        choice=None if agrees else choice,
        reason_code=None if agrees or task.blind else ReasonCode.WRONG_OPTION,
        touch_ms=touch_ms,
    )
    platform.resolver.answer(reviewer, task_id, answer)
    return True


def _own_choice(
    random: Random, habit: ReviewerHabit, incident: Incident, options: Sequence[str]
) -> str:
    """What a reviewer would choose alone: right as often as their habit says."""
    truth = incident.final_group
    if truth is not None and random.random() < habit.accuracy:
        return truth
    if incident.first_group is not None and incident.first_group != truth:
        return incident.first_group
    return random.choice([option for option in options if option != truth])


def _shown(platform: Platform, reviewer: Actor, task_id: str) -> tuple[str | None, float]:
    """The recommendation and confidence that the task page would show; None and 0 if none."""
    task = platform.resolver.task(reviewer, task_id)
    decision = decisions.by_id(platform.store, task.decision_id)
    if task.blind or decision is None:
        return None, 0.0
    return decision.recommendation, decision.confidence or 0.0


def _spread(number: str, among: int) -> int:
    digest = hashlib.sha256(number.encode()).digest()
    return int.from_bytes(digest[:4], "big") % among
