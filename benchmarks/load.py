"""A small HTTP/1.1 load generator: each client sends its next request when it has its answer."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import psutil

_SLICE_S = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What one run saw.

    Attributes:
        failed: answers that were not 200.
        cpu_us: the server's CPU time for an answer, over the whole run.
        quiet_cpu_us: the same in the quietest tenth of the run's quarters of a second: what it
            takes while other programs disturb least.
        resident: the server's memory at the end, in bytes.
    """

    clients: int
    answers: int
    failed: int
    seconds: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    quiet_cpu_us: float
    resident: int

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds


class _Client(asyncio.Protocol):
    """One connection; keeps exactly one request under way."""

    def __init__(self, next_request: Callable[[], bytes | None], took_s: list[float]) -> None:
        self._next_request = next_request
        self._took_s = took_s
        self._buffer = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None
        self.failed = 0
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is a class of its own
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        lower = head.lower()
        at = lower.index(b"content-length:") + 15
        length = int(lower[at:].split(b"\r\n", 1)[0])
        if len(body) < length:
            return
        self._took_s.append(time.perf_counter() - self._sent_at)
        self.failed += not head.startswith(b"HTTP/1.1 200")
        self._buffer = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.finished.done():
            self.finished.set_result(None)

    def _send(self) -> None:
        request = self._next_request()
        assert self._transport is not None
        if request is None:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)


async def run_load(
    port: int,
    requests: Callable[[int], bytes],
    server: psutil.Process,
    *,
    clients: int,
    seconds: float,
) -> Load:
    """Sends requests from many clients for some seconds.

    Args:
        requests: the bytes of the n-th request.
        server: the process that answers.
    """
    took_s: list[float] = []
    sent = 0
    loop = asyncio.get_running_loop()
    until = time.perf_counter() + seconds

    def next_request() -> bytes | None:
        nonlocal sent
        if time.perf_counter() >= until:
            return None
        sent += 1
        return requests(sent)

    started, cpu_before_s = time.perf_counter(), _cpu_s(server)
    connected = [
        await loop.create_connection(lambda: _Client(next_request, took_s), "127.0.0.1", port)
        for _ in range(clients)
    ]
    finished = asyncio.gather(*(protocol.finished for _, protocol in connected))
    slices = await _watch(finished, took_s, server)
    elapsed = time.perf_counter() - started
    took_ms = np.array(took_s) * 1_000
    return Load(
        clients=clients,
        answers=len(took_s),
        failed=sum(protocol.failed for _, protocol in connected),
        seconds=elapsed,
        p50_ms=float(np.percentile(took_ms, 50)),
        p99_ms=float(np.percentile(took_ms, 99)),
        cpu_us=(_cpu_s(server) - cpu_before_s) / len(took_s) * 1e6,
        quiet_cpu_us=float(np.percentile(slices, 10)) if slices else float("nan"),
        resident=server.memory_info().rss,
    )


async def _watch(
    finished: "asyncio.Future[list[None]]", took_s: list[float], server: psutil.Process
) -> list[float]:
    """The server's CPU microseconds for an answer, in each slice until the run is finished."""
    slices = []
    answers, cpu_s = 0, _cpu_s(server)
    while not finished.done():
        await asyncio.wait([finished], timeout=_SLICE_S)
        answers_now, cpu_now_s = len(took_s), _cpu_s(server)
        if not finished.done() and answers_now > answers:
            slices.append((cpu_now_s - cpu_s) / (answers_now - answers) * 1e6)
        answers, cpu_s = answers_now, cpu_now_s
    return slices


def _cpu_s(server: psutil.Process) -> float:
    times = server.cpu_times()
    return float(times.user + times.system)
