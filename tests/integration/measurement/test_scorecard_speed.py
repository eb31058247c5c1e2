"""A page of figures over 200,000 decisions stays quick while new ones arrive."""

import os
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from spanwise.core.clock import DAY_MS, HOUR_MS, FixedClock
from spanwise.core.ids import Ids
from spanwise.measurement.scorecards import Scorecards
from spanwise.store.database import Store

if TYPE_CHECKING:
    from tests.integration.measurement.conftest import World

N = 200_000
DAYS = 90
POINT = "desk.triage"
# Every second case is automatic, every tenth is in the holdout; the others are reviewed.
FILL = """
CREATE TEMP TABLE made AS
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :n - 1)
SELECT i, printf('%026d', i) AS key, printf('C%d', (i * 7919) % :n) AS entity,
       CASE WHEN i % 2 THEN 'automatic' WHEN i % 10 THEN 'review' ELSE 'withheld' END AS route,
       :until_ms - :span_ms + i * (:span_ms / :n) AS at_ms,
       i % 2 AND i % 19 = 0 AS audited
FROM n;
INSERT INTO decisions SELECT 'dec_' || key, :point, 'desk', entity, NULL, '', at_ms, 'r1',
    'guarded', printf('option-%d', i % 20), 0.9, route,
    CASE route WHEN 'withheld' THEN 'holdout' ELSE '' END, 0.05, audited,
    printf('{"x":"%.*c"}', 800, 'x') FROM made;
INSERT INTO tasks SELECT 'tsk_' || key, 'dec_' || key, :point, 'desk', entity,
    CASE route WHEN 'automatic' THEN 'audit' ELSE 'review' END, 'day', 'decided', NULL, NULL,
    at_ms, 1, 0, route <> 'review', at_ms, NULL, at_ms, 2
    FROM made WHERE route <> 'automatic' OR audited;
INSERT INTO resolutions SELECT 'res_' || key, 'tsk_' || key, 'dec_' || key, :point, 'accept',
    printf('option-%d', i % 20), NULL, '', printf('user:p%d', i % 12), at_ms, 1000 * (i % 997),
    route <> 'review' FROM made WHERE route <> 'automatic' OR audited;
INSERT INTO outcomes SELECT 'out_' || key, :point, entity,
    printf('option-%d', CASE WHEN i % 9 THEN i % 20 ELSE 3 END), at_ms, at_ms, 'test' FROM made;
"""


@pytest.fixture
def database_url(sqlite_url: str, clock: FixedClock) -> str:
    Store.open(sqlite_url, clock=clock, ids=Ids(clock, os.urandom)).close()
    facts = {"n": N, "point": POINT, "span_ms": DAYS * DAY_MS, "until_ms": clock.now_ms()}
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as database:
        database.execute("PRAGMA synchronous = OFF")
        for statement in FILL.split(";\n"):
            database.execute(statement, facts)
        database.commit()
    return sqlite_url


def test_a_scorecard_of_200_000_decisions(world: "World") -> None:
    scorecards = Scorecards(world.store)

    first_s = cpu_s(scorecards, world)
    later_s = [cpu_s(scorecards, world) for _ in range(5)]

    assert scorecards.of_point(world.workspace, POINT).volume.cases == N + 6
    assert min(later_s) < 0.2, later_s
    assert first_s < 15


def cpu_s(scorecards: Scorecards, world: "World") -> float:
    """Processor time of one scorecard, an hour and a case later."""
    world.clock.advance(HOUR_MS)
    world.observe(world.decide("automatic", days_ago=5, recommended="option-1"), "option-1")
    world.commit()
    started_s = time.process_time()
    scorecards.of_point(world.workspace, POINT)
    return time.process_time() - started_s
