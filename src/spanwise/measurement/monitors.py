"""Monitors: does the error of automatic cases stay within what their certificate promised?

A monitor starts with a certificate, or anew when its alarm is cleared. It takes what becomes
known of automatic cases, one case after the other, and raises an alarm that stands until somebody
clears it.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from spanwise.core.actor import PLATFORM
from spanwise.core.clock import DAY_MS, MINUTE_MS, to_rfc3339
from spanwise.core.errors import Conflict
from spanwise.spec.models.decision_points import DecisionPoint, Stage
from spanwise.spec.workspace import Workspace
from spanwise.stats.monitor import ErrorMonitor
from spanwise.store import risk
from spanwise.store import standing as stored
from spanwise.store.database import Store
from spanwise.store.risk import Evidence
from spanwise.store.standing import Alarm

RISK = "risk"
# One false alarm in ten years, on average at most, for an error at the tolerated one.
_RUN_LENGTH_DAYS = 3_650
# What is being committed while somebody looks is taken at the next look.
_SETTLES_MS = 2 * MINUTE_MS


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """The monitor of one decision point.

    Attributes:
        started_ms: cases decided before do not count.
        until_ms: all that was known by then is in the monitor.
        first_ms: when the first of it became known; None without any.
        audits: how much of it came from blind audits; the rest came from outcomes.
    """

    decision_point: str
    started_ms: int
    until_ms: int
    monitor: ErrorMonitor
    first_ms: int | None = None
    audits: int = 0

    def after(self, news: Sequence[Evidence], until_ms: int) -> "Watch":
        """The watch once it has taken in what became known up to a time."""
        if not news:
            return replace(self, until_ms=until_ms)
        first_ms = news[0].known_at_ms if self.first_ms is None else self.first_ms
        days = max(1.0, (until_ms - first_ms) / DAY_MS)
        per_day = max(1.0, (self.monitor.audits + len(news)) / days)
        monitor = replace(self.monitor, run_length=per_day * _RUN_LENGTH_DAYS)
        for case in news:
            monitor = monitor.update(case.wrong)
        audits = self.audits + sum(case.source == "audit" for case in news)
        return replace(self, until_ms=until_ms, first_ms=first_ms, monitor=monitor, audits=audits)


class Monitors:
    """The monitors of all guarded decision points, in memory; the store makes them again.

    Args:
        store: where audits, outcomes and alarms are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._watches: dict[str, Watch] = {}

    def check(self, workspace: Workspace) -> list[Alarm]:
        """Takes in what is new, and raises the alarms that follow; the worker calls this.

        Returns:
            The alarms raised by this call.
        """
        with self._lock:
            watches = (self._current(point) for point in workspace.decision_points.values())
            self._watches = {watch.decision_point: watch for watch in watches if watch}
            raised = [self._raise(watch) for watch in self._watches.values()]
        return [alarm for alarm in raised if alarm is not None]

    def watch(self, decision_point: str) -> Watch | None:
        """The monitor as of the last check; None where nothing is watched."""
        return self._watches.get(decision_point)

    def _current(self, point: DecisionPoint) -> Watch | None:
        """The watch with everything in it that has settled; None where nothing is promised."""
        tolerated = point.routing.max_error
        if point.stage is not Stage.GUARDED or not tolerated or not tolerated < 1:
            return None
        certified_ms = risk.certified_at_ms(self._store, point.name)
        if certified_ms is None:
            return None
        started_ms = max(certified_ms, risk.cleared_at_ms(self._store, point.name, RISK))
        watch = self._watches.get(point.name)
        if watch is None or watch.started_ms != started_ms or watch.monitor.max_error != tolerated:
            watch = Watch(
                decision_point=point.name,
                started_ms=started_ms,
                until_ms=started_ms,
                monitor=ErrorMonitor(max_error=float(tolerated), run_length=_RUN_LENGTH_DAYS),
            )
        until_ms = max(watch.until_ms, self._store.clock.now_ms() - _SETTLES_MS)
        news = risk.evidence(
            self._store,
            point.name,
            started_ms=started_ms,
            since_ms=watch.until_ms,
            until_ms=until_ms,
            matures_ms=point.outcome.matures_ms,
        )
        return watch.after(news, until_ms)

    def _raise(self, watch: Watch) -> Alarm | None:
        if not watch.monitor.alarmed or any(
            alarm.kind == RISK for alarm in stored.open_alarms(self._store, watch.decision_point)
        ):
            return None
        unit = self._store.unit(PLATFORM)
        alarm = Alarm(
            id=unit.ids.new("alm"),
            decision_point=watch.decision_point,
            kind=RISK,
            detail=_in_words(watch),
            raised_at_ms=unit.clock.now_ms(),
        )
        risk.raise_alarm(unit, alarm)
        said = {"alarm": alarm.id, "kind": alarm.kind, "detail": alarm.detail}
        unit.audit("alarm.raised", f"decision_point:{alarm.decision_point}", **said)
        unit.publish(
            "alarm.raised", alarm.decision_point, {"decision_point": alarm.decision_point, **said}
        )
        try:
            unit.commit()
        except Conflict:  # another process has raised it just now
            return None
        return alarm


def _in_words(watch: Watch) -> str:
    monitor = watch.monitor
    since = to_rfc3339(watch.started_ms)[:10]
    return (
        f"{monitor.errors} of {monitor.audits} automatic cases since {since} were wrong, where "
        f"{100 * monitor.max_error:.4g}% is tolerated: {watch.audits} were judged by a blind "
        f"audit, {monitor.audits - watch.audits} by their outcome."
    )
