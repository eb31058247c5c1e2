"""The operations desk of the example on a real store, and everything that may happen there.

Its model knows three groups by the category alone; the category is also part of each case's key:
`INC-vpn` is an incident of the category `vpn`.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

from tests.support.models import lookup_model, metadata
from tests.support.people import DESK

from spanwise.core.actor import PLATFORM, Actor
from spanwise.core.clock import DAY_MS, MINUTE_MS, FixedClock, from_rfc3339
from spanwise.core.ids import Ids
from spanwise.data.ingest import ingest_rows
from spanwise.data.reports import IngestReport
from spanwise.demo.examples import example
from spanwise.demo.incidents import INPUTS, format_time
from spanwise.demo.organisation import DECISION_POINT, PRODUCT
from spanwise.governance.releases import pinned_digest
from spanwise.routing.sampling import Sampler
from spanwise.routing.stages import MoveKind
from spanwise.spec.models.decision_points import Stage
from spanwise.spec.parse import Parsed, parse_text, workspace_of
from spanwise.spec.workspace import Workspace
from spanwise.stats.calibration import Calibration
from spanwise.store import decisions as stored
from spanwise.store import standing, tasks
from spanwise.store.audit import AuditEntry, unchained
from spanwise.store.database import Store
from spanwise.store.decisions import Decision
from spanwise.store.outbox import Message, due
from spanwise.store.standing import Alarm, Certificate, StageMove
from spanwise.store.tasks import Task
from spanwise.wire.decisions import (
    DecisionRecord,
    DecisionReply,
    DecisionRequest,
    decode_record,
)
from spanwise.workflow.decide import Decider
from spanwise.workflow.policies import Policies
from spanwise.workflow.resolve import Resolver
from spanwise.workspace.apply import Applied, apply

ACCESS, NETWORK, PAYMENTS = GROUPS = ("access", "network", "payments")
SCORES = {
    "vpn": (0.03125, 0.96875, 0.0),
    "password": (0.875, 0.125, 0.0),
    "email": (0.25, 0.25, 0.5),
    "unheard": (float("nan"),) * 3,
}
THRESHOLD = 0.875
SURE = Calibration(scores=(0.0, 1.0), confidences=(0.0, 1.0), n=1_000)
ROUTER = lookup_model(
    SCORES, labels=GROUPS, inputs=INPUTS, by="category", says=metadata(GROUPS, SURE)
)
# Nothing is drawn at random unless a test asks for it, and the data never ages.
STEADY = (("holdout_rate: 5%", "holdout_rate: 0%"), ("max_age: 24h", "max_age: 3650d"))
MONDAY_MORNING_MS = from_rfc3339("2026-03-02T09:00:00Z")
SAMPLING_KEY = b"the key of every draw in a test"


@cache
def example_workspace(*changes: tuple[str, str]) -> Workspace:
    """The example with other words in its files; `spanwise check` is not asked about it."""
    folder = example("operations")
    texts = {path.name: path.read_text("utf-8") for path in sorted(folder.rglob("*.yaml"))}
    for old, new in changes:
        assert any(old in text for text in texts.values()), f"the example does not say {old!r}"
        texts = {file: text.replace(old, new) for file, text in texts.items()}
    parsed = Parsed()
    for file, text in texts.items():
        parsed += parse_text(text, file)
    assert not parsed.problems, parsed.problems
    return workspace_of(parsed)


class Operations:
    """One decision point, `operations.route-incident`, with those who decide there.

    Each call that writes comes a millisecond after the one before, so that history has an order.
    """

    def __init__(self, store: Store, clock: FixedClock) -> None:
        self.store = store
        self.clock = clock
        self.policies = Policies(store)
        self.decider = Decider(store, self.policies, Sampler(SAMPLING_KEY))
        self.resolver = Resolver(store, self.policies)

    @property
    def release(self) -> str:
        """The pinned release."""
        digest = pinned_digest(self.store, DECISION_POINT)
        assert digest is not None
        return digest

    def apply(self, *changes: tuple[str, str], model: bytes = ROUTER) -> Applied:
        """Applies the example with other words in its files, or with another model."""
        self.clock.advance(1)
        workspace = example_workspace(*STEADY, *changes)
        contents = {"incident-router": model} if "incident-router" in workspace.assets else {}
        return apply(self.store, PLATFORM, workspace, contents)

    def ingest(self, *rows: dict[str, object]) -> IngestReport:
        """One delivery of incidents."""
        self.clock.advance(1)
        workspace = self.policies.workspace
        product = workspace.products[PRODUCT]
        contract = workspace.contracts[product.contract]
        return ingest_rows(self.store, product, contract, rows, DESK, source="test")

    def incident(self, category: str, **fields: object) -> dict[str, object]:
        """A row of an incident that was opened half an hour ago."""
        row: dict[str, object] = dict.fromkeys(INPUTS, "")
        row |= {"impact": "3", "urgency": "3", "priority": "4", "opened_by": "ines.rocha"}
        row |= {"number": f"INC-{category}", "category": category}
        return row | {"opened_at": format_time(self.clock.now_ms() - 30 * MINUTE_MS)} | fields

    def move(self, kind: MoveKind, stage: Stage) -> None:
        """Something earned or lost, as `readiness` would write it down."""
        self.clock.advance(1)
        unit = self.store.unit(PLATFORM)
        move = StageMove(
            id=unit.ids.new("mov"),
            decision_point=DECISION_POINT,
            stage=stage,
            kind=kind,
            reason="a test",
            moved_at_ms=self.clock.now_ms(),
            moved_by=PLATFORM.id,
        )
        standing.stage_moves.add(unit, move)
        unit.commit()

    def earn(self, stage: Stage) -> None:
        self.move(MoveKind.EARNED, stage)

    def certify(self, **changes: object) -> Certificate:
        """A certificate of the pinned release, valid for ninety days unless it is changed."""
        self.clock.advance(1)
        now_ms = self.clock.now_ms()
        unit = self.store.unit(PLATFORM)
        certificate = Certificate(
            id=unit.ids.new("crt"),
            decision_point=DECISION_POINT,
            release_digest=self.release,
            threshold=THRESHOLD,
            content="{}",
            issued_at_ms=now_ms,
            expires_at_ms=now_ms + 90 * DAY_MS,
        )
        certificate = replace(certificate, **changes)  # type: ignore[arg-type]
        standing.certificates.add(unit, certificate)
        unit.commit()
        return certificate

    def guard(self) -> None:
        """Brings the decision point to where it may decide alone."""
        self.earn(Stage.GUARDED)
        self.certify()

    def raise_alarm(self) -> Alarm:
        self.clock.advance(1)
        unit = self.store.unit(PLATFORM)
        alarm = Alarm(
            id=unit.ids.new("alm"),
            decision_point=DECISION_POINT,
            kind="risk",
            detail="Too many errors.",
            raised_at_ms=self.clock.now_ms(),
        )
        standing.alarms.add(unit, alarm)
        unit.commit()
        return alarm

    def decide(
        self, entity: str = "INC-vpn", *, key: str | None = None, actor: Actor = DESK
    ) -> DecisionReply:
        """Decides a case as the service desk would ask for it."""
        self.clock.advance(1)
        return self.decider.decide_now(actor, DECISION_POINT, DecisionRequest(entity=entity), key)

    def open_task(self, entity: str = "INC-vpn") -> Task:
        """The task of a new case."""
        return self.task_of(self.decide(entity))

    def decision(self, reply: DecisionReply) -> Decision:
        decision = stored.by_id(self.store, reply.decision)
        assert decision is not None
        return decision

    def record(self, reply: DecisionReply) -> DecisionRecord:
        return decode_record(self.decision(reply).record)

    def task_of(self, reply: DecisionReply) -> Task:
        assert reply.task is not None
        return self.task(reply.task)

    def task(self, task_id: str) -> Task:
        task = tasks.by_id(self.store, task_id)
        assert task is not None
        return task

    def messages(self, topic: str) -> list[Message]:
        """What waits to be delivered."""
        waiting = due(self.store, self.clock.now_ms(), limit=1_000)
        return [message for message in waiting if message.topic == topic]

    def entries(self, action: str) -> list[AuditEntry]:
        """Audit entries of one kind, oldest first."""
        entries = unchained(self.store, since="", limit=5_000)
        return [entry for entry in entries if entry.action == action]


def fill(operations: Operations) -> None:
    """Applies the example, and brings one incident of each category and a critical one."""
    operations.apply()
    critical = operations.incident("vpn", number="INC-critical", impact="1")
    operations.ingest(critical, *(operations.incident(category) for category in SCORES))


@cache
def prepared_database() -> bytes:
    """A database in which the example is applied and some incidents have arrived, this morning."""
    clock = FixedClock(MONDAY_MORNING_MS - MINUTE_MS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spanwise.db"
        store = Store.open(f"sqlite:///{path}", clock=clock)
        fill(Operations(store, clock))
        store.close()
        return path.read_bytes()


HIDDEN = (None, None, None)


def shown(reply: DecisionReply) -> tuple[str | None, str | None, float | None]:
    """All that a caller sees of the recommendation."""
    return (reply.recommendation, reply.action, reply.confidence)


@contextmanager
def open_copy(folder: Path, clock: FixedClock) -> Iterator[Store]:
    """A store on a copy of the prepared database; its ids, and what is drawn by them, repeat."""
    path = folder / "spanwise.db"
    path.write_bytes(prepared_database())
    store = Store.open(f"sqlite:///{path}", clock=clock, ids=Ids(clock, Random(1).randbytes))
    yield store
    store.close()
