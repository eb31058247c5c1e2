"""Decisions a second over HTTP with everything on, beside what the disk alone would give.

Every decision reads its row, runs the ONNX model, routes, and is durable before it is answered.
In stage shadow that is a decision and an audit entry; in stage assist also a review task, its
timer and a message. Run: python -m benchmarks.decide
"""

import asyncio
import itertools
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.breakdown import breakdown
from benchmarks.disk import commits_per_second, grouped_per_second
from benchmarks.installation import prepare, promote, serving
from benchmarks.load import Load, run_load
from spanwise.demo.organisation import DECISION_POINT
from spanwise.runtime.platform import Platform
from spanwise.runtime.settings import Settings
from spanwise.spec.models.decision_points import Stage
from spanwise.wire.decisions import DecisionRequest
from spanwise.workflow.decide import Asked, Decided

_CLIENTS = (1, 32, 256)
_SECONDS = 5.0
_TOGETHER = 32
_GROUPED = 6_400

_console = Console(highlight=False, width=110)
_numbers = itertools.count()


def main() -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        home = Path(folder)
        token, keys = prepare(home)
        commits = commits_per_second(home)
        _console.print(
            f"{os.cpu_count()} cores, shared with the load generator; "
            f"load average {os.getloadavg()[0]:.1f} from whatever else runs here."
        )
        for stage in (Stage.SHADOW, Stage.ASSIST):
            promote(home, stage)
            grouped = _grouped_per_second(home, token, keys)
            with serving(home) as (port, server):
                request = _requests(token, keys)
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    loads = [
                        runner.run(
                            run_load(port, request, server, clients=clients, seconds=_SECONDS)
                        )
                        for clients in (_CLIENTS[0], *_CLIENTS)
                    ]
            _print_loads(stage, loads[1:], commits=commits, grouped=grouped)  # the first warms up
        _print_breakdown(home, token, keys)


def _requests(token: str, keys: list[str]) -> Callable[[int], bytes]:
    head = (
        f"POST /v1/decisions/{DECISION_POINT} HTTP/1.1\r\n"
        f"Host: localhost\r\nAuthorization: Bearer {token}\r\n"
    )

    def request(n: int) -> bytes:
        body = json.dumps({"entity": keys[n % len(keys)]})
        key = f"Idempotency-Key: {next(_numbers)}\r\n"
        return f"{head}{key}Content-Length: {len(body)}\r\n\r\n{body}".encode()

    return request


def _grouped_per_second(home: Path, token: str, keys: list[str]) -> float:
    """What a bare loop of commits makes of the rows that these decisions write."""
    with Platform(Settings.read({}, home)) as platform:
        actor = platform.tokens.actor_for_token(token)
        units = []
        for n in range(_GROUPED):
            request = DecisionRequest(entity=keys[n % len(keys)])
            asked = Asked(actor=actor, request=request, key=f"grouped-{n}")
            (decided,) = platform.decider.decide(DECISION_POINT, [asked])
            assert isinstance(decided, Decided)
            assert decided.unit is not None
            units.append(decided.unit)
        return grouped_per_second(home, units, together=_TOGETHER)


def _print_loads(stage: Stage, loads: list[Load], *, commits: float, grouped: float) -> None:
    table = Table(title=f"Decisions over HTTP, stage {stage.value}", title_justify="left")
    for heading in (
        *("clients", "decisions/s", "p50 ms", "p99 ms", "CPU us each", "a core", "a core, quiet"),
        *("resident MB", "of commits", "of grouped", "failed"),
    ):
        table.add_column(heading, justify="right")
    for load in loads:
        table.add_row(
            f"{load.clients}",
            f"{load.per_second:,.0f}",
            f"{load.p50_ms:.1f}",
            f"{load.p99_ms:.1f}",
            f"{load.cpu_us:.0f}",
            f"{1e6 / load.cpu_us:,.0f}",
            f"{1e6 / load.quiet_cpu_us:,.0f}",
            f"{load.resident / 2**20:.0f}",
            f"{load.per_second / commits:.2f}",
            f"{load.per_second / grouped:.2f}",
            f"{load.failed}",
        )
    _console.print()
    _console.print(table)
    _console.print(
        f"The disk alone: {commits:,.0f} commits/s of one small row (of commits); {grouped:,.0f} "
        f"decisions/s of these very rows, {_TOGETHER} a commit (of grouped). A core: decisions "
        "for each second of the server's CPU time; quiet: in the quietest tenth of the run."
    )


def _print_breakdown(home: Path, token: str, keys: list[str]) -> None:
    with Platform(Settings.read({}, home)) as platform:
        actor = platform.tokens.actor_for_token(token)
        columns = {n: breakdown(platform, actor, keys, n) for n in (1, 8, _TOGETHER)}
    table = Table(title="Microseconds a decision, stage assist, in process", title_justify="left")
    table.add_column("step")
    for together in columns:
        table.add_column(f"{together} together", justify="right")
    for step in columns[1]:
        table.add_row(step, *(f"{times[step]:.1f}" for times in columns.values()))
    _console.print()
    _console.print(table)
    _console.print("Lower quartiles of many rounds; the steps overlap the commits of others.")


if __name__ == "__main__":
    main()
