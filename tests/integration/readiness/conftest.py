"""A small company with real data, decisions and people, on a real store."""

from dataclasses import replace

import pytest

from spanwise.core.actor import PLATFORM, Actor, ActorKind, Role
from spanwise.core.clock import DAY_MS, HOUR_MS, FixedClock, to_rfc3339
from spanwise.data.ingest import ingest_rows
from spanwise.measurement.outcomes import Observation, record_outcomes
from spanwise.readiness.answers import answer_drill, start_drill
from spanwise.readiness.ownership import accept_ownership
from spanwise.routing.sampling import Sampler
from spanwise.spec.models.decision_points import DecisionPoint, Stage
from spanwise.spec.models.functions import BusinessFunction
from spanwise.spec.parse import parse_text, workspace_of
from spanwise.spec.workspace import Workspace
from spanwise.store import standing
from spanwise.store.accounts import Account, accounts, names_text
from spanwise.store.database import Store
from spanwise.store.standing import Alarm, Certificate
from spanwise.wire.decisions import DecisionReply, DecisionRequest
from spanwise.workflow.decide import Decider
from spanwise.workflow.policies import Policies
from spanwise.workspace.apply import apply

COMPANY = """
workspace: acme
max_concurrent_rollouts: 1
---
"""
FUNCTION = """
function: {name}
owner: {{user: dana.ito, deputy: sam.okafor}}
teams: {{desk: [lee.park]}}
---
apiVersion: v3.1.0
kind: DataContract
id: urn:acme:{name}
name: Cases
version: 1.0.0
status: active
customProperties:
  - {{property: lifecycle, value: [opened, decided]}}
schema:
  - name: cases
    logicalType: object
    properties:
      - {{name: number, logicalType: string, required: true, primaryKey: true, unique: true}}
      - {{name: updated_at, logicalType: timestamp, required: true}}
      - {{name: amount, logicalType: integer, required: true, tags: [input]}}
      - {{name: note, logicalType: string, tags: [input]}}
      - name: approved
        logicalType: string
        tags: [truth]
        customProperties: [{{property: knownAt, value: decided}}]
---
product: {name}.cases
contract: urn:acme:{name}
key: number
as_of: updated_at
rules:
  - {{id: model, allow: read, who: {{kind: ai}}, columns: [input], purpose: [inference]}}
---
asset: {name}-rule
kind: rule
owner: {name}
recommend:
  - {{when: "amount > 100", option: reject}}
  - {{otherwise: approve}}
---
decision_point: {name}.approve
moment: {{surface: desk, object: case, event: opened, at: opened}}
context:
  - {{product: {name}.cases, fields: [amount, note], max_age: 24h}}
uses: {{rule: {name}-rule}}
options: [approve, reject]
stage: guarded
routing: {{max_error: 5%}}
review: {{team: desk, due: 4h, escalate: [{{after: 4h, to: owner}}]}}
outcome: {{label: approved, matures: 1d}}
---
"""


class World:
    """The company, and what may happen in it."""

    def __init__(self, store: Store, clock: FixedClock) -> None:
        self.store = store
        self.clock = clock
        self.texts = {"company": COMPANY}
        self.workspace = self.add_function("finance")
        self.dana = self.account("dana.ito", Role.FUNCTION_OWNER)
        self.sam = self.account("sam.okafor", Role.FUNCTION_OWNER)
        self.lead = self.account("max.lead", Role.PLATFORM_LEAD)
        self.account("lee.park", Role.REVIEWER)
        self._decider = Decider(store, Policies(store), Sampler(b"k" * 32))

    @property
    def finance(self) -> BusinessFunction:
        return self.workspace.functions["finance"]

    @property
    def point(self) -> DecisionPoint:
        return self.workspace.decision_points["finance.approve"]

    def add_function(self, name: str) -> Workspace:
        """Applies a workspace with one more function like the others."""
        self.texts[name] = FUNCTION.format(name=name)
        return self.apply()

    def edit(self, name: str, was: str, now: str) -> Workspace:
        """Applies the workspace with a change of words in one function."""
        assert was in self.texts[name]
        self.texts[name] = self.texts[name].replace(was, now)
        return self.apply()

    def apply(self) -> Workspace:
        self.clock.advance(1)
        self.workspace = workspace_of(parse_text("---".join(self.texts.values())))
        apply(self.store, PLATFORM, self.workspace, {})
        return self.workspace

    def account(self, login: str, *roles: Role) -> Actor:
        row = Account(
            id=self.store.ids.new("acc"),
            login=login,
            name=login,
            password_hash="",
            roles=names_text(roles),
            functions=None,
            created_at_ms=self.clock.now_ms(),
        )
        unit = self.store.unit(PLATFORM)
        accounts.add(unit, row)
        unit.commit()
        return row.actor

    def ingest(self, function: str = "finance", *, n: int = 40, broken: int = 0) -> None:
        """One batch: of n rows some break their contract, by a date where a number should be."""
        self.clock.advance(1)
        product = self.workspace.products[f"{function}.cases"]
        rows: list[dict[str, object]] = [
            {
                "number": f"C{i}",
                "updated_at": to_rfc3339(self.clock.now_ms()),
                "amount": "2026-01-01" if i < broken else 10 * i,
            }
            for i in range(n)
        ]
        contract = self.workspace.contracts[product.contract]
        ingest_rows(self.store, product, contract, rows, PLATFORM, source="test")

    def decide(self, function: str = "finance", *, n: int = 40) -> list[DecisionReply]:
        """Decides cases C0 to C<n-1>."""
        self.clock.advance(1)
        return [
            self._decider.decide_now(
                PLATFORM, f"{function}.approve", DecisionRequest(entity=f"C{i}"), None
            )
            for i in range(n)
        ]

    def outcomes(self, function: str = "finance", *, n: int = 40, wrong: int = 0) -> None:
        """The truth of cases; the rule is wrong in some of them."""
        self.clock.advance(1)
        observed = [
            Observation(
                entity=f"C{i}",
                label="reject" if (10 * i > 100) != (i < wrong) else "approve",
                observed_at_ms=self.clock.now_ms(),
            )
            for i in range(n)
        ]
        record_outcomes(self.store, PLATFORM, f"{function}.approve", observed, source="test")

    def make_ready(self, function: str = "finance") -> None:
        """Everything that readiness asks for, as it would come about."""
        declared = self.workspace.functions[function]
        accept_ownership(self.store, self.dana, declared)
        accept_ownership(self.store, self.sam, declared)
        start_drill(self.store, self.lead, declared)
        self.clock.advance(HOUR_MS)
        answer_drill(self.store, self.dana, declared)
        self.ingest(function)
        self.decide(function)
        self.clock.advance(DAY_MS + HOUR_MS)
        self.outcomes(function)

    def raise_alarm(self, kind: str = "risk", detail: str = "Too many errors.") -> Alarm:
        self.clock.advance(1)
        alarm = Alarm(
            id=self.store.ids.new("alm"),
            decision_point=self.point.name,
            kind=kind,
            detail=detail,
            raised_at_ms=self.clock.now_ms(),
        )
        unit = self.store.unit(PLATFORM)
        standing.alarms.add(unit, alarm)
        unit.commit()
        return alarm

    def certify(self, release: str, **changes: object) -> Certificate:
        """A certificate of a release, valid for ninety days unless something is changed."""
        self.clock.advance(1)
        now_ms = self.clock.now_ms()
        certificate = Certificate(
            id=self.store.ids.new("crt"),
            decision_point=self.point.name,
            release_digest=release,
            threshold=0.8,
            content=CERTIFICATION,
            issued_at_ms=now_ms,
            expires_at_ms=now_ms + 90 * DAY_MS,
        )
        certificate = replace(certificate, **changes)  # type: ignore[arg-type]
        unit = self.store.unit(PLATFORM)
        standing.certificates.add(unit, certificate)
        unit.commit()
        return certificate

    def set_ceiling(self, stage: Stage, function: str = "finance") -> None:
        current = self.workspace.decision_points[f"{function}.approve"].stage
        self.edit(function, f"stage: {current}", f"stage: {stage}")


CERTIFICATION = """
{"threshold": null, "accepted": 0, "errors": 0, "n": 40, "coverage": 0.0,
 "error": {"value": null, "low": null, "high": null, "n": 0, "method": "", "level": 0.95,
           "reason": "nothing is accepted"},
 "max_error": 0.05, "delta": 0.05, "level": null, "starts": 4, "steps": [],
 "needed_labels": 120, "reason": "40 labels are too few", "method": "test"}
"""


@pytest.fixture
def world(store: Store, clock: FixedClock) -> World:
    return World(store, clock)


@pytest.fixture
def stranger() -> Actor:
    """A function owner of finance who is neither its declared owner nor its deputy."""
    return Actor(
        id="user:kim.doe",
        kind=ActorKind.PERSON,
        roles=frozenset({Role.FUNCTION_OWNER}),
        functions=frozenset({"finance"}),
    )
