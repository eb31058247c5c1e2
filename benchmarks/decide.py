"""Decisions per second over HTTP with everything on, beside the disk's own rate of commits.

Every decision reads its row, runs the ONNX model, routes, and is durable before it is answered:
decision, audit entry, task and message in one transaction. Run: python -m benchmarks.decide
"""

import asyncio
import itertools
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.load import Load, run_load
from spanwise.core.actor import PLATFORM, Role
from spanwise.core.clock import DAY_MS, SystemClock
from spanwise.data.ingest import ingest_rows
from spanwise.demo import organisation
from spanwise.demo.incidents import Incident, to_row
from spanwise.demo.simulator import simulate
from spanwise.demo.training import train
from spanwise.runtime.platform import Platform
from spanwise.runtime.settings import Settings

_SECONDS = 4.0
_ROWS = 2_000
_numbers = itertools.count()


def prepare(home: Path) -> tuple[str, list[str]]:
    """A fresh installation with trained model and rows; returns a token and the cases' keys."""
    history = simulate(
        seed=1, start_ms=SystemClock().now_ms() // DAY_MS * DAY_MS - 180 * DAY_MS
    ).history
    incidents = history.incidents
    until_ms = incidents[len(incidents) // 2].opened_at_ms
    model = train(history, until_ms=until_ms)
    settings = Settings.read({}, home)
    with Platform(settings) as platform:
        folder = organisation.write_workspace(
            home, model.onnx, changes={"max_age: 24h": "max_age: 365d"}
        )
        organisation.put_in_force(platform, folder)
        recent = incidents[-_ROWS:]
        _ingest(platform, recent)
        _, secret = platform.tokens.issue(
            PLATFORM, name="benchmark", roles={Role.INTEGRATOR}, functions={"operations"}
        )
    return secret, [incident.number for incident in recent]


def _ingest(platform: Platform, incidents: tuple[Incident, ...]) -> None:
    workspace = platform.policies.workspace
    product = workspace.products[organisation.PRODUCT]
    ingest_rows(
        platform.store,
        product,
        workspace.contracts[product.contract],
        [to_row(incident, incident.opened_at_ms) for incident in incidents],
        PLATFORM,
        source="benchmark",
    )


@contextmanager
def serving(home: Path) -> Iterator[tuple[int, psutil.Process]]:
    """A real server process on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "spanwise.cli.main",
            "serve",
            "--home",
            str(home),
            "--port",
            str(port),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        yield port, psutil.Process(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


def commits_per_second(folder: Path, *, seconds: float = 2.0) -> float:
    """Durable commits of one small row each: what the disk gives to one writer."""
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE t (a TEXT)")
    count, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        connection.execute("INSERT INTO t VALUES ('x')")
        count += 1
    connection.close()
    return count / seconds


def main() -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        home = Path(folder)
        token, keys = prepare(home)
        raw = commits_per_second(home)
        print(f"raw commits of one row, one writer: {raw:,.0f}/s")

        head = (
            f"POST /v1/decisions/{organisation.DECISION_POINT} HTTP/1.1\r\n"
            f"Host: localhost\r\nAuthorization: Bearer {token}\r\n"
        )

        def request(n: int) -> bytes:
            body = json.dumps({"entity": keys[n % len(keys)]})
            key = f"Idempotency-Key: {next(_numbers)}\r\n"
            return f"{head}{key}Content-Length: {len(body)}\r\n\r\n{body}".encode()

        with serving(home) as (port, server):
            for clients in (1, 32, 256):
                before = server.cpu_times()
                load = asyncio.run(run_load(port, request, clients=clients, seconds=_SECONDS))
                after = server.cpu_times()
                cpu = (after.user + after.system) - (before.user + before.system)
                _report(load, raw, cpu, server.memory_info().rss)


def _report(load: Load, raw: float, cpu_s: float, rss: int) -> None:
    print(
        f"{load.clients:4d} clients: {load.per_second:7,.0f} decisions/s "
        f"({load.per_second / raw:.2f} of raw commits), p50 {load.p50_ms:.1f} ms, "
        f"p99 {load.p99_ms:.1f} ms, {cpu_s / load.answers * 1e6:.0f} us CPU each, "
        f"{rss / 2**20:.0f} MB, {load.failed} failed"
    )


if __name__ == "__main__":
    main()
