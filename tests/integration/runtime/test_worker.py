"""The worker does again and again what has to happen by itself, whatever fails on the way."""

import logging
import threading
import time
from functools import partial

import pytest

from spanwise.runtime.worker import Job, Worker

QUICKLY_S = 0.001
LONG_S = 30.0


def test_jobs_are_done_again_and_again_until_it_is_stopped() -> None:
    done = threading.Semaphore(0)
    worker = Worker([Job(name="count", every_s=QUICKLY_S, run=done.release)])
    worker.start()
    for _ in range(3):
        assert done.acquire(timeout=LONG_S)
    worker.stop()
    while done.acquire(blocking=False):
        pass
    assert not done.acquire(timeout=20 * QUICKLY_S)


def test_a_job_that_fails_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    tried = threading.Semaphore(0)

    def fail() -> None:
        tried.release()
        raise ConnectionError("the database is away")

    worker = Worker([Job(name="timers", every_s=QUICKLY_S, run=fail)])
    with caplog.at_level(logging.ERROR):
        worker.start()
        for _ in range(3):
            assert tried.acquire(timeout=LONG_S)
        worker.stop()
    assert "job timers failed" in caplog.text
    assert "the database is away" in caplog.text


def test_a_job_that_fails_or_takes_long_does_not_hold_up_the_others() -> None:
    leave, done = threading.Event(), threading.Event()

    def fail() -> None:
        raise ValueError("a bug")

    jobs = [
        Job(name="broken", every_s=QUICKLY_S, run=fail),
        Job(name="slow", every_s=QUICKLY_S, run=lambda: leave.wait(timeout=LONG_S)),
        Job(name="quick", every_s=QUICKLY_S, run=done.set),
    ]
    worker = Worker(jobs)
    worker.start()
    assert done.wait(timeout=LONG_S)
    leave.set()
    worker.stop()


def test_stopping_waits_for_what_is_running() -> None:
    began, finished = threading.Event(), threading.Event()

    def run() -> None:
        began.set()
        time.sleep(0.05)
        finished.set()

    worker = Worker([Job(name="slow", every_s=QUICKLY_S, run=run)])
    worker.start()
    assert began.wait(timeout=LONG_S)
    worker.stop()
    assert finished.is_set()


def test_nothing_runs_before_it_is_started_and_stopping_then_is_harmless() -> None:
    runs: list[int] = []
    worker = Worker([Job(name="count", every_s=QUICKLY_S, run=lambda: runs.append(1))])
    worker.stop()
    assert runs == []


def test_whoever_keeps_their_own_time_runs_every_job_once_in_order() -> None:
    runs: list[str] = []
    jobs = [Job(name=name, every_s=LONG_S, run=partial(runs.append, name)) for name in "abc"]
    Worker(jobs).run_once()
    assert runs == ["a", "b", "c"]
