"""Kill the server anywhere: what was acknowledged is there, everything else can be sent again."""

import http.client
import itertools
import random
import subprocess
import threading
import time
from pathlib import Path

import pytest
from tests.acceptance.servers import CASES, POINT, SPANWISE, Server, call, install

from spanwise.core.actor import Actor
from spanwise.runtime.platform import Platform
from spanwise.runtime.settings import Settings
from spanwise.store import decisions

KILLS = 5
CLIENTS = 8
NO_ANSWER = (OSError, http.client.HTTPException, ValueError)


class Clients:
    """Many clients that decide and resolve until they are stopped, and remember what they saw."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token
        self._numbers = itertools.count()
        self.stopping = threading.Event()
        self.acknowledged: dict[str, str] = {}  # key -> decision
        self.unanswered: dict[str, str] = {}  # key -> case
        self.resolved: set[str] = set()  # tasks

    def work(self) -> None:
        while not self.stopping.is_set():
            number = next(self._numbers)
            key, case = f"key-{number}", f"INC{number % CASES}"
            try:
                reply = self.decide(key, case)
                self.acknowledged[key] = reply["decision"]
                self._resolve(reply["task"])
            except NO_ANSWER:
                if key not in self.acknowledged:
                    self.unanswered[key] = case
                time.sleep(0.05)

    def decide(self, key: str, case: str) -> dict[str, str]:
        status, reply = call(
            self._port,
            "POST",
            f"/v1/decisions/{POINT}",
            token=self._token,
            body={"entity": case},
            headers={"Idempotency-Key": key},
        )
        if status == 503:
            raise OSError("busy")
        assert status == 200, reply
        return reply

    def _resolve(self, task: str) -> None:
        body = {"version": 1, "reason_code": "other"}
        path = f"/v1/tasks/{task}/decline"
        status, _ = call(self._port, "POST", path, token=self._token, body=body)
        if status == 200:
            self.resolved.add(task)


@pytest.mark.timeout(180)
def test_what_was_acknowledged_survives_and_the_rest_can_be_sent_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    token, _ = install(home)
    server = Server(home)
    clients = Clients(server.port, token)
    threads = [threading.Thread(target=clients.work) for _ in range(CLIENTS)]
    moments = random.Random(7)
    server.start()
    for thread in threads:
        thread.start()
    for _ in range(KILLS):
        time.sleep(moments.uniform(0.5, 1.5))
        server.kill()
        server.start()
    time.sleep(0.5)
    clients.stopping.set()
    for thread in threads:
        thread.join()
    again = {key: clients.decide(key, case) for key, case in clients.unanswered.items()}
    server.stop()

    assert len(clients.acknowledged) > 50
    assert clients.unanswered, "no kill hit a request: the test tested nothing"
    with Platform(Settings.read({}, home)) as platform:
        for key, decision in clients.acknowledged.items():
            found = decisions.by_idempotency_key(platform.store, POINT, key)
            assert found is not None, f"{key} was acknowledged and is gone"
            assert found.id == decision
        for key, reply in again.items():
            found = decisions.by_idempotency_key(platform.store, POINT, key)
            assert found is not None
            assert found.id == reply["decision"]
        for task in clients.resolved:
            assert platform.resolver.task(_owner(platform), task).state == "decided"
    _assert_verifies(home, tmp_path / "audit.jsonl")


def _owner(platform: Platform) -> Actor:
    return platform.accounts.find("dana.ito").actor


def _assert_verifies(home: Path, file: Path) -> None:
    spanwise = [*SPANWISE, "audit"]
    subprocess.run([*spanwise, "export", str(file), "--home", str(home)], check=True)
    key = file.with_name("audit.jsonl.key")
    verify = [*spanwise, "verify", str(file), "--key", str(key)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout

    content = bytearray(file.read_bytes())
    at = content.index(b'"action"', len(content) // 2)
    content[at + 12] ^= 1
    file.write_bytes(content)
    changed = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert changed.returncode == 1
    line = content[:at].count(b"\n") + 1
    assert f"line {line}" in changed.stdout.replace("\n", " ")
