"""Decides together what arrives in one turn of the event loop, and answers once it is durable."""

import asyncio
from collections import deque
from dataclasses import dataclass
from functools import partial

from spanwise.core.errors import Conflict, SpanwiseError
from spanwise.wire.decisions import DecisionReply
from spanwise.workflow.decide import Asked, Decided, Decider

# More would keep the others waiting for longer than running them together saves.
_TOGETHER = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """A durable decision; `replayed` where an earlier request with the same key took it."""

    reply: DecisionReply
    replayed: bool


@dataclass(frozen=True, slots=True)
class _Case:
    decision_point: str
    asked: Asked
    answer: "asyncio.Future[Answer]"


class Turns:
    """Decides on one event loop, without a thread hop; only durability is awaited.

    Args:
        decider: takes the decisions.
        loop: the event loop that the callers run on.
    """

    def __init__(self, decider: Decider, loop: asyncio.AbstractEventLoop) -> None:
        self._decider = decider
        self._loop = loop
        self._arriving: dict[str, list[_Case]] = {}
        self._committed: deque[tuple[_Case, DecisionReply, Exception | None]] = deque()
        self._waking = False

    def decide(self, decision_point: str, asked: Asked) -> "asyncio.Future[Answer]":
        """The answer to one request, once it is durable.

        Raises, when it is awaited:
            NotFound, Forbidden, Conflict: as `Decider.decide`.
            Unavailable: too many writes wait, or the database does not answer.
        """
        cases = self._arriving.get(decision_point)
        if cases is None or len(cases) == _TOGETHER:
            cases = self._arriving[decision_point] = []
            self._loop.call_soon(self._decide, decision_point, cases)
        case = _Case(decision_point, asked, self._loop.create_future())
        cases.append(case)
        return case.answer

    def _decide(self, decision_point: str, cases: list[_Case]) -> None:
        if self._arriving.get(decision_point) is cases:
            del self._arriving[decision_point]
        try:
            results = self._decider.decide(decision_point, [case.asked for case in cases])
        except Exception as error:
            results = [error] * len(cases)
        for case, result in zip(cases, results, strict=True):
            self._submit(case, result)

    def _submit(self, case: _Case, result: Decided | Exception) -> None:
        if isinstance(result, Exception):
            _resolve(case, result)
        elif result.unit is None:
            _resolve(case, Answer(result.reply, replayed=True))
        else:
            try:
                result.unit.submit(partial(self._notice, case, result.reply))
            except SpanwiseError as error:
                _resolve(case, error)

    def _notice(self, case: _Case, reply: DecisionReply, error: Exception | None) -> None:
        """Called from the writer's thread; many commits wake the loop once."""
        self._committed.append((case, reply, error))
        # Set before the call and cleared before draining: at worst it wakes once too often.
        if not self._waking:
            self._waking = True
            self._loop.call_soon_threadsafe(self._drain)

    def _drain(self) -> None:
        self._waking = False
        while self._committed:
            case, reply, error = self._committed.popleft()
            if error is None:
                _resolve(case, Answer(reply, replayed=False))
            elif isinstance(error, Conflict):
                self._answer_overtaken(case)
            else:
                _resolve(case, error)

    def _answer_overtaken(self, case: _Case) -> None:
        try:
            reply = self._decider.overtaken(case.decision_point, case.asked)
        except SpanwiseError as error:
            _resolve(case, error)
        else:
            _resolve(case, Answer(reply, replayed=True))


def _resolve(case: _Case, result: Answer | Exception) -> None:
    if case.answer.done():  # the caller went away; the decision stands
        return
    if isinstance(result, Exception):
        case.answer.set_exception(result)
    else:
        case.answer.set_result(result)
