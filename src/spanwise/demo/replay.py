"""Replays a history of incidents through the public paths, by a clock that is moved.

Rows are ingested, cases decided, tasks resolved and outcomes recorded by the same calls that the
API makes, each at its own time; nothing is written into the store in any other way. What people
chose comes from the history (real data) or from their habits (simulated).
"""

import heapq
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from spanwise.core.actor import Actor, ActorKind, Role
from spanwise.core.clock import DAY_MS, HOUR_MS, FixedClock
from spanwise.data.ingest import ingest_rows
from spanwise.demo.incidents import DirtyRow, Incident, to_row
from spanwise.demo.organisation import DECISION_POINT, OPERATIONS, PRODUCT
from spanwise.measurement.outcomes import Observation, record_outcomes
from spanwise.runtime.platform import Platform
from spanwise.wire.decisions import DecisionRequest

_Event: TypeAlias = tuple[int, int, Callable[[], None]]
_BATCH_MS = 6 * HOUR_MS
_LEFT_OPEN_MS = 18 * HOUR_MS

DESK = Actor(
    id="token:service-desk",
    kind=ActorKind.SERVICE,
    name="Service desk",
    roles=frozenset({Role.INTEGRATOR}),
    functions=OPERATIONS,
)


@dataclass(slots=True)
class Counts:
    """How far a replay has come."""

    received: int = 0
    decided: int = 0
    automatic: int = 0
    resolved: int = 0
    outcomes: int = 0


@dataclass(slots=True)
class Replay:
    """One run through time.

    Attributes:
        resolve: what people do with a task that has come up for them.
        daily: what the platform and its owner do once a day.
        progress: told after each day.
        answers_within_ms: how long people take at most; None leaves it to the history.
    """

    platform: Platform
    clock: FixedClock
    resolve: Callable[[str, Incident], bool]
    daily: Callable[[], None]
    progress: Callable[[Counts], None]
    answers_within_ms: int | None = None
    counts: Counts = field(default_factory=Counts)
    _until_ms: int = 0
    _events: list[_Event] = field(default_factory=list)
    _order: "itertools.count[int]" = field(default_factory=itertools.count)

    def run(
        self, incidents: Iterable[Incident], dirt: Iterable[DirtyRow], *, until_ms: int
    ) -> None:
        """Replays incidents in the order of time, up to a moment; what lies after it stays open."""
        self._until_ms = until_ms
        arrivals: dict[int, tuple[list[Incident], list[DirtyRow]]] = {}
        for incident in incidents:
            arrivals.setdefault(_batch_end(incident.opened_at_ms), ([], []))[0].append(incident)
        for row in dirt:
            arrivals.setdefault(_batch_end(row.arrived_at_ms), ([], []))[1].append(row)
        for at_ms, (opened, dirty) in arrivals.items():
            self._at(at_ms, partial(self._arrive, opened, dirty))
        if arrivals:
            for at_ms in range(min(arrivals) // DAY_MS * DAY_MS + DAY_MS, until_ms, DAY_MS):
                self._at(at_ms, self._end_day)
        while self._events:
            at_ms, _, happen = heapq.heappop(self._events)
            if at_ms > until_ms:
                break
            self.clock.move_to(max(at_ms, self.clock.now_ms()))
            happen()
        self.clock.move_to(max(until_ms, self.clock.now_ms()))
        self._end_day()

    def _at(self, at_ms: int, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (at_ms, next(self._order), happen))

    def _arrive(self, opened: list[Incident], dirty: list[DirtyRow]) -> None:
        workspace = self.platform.policies.workspace
        product = workspace.products[PRODUCT]
        rows = [to_row(incident, incident.opened_at_ms) for incident in opened]
        report = ingest_rows(
            self.platform.store,
            product,
            workspace.contracts[product.contract],
            [*rows, *(dict(row.row) for row in dirty)],
            DESK,
            source="service desk",
        )
        self.counts.received += report.received
        for incident in opened:
            self._decide(incident)

    def _decide(self, incident: Incident) -> None:
        reply = self.platform.decider.decide_now(
            DESK, DECISION_POINT, DecisionRequest(entity=incident.number), incident.number
        )
        self.counts.decided += 1
        self.counts.automatic += reply.route == "automatic"
        now_ms = self.clock.now_ms()
        if reply.task is not None:
            audited = reply.route == "automatic"
            known_ms = incident.settled_at_ms if audited else incident.first_assigned_at_ms
            at_ms = max(known_ms or now_ms + HOUR_MS, now_ms + 1)
            if self.answers_within_ms is not None and not audited:
                at_ms = min(at_ms, now_ms + self.answers_within_ms)
            self._at(at_ms, partial(self._resolve, reply.task, incident))
        if incident.settled_at_ms is not None and incident.final_group is not None:
            self._at(max(incident.settled_at_ms, now_ms + 2), partial(self._settle, incident))

    def _resolve(self, task: str, incident: Incident) -> None:
        if incident.opened_at_ms > self._until_ms - _LEFT_OPEN_MS:
            return  # something to do for whoever opens the sample
        self.counts.resolved += self.resolve(task, incident)

    def _settle(self, incident: Incident) -> None:
        assert incident.final_group is not None
        observed = Observation(
            entity=incident.number,
            label=incident.final_group,
            observed_at_ms=self.clock.now_ms(),
        )
        record_outcomes(
            self.platform.store, DESK, DECISION_POINT, [observed], source="service desk"
        )
        self.counts.outcomes += 1

    def _end_day(self) -> None:
        self.platform.worker.run_once()
        self.daily()
        self.progress(self.counts)


def _batch_end(at_ms: int) -> int:
    return (at_ms // _BATCH_MS + 1) * _BATCH_MS
