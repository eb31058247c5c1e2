"""Where the time of a decision goes, measured inside one process, without HTTP."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np

from spanwise.core.actor import Actor
from spanwise.demo.organisation import DECISION_POINT
from spanwise.routing.sampling import Sampler
from spanwise.runtime.platform import Platform
from spanwise.store import decisions
from spanwise.store.unit import UnitOfWork
from spanwise.wire.decisions import decode_request, encode
from spanwise.workflow import decide
from spanwise.workflow.decide import Asked, Decided

_CASES = 3_200
_WITHOUT_OTHERS = 25  # percentile: what a step takes when other programs disturb it little
# Whatever `workflow/decide.py` calls for each step, by where it is found.
_STEPS: dict[str, list[tuple[object, str]]] = {
    "access": [(decide, "authorise")],
    "key used before?": [(decisions, "by_idempotency_key")],
    "read the rows": [(decide, "read_context")],
    "model": [(decide, "recommend")],
    "route and draws": [(decide, "route"), (Sampler, "draw")],
    "record, task, message": [
        (decide, "open_review"),
        (decide, "record_of"),
        (decide, "reply_of"),
        (decide, "add_decision"),
        (UnitOfWork, "publish"),
    ],
}
_Times = dict[str, float]


def breakdown(platform: Platform, actor: Actor, keys: Sequence[str], together: int) -> _Times:
    """Microseconds of each step for one decision, when some decisions run together."""
    rounds: list[_Times] = []
    with _timed() as spent_us:
        for at in range(0, _CASES, together):
            bodies = [encode({"entity": keys[(at + n) % len(keys)]}) for n in range(together)]
            rounds.append(_round(platform, actor, bodies, spent_us, f"{together}-{at}"))
    steady = rounds[len(rounds) // 10 :]
    return {
        step: float(np.percentile([one[step] for one in steady], _WITHOUT_OTHERS)) / together
        for step in steady[0]
    }


def _round(
    platform: Platform, actor: Actor, bodies: Sequence[bytes], spent_us: _Times, name: str
) -> _Times:
    spent_us.clear()
    clock = time.perf_counter
    t0 = clock()
    asked = [
        Asked(actor=actor, request=decode_request(body), key=f"{name}-{n}")
        for n, body in enumerate(bodies)
    ]
    t1 = clock()
    decided = platform.decider.decide(DECISION_POINT, asked)
    t2 = clock()
    _commit([one for one in decided if isinstance(one, Decided)])
    t3 = clock()
    for one in decided:
        assert isinstance(one, Decided)
        encode(one.reply)
    t4 = clock()
    inside = dict(spent_us)
    return {
        "parse, encode": (t1 - t0 + t4 - t3) * 1e6,
        **{step: inside[step] for step in _STEPS},
        "the rest of decide": (t2 - t1) * 1e6 - sum(inside.values()),
        "commit (wall clock)": (t3 - t2) * 1e6,
    }


def _commit(decided: Sequence[Decided]) -> None:
    """Hands all units over at once, as the event loop does, and waits for the last one."""
    ended = threading.Semaphore(0)
    errors: list[Exception | None] = []

    def done(error: Exception | None) -> None:
        errors.append(error)
        ended.release()

    for one in decided:
        assert one.unit is not None
        one.unit.submit(done)
    for _ in decided:
        ended.acquire()
    assert not any(errors)


@contextmanager
def _timed() -> Iterator[_Times]:
    spent_us: _Times = defaultdict(float)

    def timed(step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*args, **named)
            finally:
                spent_us[step] += (time.perf_counter() - started) * 1e6

        return call

    with ExitStack() as patches:
        for step, places in _STEPS.items():
            for owner, name in places:
                patches.enter_context(patch.object(owner, name, timed(step, getattr(owner, name))))
        yield spent_us
