"""The worker: what has to happen by itself, on one thread, a little at a time."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Something that is done again and again; each run does a bounded amount."""

    name: str
    every_s: float
    run: Callable[[], object]


class Worker:
    """Runs jobs until it is stopped. A job that fails is logged and tried again next time."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        for job in self._jobs:
            thread = threading.Thread(
                target=self._repeat, args=(job,), name=f"spanwise-{job.name}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def run_once(self) -> None:
        """Every job once, in order: for replays and tests, which keep their own time."""
        for job in self._jobs:
            job.run()

    def stop(self) -> None:
        """Waits until the running jobs are done."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _repeat(self, job: Job) -> None:
        while not self._stop.wait(job.every_s):
            try:
                job.run()
            except Exception:
                _log.exception("job %s failed; it runs again in %s s", job.name, job.every_s)
