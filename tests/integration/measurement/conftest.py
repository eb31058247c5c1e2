"""A desk whose cases went as a test says, on each database that Spanwise supports."""

import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from spanwise.core.actor import PLATFORM
from spanwise.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, FixedClock
from spanwise.core.ids import Ids
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.parse import parse_text, workspace_of
from spanwise.spec.workspace import Workspace
from spanwise.store import decisions as stored
from spanwise.store import standing, tasks
from spanwise.store.backends import backend_for
from spanwise.store.database import Store
from spanwise.store.decisions import Decision, Outcome, Resolution
from spanwise.store.migrate import migrate
from spanwise.store.standing import Certificate
from spanwise.store.tasks import Task

POINT = "desk.triage"
WORKSPACE = """
workspace: acme
---
function: desk
title: The desk
owner: {user: dana.ito, deputy: sam.okafor}
teams: {day: [ana, ben, cem], night: [dia]}
---
decision_point: desk.triage
moment: {surface: desk, object: case, event: opened, at: opened}
context: [{product: desk.cases, fields: [amount]}]
uses: {rule: triage}
options: [left, right]
stage: guarded
routing: {max_error: 10%, audit_rate: 10%, holdout_rate: 20%}
review: {team: day, due: 4h}
outcome: {label: side, matures: 3d}
costs: {reviewer_per_hour: 60 EUR, wrong: 5 EUR}
"""


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """A database with every table, to be copied: that is quicker than migrating each."""
    url = _create_database(postgres_server, template="template1")
    migrate(backend_for(url))
    return urlsplit(url).path.removeprefix("/")


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> str:
    """The address of an empty database on the server."""
    return _create_database(postgres_server, template=postgres_template)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def store(database_url: str, clock: FixedClock) -> Iterator[Store]:
    opened = Store.open(database_url, clock=clock, ids=Ids(clock, os.urandom))
    yield opened
    opened.close()


class World:
    """The desk, and what may happen at it; `rows` keeps all of it as an export would."""

    def __init__(self, store: Store, clock: FixedClock) -> None:
        self.store = store
        self.clock = clock
        self.rows: dict[str, list[dict[str, Any]]] = {
            "decisions": [],
            "tasks": [],
            "resolutions": [],
            "outcomes": [],
        }
        self.declare()
        self._unit = store.unit(PLATFORM)

    def declare(self, extra: str = "", *, was: str = "", now: str = "") -> Workspace:
        """The workspace, with other words, and more lines at the end of its decision point."""
        assert was in WORKSPACE
        text = WORKSPACE.replace(was, now) if was else WORKSPACE
        self.workspace = workspace_of(parse_text(text + extra))
        return self.workspace

    @property
    def point(self) -> DecisionPoint:
        return self.workspace.decision_points[POINT]

    def commit(self) -> None:
        """Everything that happened since the last time, in one transaction."""
        unit, self._unit = self._unit, self.store.unit(PLATFORM)
        unit.commit()

    def decide(
        self,
        route: str = "automatic",
        *,
        days_ago: float = 10.0,
        recommended: str | None = "left",
        entity: str | None = None,
        stage: str = "guarded",
        reasons: str = "",
        audit: bool = False,
        probability: float = 0.1,
        point: str = POINT,
    ) -> Decision:
        """One decision, whenever it was taken."""
        ids = self.store.ids
        decision = Decision(
            id=ids.new("dec"),
            decision_point=point,
            function=point.partition(".")[0],
            entity_id=entity or ids.new("case"),
            idempotency_key=None,
            request_sha256="",
            decided_at_ms=self.clock.now_ms() - round(days_ago * DAY_MS),
            release_digest="r1",
            stage=stage,
            recommendation=recommended,
            confidence=0.9,
            route=route,
            reasons=reasons,
            audit_probability=probability,
            audit_sampled=audit,
            record="{}",
        )
        stored.decisions.add(self._unit, decision)
        self.rows["decisions"].append(asdict(decision))
        return decision

    def answer(
        self,
        decision: Decision,
        choice: str | None = "left",
        *,
        by: str = "ana",
        touch_min: float | None = 2.0,
        after_ms: int = HOUR_MS,
    ) -> Resolution:
        """Somebody decides the case, or declines it where there is no choice."""
        ids, at_ms = self.store.ids, decision.decided_at_ms + after_ms
        task = Task(
            id=ids.new("tsk"),
            decision_id=decision.id,
            decision_point=decision.decision_point,
            function=decision.function,
            entity_id=decision.entity_id,
            kind="audit" if decision.route == "automatic" else "review",
            team="day",
            state="decided",
            assignee=None,
            lease_until_ms=None,
            due_at_ms=at_ms,
            priority=1,
            escalation_level=0,
            blind=decision.route != "review",
            created_at_ms=decision.decided_at_ms,
            claimed_at_ms=None,
            ended_at_ms=at_ms,
            version=2,
        )
        verb = "accept" if choice == decision.recommendation else "change"
        resolution = Resolution(
            id=ids.new("res"),
            task_id=task.id,
            decision_id=decision.id,
            decision_point=decision.decision_point,
            verb=verb if choice is not None else "decline",
            choice=choice,
            reason_code=None,
            note="",
            resolved_by=f"user:{by}",
            resolved_at_ms=at_ms,
            touch_ms=None if touch_min is None else round(touch_min * MINUTE_MS),
            blind=task.blind,
        )
        tasks.tasks.add(self._unit, task)
        stored.resolutions.add(self._unit, resolution)
        self.rows["tasks"].append(asdict(task))
        self.rows["resolutions"].append(asdict(resolution))
        return resolution

    def observe(
        self, decision: Decision, label: str = "left", *, received_at_ms: int | None = None
    ) -> Outcome:
        """The truth of the case arrives, by default now."""
        now_ms = self.clock.now_ms() if received_at_ms is None else received_at_ms
        outcome = Outcome(
            id=self.store.ids.new("out"),
            decision_point=decision.decision_point,
            entity_id=decision.entity_id,
            label=label,
            observed_at_ms=self.clock.now_ms() + len(self.rows["outcomes"]),
            received_at_ms=now_ms,
            source="test",
        )
        stored.outcomes.add(self._unit, outcome)
        self.rows["outcomes"].append(asdict(outcome))
        return outcome

    def certify(self) -> Certificate:
        """A certificate of the pinned release, from now on."""
        certificate = Certificate(
            id=self.store.ids.new("crt"),
            decision_point=POINT,
            release_digest="r1",
            threshold=0.8,
            content="{}",
            issued_at_ms=self.clock.now_ms(),
            expires_at_ms=self.clock.now_ms() + 90 * DAY_MS,
        )
        standing.certificates.add(self._unit, certificate)
        self.commit()
        return certificate


def _create_database(server: str, *, template: str) -> str:
    name = f"spanwise_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    return urlsplit(server)._replace(path=f"/{name}").geturl()


@pytest.fixture
def world(store: Store, clock: FixedClock) -> World:
    return World(store, clock)
