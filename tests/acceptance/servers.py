"""A real server in a process of its own, on an installation of its own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.support.models import lookup_model

from spanwise.core.actor import PLATFORM, Role
from spanwise.core.clock import SystemClock, to_rfc3339
from spanwise.data.ingest import ingest_rows
from spanwise.demo import organisation
from spanwise.demo.incidents import INPUTS
from spanwise.routing.stages import MoveKind
from spanwise.runtime.platform import Platform
from spanwise.runtime.settings import Settings
from spanwise.store import standing
from spanwise.store.standing import StageMove

POINT = organisation.DECISION_POINT
GROUPS = ("network-operations", "service-desk")
CASES = 60
SPANWISE = (sys.executable, "-m", "spanwise.cli.main")


def install(home: Path) -> tuple[str, str]:
    """An installation whose decision point stands at assist; a token and the people's password.

    Its model knows two groups by the category, and there are `CASES` incidents, INC0 and on.
    """
    model = lookup_model(
        {"vpn": [0.9, 0.1], "laptop": [0.2, 0.8]}, labels=GROUPS, inputs=INPUTS, by="category"
    )
    with Platform(Settings.read({}, home)) as platform:
        password = organisation.create_accounts(platform)
        folder = organisation.write_workspace(
            home, model, changes={"holdout_rate: 5%": "holdout_rate: 0%"}
        )
        organisation.put_in_force(platform, folder)
        workspace = platform.policies.workspace
        product = workspace.products[organisation.PRODUCT]
        contract = workspace.contracts[product.contract]
        rows = [row(number) for number in range(CASES)]
        ingest_rows(platform.store, product, contract, rows, PLATFORM, source="test")
        unit = platform.store.unit(PLATFORM)
        move = StageMove(
            id=unit.ids.new("mov"),
            decision_point=POINT,
            stage="assist",
            kind=MoveKind.EARNED,
            reason="installed for a test",
            moved_at_ms=unit.clock.now_ms(),
            moved_by=PLATFORM.id,
        )
        standing.stage_moves.add(unit, move)
        unit.commit()
        _, secret = platform.tokens.issue(
            PLATFORM, name="test", roles={Role.INTEGRATOR, Role.REVIEWER}, functions={"operations"}
        )
    return secret, password


def row(number: int) -> dict[str, str]:
    """An incident opened just now."""
    opened = to_rfc3339(SystemClock().now_ms())
    at = f"{opened[8:10]}/{opened[5:7]}/{opened[:4]} {opened[11:16]}"
    values = dict.fromkeys(INPUTS, "phone") | {
        "category": "vpn" if number % 2 else "laptop",
        "impact": "2",
        "urgency": "2",
        "priority": "3",
    }
    return {"number": f"INC{number}", "opened_at": at, **values}


class Server:
    """`spanwise serve` on a folder; it can be killed and started again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        self._process = subprocess.Popen(
            [*SPANWISE, "serve", "--home", str(self.home), "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            env={**os.environ, "COLUMNS": "200"},
        )
        for _ in range(300):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise TimeoutError("the server did not start")

    def kill(self) -> None:
        """`kill -9`: no farewell, nothing flushed."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(timeout=30)

    def stop(self) -> None:
        """An orderly end."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=30)


def call(
    port: int,
    method: str,
    path: str,
    *,
    token: str,
    body: object = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    """One request; the status and the JSON of the answer.

    Raises:
        OSError, http.client.HTTPException: there was no whole answer.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        content = None if body is None else json.dumps(body)
        sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request(method, path, body=content, headers={**sent, **(headers or {})})
        answer = connection.getresponse()
        content_read = answer.read()
        return answer.status, json.loads(content_read) if content_read else {}
    finally:
        connection.close()
