"""The installation that is measured: the sample organisation with its trained model, served."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from spanwise.core.actor import PLATFORM, Role
from spanwise.core.clock import DAY_MS, SystemClock
from spanwise.data.ingest import ingest_rows
from spanwise.demo import organisation
from spanwise.demo.incidents import Incident, to_row
from spanwise.demo.simulator import simulate
from spanwise.demo.training import train
from spanwise.routing.stages import MoveKind
from spanwise.runtime.platform import Platform
from spanwise.runtime.settings import Settings
from spanwise.spec.models.decision_points import Stage
from spanwise.store import standing
from spanwise.store.standing import StageMove

_ROWS = 2_000
_START_WITHIN_S = 30


def prepare(home: Path) -> tuple[str, list[str]]:
    """A fresh installation with trained model and rows; returns a token and the cases' keys."""
    today_ms = SystemClock().now_ms() // DAY_MS * DAY_MS
    history = simulate(seed=1, start_ms=today_ms - 180 * DAY_MS).history
    incidents = history.incidents
    model = train(history, until_ms=incidents[len(incidents) // 2].opened_at_ms)
    with Platform(Settings.read({}, home)) as platform:
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


def promote(home: Path, stage: Stage) -> None:
    """Moves the decision point by a row alone: promotion by evidence is not what is measured."""
    with Platform(Settings.read({}, home)) as platform:
        unit = platform.store.unit(PLATFORM)
        move = StageMove(
            id=unit.ids.new("mov"),
            decision_point=organisation.DECISION_POINT,
            stage=stage,
            kind=MoveKind.EARNED,
            reason="a benchmark",
            moved_at_ms=unit.clock.now_ms(),
            moved_by=PLATFORM.id,
        )
        standing.stage_moves.add(unit, move)
        unit.commit()


@contextmanager
def serving(home: Path) -> Iterator[tuple[int, psutil.Process]]:
    """A real server process on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "spanwise.cli.main", "serve"]
    server = subprocess.Popen(
        [*command, "--home", str(home), "--port", str(port)], stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield port, psutil.Process(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


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


def _wait_for(port: int) -> None:
    until = time.monotonic() + _START_WITHIN_S
    while time.monotonic() < until:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")
