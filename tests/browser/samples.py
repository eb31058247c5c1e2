"""One made-up organisation, as the views of every page: what the tests of pages render.

`SAMPLES` maps a name to the page, its view and the shell around it.
"""

import dataclasses
from typing import NamedTuple

from spanwise.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, from_rfc3339
from spanwise.server.views.audit import AuditLine, AuditPage, Checkpoint
from spanwise.server.views.decision import (
    AuditPlace,
    ContractState,
    CostLine,
    DecisionPage,
    Outcome,
    Resolution,
    TaskState,
)
from spanwise.server.views.decision_point import (
    Alarm,
    Certificate,
    ContextProduct,
    DecisionPointPage,
    Missing,
    NextStage,
    Performance,
    RiskPoint,
    Stages,
    Suspension,
    WaitingRelease,
    WhatIf,
)
from spanwise.server.views.home import Attention, FunctionLine, HomePage, PointLine
from spanwise.server.views.inbox import InboxCounts, InboxPage, TaskLine
from spanwise.server.views.parts import (
    AssetLine,
    Choice,
    DecisionLine,
    Figure,
    InputField,
    Reason,
    ReleaseLock,
    Step,
)
from spanwise.server.views.problem import ProblemPage
from spanwise.server.views.products import (
    Batch,
    ContractField,
    ProductLine,
    ProductPage,
    ProductsPage,
    QuarantinedRow,
)
from spanwise.server.views.readiness import (
    Criterion,
    FunctionReadiness,
    OwnerSteps,
    Probe,
    Rate,
    ReadinessPage,
)
from spanwise.server.views.scorecard import (
    Baseline,
    FunctionLink,
    Metric,
    ScorecardPage,
    TeamRate,
)
from spanwise.server.views.shell import Notice, Person, Shell
from spanwise.server.views.sign_in import SignInPage
from spanwise.server.views.task import EscalationStep, Recommendation, TaskEvent, TaskPage

NOW_MS = from_rfc3339("2026-03-12T14:20:00Z")
_DIGEST = "9f3c1a7be04d5526c8f1e0a94b7d3362a58e19c07fd2b4416f0e8c93d5a7b120"
_OTHER = "41d0c6f2a9b87e5530c1d4e8f6a2b9937c05e1d8b4f6a2c3e9d7051b8a46f3ce"


class Sample(NamedTuple):
    page: str
    view: object
    shell: Shell


def _shell(path: str, *, notice: Notice | None = None, signed_in: bool = True) -> Shell:
    return Shell(
        workspace="Meridian Works",
        now_ms=NOW_MS,
        path=path,
        csrf_token="sample-token",
        person=Person(name="Dana Ito", role="Function owner, finance") if signed_in else None,
        simulated=True,
        inbox_count=7 if signed_in else None,
        json_url=f"/api/v1{path}" if signed_in else None,
        notice=notice,
    )


_HOME = HomePage(
    functions=(
        FunctionLine(
            name="finance",
            title="Finance",
            owner="Dana Ito",
            readiness="ready",
            verdicts={
                "decision_quality": "better",
                "time_saved": "better",
                "adoption_rate": "no_worse",
                "cost_per_automated_workflow": "cannot_tell",
            },
            points=(
                PointLine(
                    name="finance.permit-variance",
                    title="Permit variance",
                    stage="guarded",
                    ceiling="guarded",
                    held_by="",
                    per_day=(41, 44, 39, 52, 12, 9, 47, 50, 55, 49, 58, 14, 11, 61),
                ),
                PointLine(
                    name="finance.declaration-triage",
                    title="Declaration triage",
                    stage="assist",
                    ceiling="guarded",
                    held_by="Cannot certify 2% yet: 87 more matured outcomes, there on 29 Mar",
                    per_day=(18, 22, 20, 25, None, None, 21, 26, 24, 28, 25, 6, 5, 27),
                ),
            ),
        ),
        FunctionLine(
            name="operations",
            title="Operations",
            owner="Priya Raman",
            readiness="ready",
            verdicts={
                "decision_quality": "worse",
                "time_saved": "no_worse",
                "adoption_rate": "cannot_tell",
                "cost_per_automated_workflow": "no_worse",
            },
            points=(
                PointLine(
                    name="operations.route-incident",
                    title="Route an incident",
                    stage="assist",
                    ceiling="guarded",
                    held_by="Demoted by the risk monitor: 7 wrong of 61 audits",
                    per_day=(120, 131, 118, 140, 88, 79, 133, 142, 151, 149, 160, 92, 84, 171),
                ),
            ),
        ),
        FunctionLine(
            name="customer_success",
            title="Customer success",
            owner="Marco Silva",
            readiness="not_ready",
            verdicts={"decision_quality": "cannot_tell"},
            points=(
                PointLine(
                    name="customer_success.renewal-next-action",
                    title="Renewal: next action",
                    stage="shadow",
                    ceiling="assist",
                    held_by="No matured outcome yet: the first is due on 2 Apr",
                    per_day=(None, None, None, None, None, 3, 8, 9, 7, 11, 10, 2, 3, 12),
                ),
            ),
        ),
        FunctionLine(
            name="engineering",
            title="Engineering",
            owner=None,
            readiness="unknown",
            verdicts={},
            points=(
                PointLine(
                    name="engineering.bug-severity",
                    title="Bug severity",
                    stage="suspended",
                    ceiling="shadow",
                    held_by="Nobody has accepted to own its outputs",
                    per_day=(),
                ),
            ),
        ),
    ),
    attention=(
        Attention(
            tone="bad",
            text="The risk monitor raised an alarm; people decide until it is certified again.",
            where="Route an incident",
            url="/decision-points/operations.route-incident",
            since_ms=NOW_MS - 3 * HOUR_MS,
        ),
        Attention(
            tone="bad",
            text="48 rows broke the contract in the last batch and wait for a correction.",
            where="finance.permits",
            url="/products/finance.permits",
            since_ms=NOW_MS - 7 * HOUR_MS,
        ),
        Attention(
            tone="warn",
            text="2 tasks are overdue and stand at escalation level 1.",
            where="Inbox",
            url="/inbox?show=team",
            since_ms=NOW_MS - 40 * MINUTE_MS,
        ),
        Attention(
            tone="warn",
            text="The certificate ends on 18 Mar; then every case needs a person.",
            where="Permit variance",
            url="/decision-points/finance.permit-variance",
            since_ms=None,
        ),
    ),
    flow=(
        Step(text="Cases received", count=1_842),
        Step(text="Decided automatically", count=611),
        Step(text="Shown to a person", count=1_204),
        Step(text="Resolved", count=1_171),
        Step(text="Outcome known", count=None),
    ),
    flow_period="last 7 days",
)


def _task_line(
    number: int,
    title: str,
    action: str | None,
    confidence: float | None,
    reason: str,
    *,
    due_ms: int,
    risk: str = "medium",
    assignee: str | None = None,
    mine: bool = False,
    level: int = 0,
    blind: bool = False,
    point: str = "finance.permit-variance",
) -> TaskLine:
    return TaskLine(
        id=f"tsk_{number:04}",
        title=title,
        function=point.split(".", maxsplit=1)[0],
        decision_point=point,
        action=action,
        confidence=confidence,
        reason=reason,
        risk=risk,
        state="claimed" if assignee else "open",
        assignee=assignee,
        mine=mine,
        due_at_ms=NOW_MS + due_ms,
        escalation_level=level,
        blind=blind,
    )


_INBOX = InboxPage(
    show="team",
    counts=InboxCounts(mine=2, open=7, team=11),
    tasks=(
        _task_line(
            1, "Permit 4821, conference in Lisbon", "Query the traveller", 0.714,
            "confidence_below_threshold", due_ms=-34 * MINUTE_MS, risk="high", level=1,
        ),
        _task_line(
            2, "Permit 4790, field work in Bergen", None, None, "stale_data",
            due_ms=-6 * MINUTE_MS, risk="high", level=1, assignee="Lee Park",
        ),
        _task_line(
            3, "Permit 4833, visit to Ghent", "Settle", 0.662, "confidence_below_threshold",
            due_ms=42 * MINUTE_MS, assignee="Dana Ito", mine=True,
        ),
        _task_line(
            4, "Permit 4802, summer school in Pisa", None, None, "audit_sample",
            due_ms=95 * MINUTE_MS, blind=True, assignee="Dana Ito", mine=True,
        ),
        _task_line(
            5, "Declaration 20931, taxi and hotel, 412.80 EUR", "Send back", 0.581, "not_certified",
            due_ms=2 * HOUR_MS, risk="low", point="finance.declaration-triage",
        ),
        _task_line(
            6, "Permit 4840, project review in Aarhus", None, None, "contract_broken",
            due_ms=3 * HOUR_MS, risk="unknown",
        ),
        _task_line(
            7, "Declaration 20940, train, 96.00 EUR", "Approve", 0.907, "stage_assist",
            due_ms=4 * HOUR_MS, risk="low", point="finance.declaration-triage",
            assignee="Ana Silva",
        ),
        _task_line(
            8, "Permit 4844, workshop in Porto", "Settle", 0.803, "holdout",
            due_ms=26 * HOUR_MS, risk="low",
        ),
    ),
    next_url="/inbox?show=team&after=tsk_0008",
)  # fmt: skip

_INPUTS = (
    InputField(
        name="requested_budget", value="1,840.00 EUR", product="finance.permits", known="opened",
        age_s=5_400, max_age_s=86_400, freshness="fresh",
    ),
    InputField(
        name="organisational_unit", value="Unit 65458", product="finance.permits", known="opened",
        age_s=5_400, max_age_s=86_400, freshness="fresh",
    ),
    InputField(
        name="overspent_before", value="2 of 5 trips", product="finance.travellers",
        known="opened", age_s=180_000, max_age_s=86_400, freshness="stale",
    ),
    InputField(
        name="project", value=None, product="finance.permits", known="opened", age_s=None,
        max_age_s=86_400, freshness="unknown",
    ),
)  # fmt: skip

_TASK = TaskPage(
    id="tsk_0001",
    version=3,
    idempotency_key="idem-7f31",
    state="claimed",
    function="finance",
    decision_point="finance.permit-variance",
    decision_id="dec_01jp5x8k2m",
    title="Permit 4821, conference in Lisbon",
    question="Will this trip cost more than the permit allows?",
    team="accounts-payable",
    risk="high",
    blind=False,
    recommendation=Recommendation(
        option="overspend", action="Query the traveller", confidence=0.714, threshold=0.86
    ),
    reasons=(
        Reason(code="confidence_below_threshold", detail="71.4% is below 86%."),
        Reason(code="stale_data", detail="finance.travellers is 2 d 2 h old; 1 d is allowed."),
    ),
    inputs=_INPUTS,
    options=(
        Choice(value="overspend", text="Query the traveller (overspend)"),
        Choice(value="within_budget", text="Settle (within budget)"),
    ),
    change_reasons=(
        Choice(value="wrong_option", text="Another option is right"),
        Choice(value="missing_information", text="Information is missing"),
        Choice(value="policy_exception", text="An exception to the policy"),
    ),
    decline_reasons=(
        Choice(value="duplicate_case", text="The case is a duplicate"),
        Choice(value="other", text="Another reason, in the note"),
    ),
    allowed=frozenset({"accept", "change", "decline", "escalate", "release"}),
    created_at_ms=NOW_MS - 5 * HOUR_MS,
    due_at_ms=NOW_MS - 34 * MINUTE_MS,
    escalation_level=1,
    escalation=(
        EscalationStep(at_ms=NOW_MS - 34 * MINUTE_MS, to="controller"),
        EscalationStep(at_ms=NOW_MS + 20 * HOUR_MS, to="owner, Dana Ito"),
    ),
    last_resort="Then it holds; nothing is approved by waiting.",
    assignee="Dana Ito",
    mine=True,
    lease_until_ms=NOW_MS + 25 * MINUTE_MS,
    ai_error=Figure(value=0.062, low=0.047, high=0.081, n=803, method="Clopper–Pearson"),
    people_error=Figure(value=0.118, low=0.083, high=0.162, n=264, method="Clopper–Pearson"),
    events=(
        TaskEvent(at_ms=NOW_MS - 5 * MINUTE_MS, actor="Dana Ito", text="claimed it"),
        TaskEvent(
            at_ms=NOW_MS - 34 * MINUTE_MS, actor="Spanwise", text="escalated it to controller"
        ),
        TaskEvent(at_ms=NOW_MS - 5 * HOUR_MS, actor="Spanwise", text="made the task"),
    ),
    record_url="https://erp.example/permits/4821",
)

_BLIND_TASK = TaskPage(
    id="tsk_0004",
    version=2,
    idempotency_key="idem-88a0",
    state="open",
    function="finance",
    decision_point="finance.permit-variance",
    decision_id="dec_01jp5xb0qd",
    title="Permit 4802, summer school in Pisa",
    question="Will this trip cost more than the permit allows?",
    team="accounts-payable",
    risk="medium",
    blind=True,
    recommendation=None,
    reasons=(Reason(code="audit_sample", detail="One automatic case in twenty is drawn."),),
    inputs=_INPUTS[:2],
    options=_TASK.options,
    change_reasons=(),
    decline_reasons=_TASK.decline_reasons,
    allowed=frozenset({"change", "decline", "escalate", "claim"}),
    created_at_ms=NOW_MS - 2 * HOUR_MS,
    due_at_ms=NOW_MS + 95 * MINUTE_MS,
    escalation_level=0,
    escalation=(EscalationStep(at_ms=NOW_MS + 5 * HOUR_MS, to="controller"),),
    last_resort="Then it holds; nothing is approved by waiting.",
    reviewers_needed=2,
    reviewers_done=1,
    events=(TaskEvent(at_ms=NOW_MS - 2 * HOUR_MS, actor="Spanwise", text="made the task"),),
)

_BLOCKED_TASK = TaskPage(
    id="tsk_0002",
    version=5,
    idempotency_key="idem-1c02",
    state="claimed",
    function="finance",
    decision_point="finance.permit-variance",
    decision_id="dec_01jp5x9zzz",
    title="Permit 4790, field work in Bergen",
    question="Will this trip cost more than the permit allows?",
    team="accounts-payable",
    risk="high",
    blind=False,
    recommendation=None,
    reasons=(Reason(code="stale_data"), Reason(code="a_code_of_tomorrow")),
    inputs=_INPUTS,
    options=_TASK.options,
    change_reasons=_TASK.change_reasons,
    decline_reasons=_TASK.decline_reasons,
    allowed=frozenset(),
    created_at_ms=NOW_MS - 6 * HOUR_MS,
    due_at_ms=NOW_MS + 25 * MINUTE_MS,
    escalation_level=0,
    escalation=(EscalationStep(at_ms=NOW_MS + 4 * HOUR_MS, to="controller"),),
    last_resort="Then it stands with the owner.",
    blocked="Lee Park claimed it and holds it for 12 more minutes.",
    assignee="Lee Park",
    lease_until_ms=NOW_MS + 12 * MINUTE_MS,
)

_RELEASE = ReleaseLock(
    digest=_DIGEST,
    pinned_at_ms=NOW_MS - 40 * DAY_MS,
    pinned_by="Dana Ito",
    assets=(
        AssetLine(kind="model", name="variance-model", digest=_OTHER),
        AssetLine(kind="schema", name="permit-features", digest=_OTHER[::-1]),
        AssetLine(kind="threshold", name="permit-variance", digest=_DIGEST[::-1]),
    ),
)

_DECISION = DecisionPage(
    id="dec_01jp2r4t9v",
    function="finance",
    decision_point="finance.permit-variance",
    title="Permit 4655, symposium in Delft",
    entity_id="permit:4655",
    decided_at_ms=NOW_MS - 34 * DAY_MS,
    requested_by="token:erp-settlements",
    stage="assist",
    inputs=_INPUTS[:2],
    snapshot_sha256=_OTHER,
    contracts=(
        ContractState(product="finance.permits", version="1.4.0", state="ok"),
        ContractState(
            product="finance.travellers", version="1.0.2", state="broken",
            detail="12 of 4,102 rows in quarantine; not the one read here.",
        ),
    ),
    release=_RELEASE,
    recommendation="overspend",
    action="Query the traveller",
    confidence=0.713,
    threshold=0.86,
    route="review",
    reasons=(Reason(code="confidence_below_threshold", detail="71.3% is below 86%."),),
    latency_ms=14,
    audit_probability=0.05,
    task=TaskState(
        id="tsk_0310", state="decided", team="accounts-payable",
        due_at_ms=NOW_MS - 34 * DAY_MS + 4 * HOUR_MS, blind=False,
    ),
    resolution=Resolution(
        verb="change", choice="within_budget", reason="missing_information",
        note="Raised to 2,400 EUR by the faculty on 4 Feb.", resolved_by="Ana Silva",
        resolved_at_ms=NOW_MS - 34 * DAY_MS + 2 * HOUR_MS, touch_ms=148_000, blind=False,
    ),
    outcome=Outcome(
        label="within_budget", judged="wrong", observed_at_ms=NOW_MS - 5 * DAY_MS,
        source="erp.settlements",
    ),
    matures_at_ms=NOW_MS - 4 * DAY_MS,
    costs=(
        CostLine(text="Inference", amount=0.0004, currency="EUR"),
        CostLine(text="Review", amount=1.85, currency="EUR"),
        CostLine(text="Infrastructure", amount=None, currency="EUR"),
    ),
    audit=AuditPlace(
        entry_id="aud_01jp2r4t9w", at_ms=NOW_MS - 34 * DAY_MS, actor="token:erp-settlements",
        sequence=18_204, leaf_sha256=_DIGEST, head_sha256=_OTHER,
    ),
)  # fmt: skip

_OPEN_DECISION = DecisionPage(
    id="dec_01jp5x9zzz",
    function="finance",
    decision_point="finance.permit-variance",
    title="Permit 4840, project review in Aarhus",
    entity_id="permit:4840",
    decided_at_ms=NOW_MS - 2 * MINUTE_MS,
    requested_by="token:erp-settlements",
    stage="guarded",
    inputs=_INPUTS,
    snapshot_sha256=_OTHER,
    contracts=(ContractState(product="finance.permits", version="1.4.0", state="unknown"),),
    release=None,
    recommendation=None,
    action=None,
    confidence=None,
    threshold=None,
    route="withheld",
    reasons=(Reason(code="stale_data"), Reason(code="model_failed", detail="No session is warm.")),
    latency_ms=None,
    audit_probability=None,
    task=None,
    resolution=None,
    outcome=None,
    matures_at_ms=NOW_MS + 30 * DAY_MS,
    costs=(CostLine(text="Inference", amount=None, currency="EUR"),),
    audit=AuditPlace(
        entry_id="aud_01jp5xa001", at_ms=NOW_MS - 2 * MINUTE_MS, actor="token:erp-settlements",
        sequence=None, leaf_sha256=None, head_sha256=None,
    ),
)  # fmt: skip

_CURVE = tuple(
    RiskPoint(threshold=threshold, coverage=coverage, error=error, error_high=high)
    for threshold, coverage, error, high in (
        (0.98, 0.06, 0.004, 0.050),
        (0.96, 0.14, 0.005, 0.026),
        (0.94, 0.22, 0.006, 0.021),
        (0.92, 0.30, 0.007, 0.019),
        (0.90, 0.37, 0.009, 0.019),
        (0.86, 0.46, 0.012, 0.020),
        (0.82, 0.55, 0.018, 0.028),
        (0.78, 0.63, 0.027, 0.038),
        (0.72, 0.72, 0.040, 0.053),
        (0.66, 0.81, 0.056, 0.070),
        (0.60, 0.90, 0.076, 0.092),
        (0.50, 1.00, 0.102, 0.120),
    )
)

_CONTEXT = (
    ContextProduct(
        product="finance.permits", fields=("requested_budget", "organisational_unit", "project"),
        age_s=5_400, max_age_s=86_400, freshness="fresh", contract="ok", on_stale="review",
        access="allowed", access_detail="rule analysts",
    ),
    ContextProduct(
        product="finance.travellers", fields=("overspent_before",), age_s=180_000,
        max_age_s=86_400, freshness="stale", contract="broken", on_stale="withhold",
        access="allowed", access_detail="rule inference",
    ),
    ContextProduct(
        product="people.grades", fields=("grade",), age_s=None, max_age_s=604_800,
        freshness="unknown", contract="unknown", on_stale="flag", access="denied",
        access_detail="rule no-pii-for-agents",
    ),
)  # fmt: skip

_POINT = DecisionPointPage(
    name="finance.permit-variance",
    title="Permit variance",
    function="finance",
    owner="Dana Ito, deputy Sam Okafor",
    moment="In the travel process, when an employee submits a declaration",
    kind="classification",
    options=("within_budget: settle", "overspend: query the traveller"),
    version=14,
    stages=Stages(
        ceiling="guarded",
        earned="guarded",
        demoted=None,
        effective="guarded",
        why=("Certified for the pinned release until 18 Mar 2026.",),
    ),
    next_stage=NextStage(
        to=None, missing=(), may_move=True, must_accept=False, may_certify=True, attempts=2
    ),
    pin=_RELEASE,
    waiting=WaitingRelease(
        digest=_OTHER, locked_at_ms=NOW_MS - 5 * HOUR_MS, locked_by="Pat Lind", may_pin=True
    ),
    certificate=Certificate(
        state="valid",
        max_error=0.02,
        level=0.95,
        threshold=0.86,
        coverage=Figure(value=0.46, low=0.44, high=0.48, n=2_214),
        error=Figure(value=0.012, high=0.0198, n=1_019),
        labels=2_214,
        issued_at_ms=NOW_MS - 24 * DAY_MS,
        expires_at_ms=NOW_MS + 6 * DAY_MS,
    ),
    curve=_CURVE,
    people_error=Figure(value=0.08, low=0.06, high=0.11, n=410),
    what_if=WhatIf(
        threshold=0.72,
        coverage=Figure(value=0.72, low=0.70, high=0.74, n=2_214),
        error=Figure(value=0.040, low=0.031, high=0.053, n=1_594),
        reviews_per_day=17.1,
        errors_per_week=12.3,
    ),
    context=_CONTEXT,
    performance=(
        Performance(
            text="Accuracy",
            figure=Figure(value=0.898, low=0.884, high=0.911, n=2_214),
            bar=0.92,
            bar_text="people, 92%",
            verdict="worse",
        ),
        Performance(
            text="AUROC of correctness",
            figure=Figure(value=0.874, low=0.851, high=0.897, n=2_214),
            bar=0.5,
            bar_text="no discrimination, 50%",
            verdict="better",
        ),
        Performance(
            text="Expected calibration error",
            figure=Figure(value=None),
            bar=None,
            bar_text="",
            verdict="unknown",
        ),
    ),
    alarms=(),
    may_clear=True,
    consumers=("erp.settlements", "card: permit"),
    recent=(
        DecisionLine(
            id="dec_01jp5x8k2m", title="Permit 4821, conference in Lisbon",
            decided_at_ms=NOW_MS - 5 * HOUR_MS, route="review", recommendation="overspend",
            confidence=0.714,
        ),
        DecisionLine(
            id="dec_01jp5x9zzz", title="Permit 4840, project review in Aarhus",
            decided_at_ms=NOW_MS - 6 * HOUR_MS, route="withheld", recommendation=None,
            confidence=None,
        ),
        DecisionLine(
            id="dec_01jp2r4t9v", title="Permit 4655, symposium in Delft",
            decided_at_ms=NOW_MS - 34 * DAY_MS, route="automatic", recommendation="within_budget",
            confidence=0.947, outcome="right",
        ),
    ),
    per_day=_HOME.functions[0].points[0].per_day,
    suspension=None,
    may_suspend=True,
)  # fmt: skip

_DEMOTED_POINT = DecisionPointPage(
    name="operations.route-incident",
    title="Route an incident",
    function="operations",
    owner=None,
    moment="In the incident process, when a ticket is opened",
    kind="classification",
    options=("network", "desktop", "identity"),
    version=31,
    stages=Stages(
        ceiling="guarded",
        earned="guarded",
        demoted="assist",
        effective="suspended",
        why=(
            "Suspended by Priya Raman.",
            "The risk monitor demoted it to assist: 7 wrong of 61 audits.",
        ),
    ),
    next_stage=NextStage(
        to=None, missing=(), may_move=False, must_accept=False, may_certify=False, attempts=1
    ),
    pin=None,
    waiting=None,
    certificate=Certificate(
        state="cannot_certify",
        max_error=0.02,
        level=0.95,
        labels=212,
        more_labels=87,
        until_ms=NOW_MS + 17 * DAY_MS,
    ),
    curve=(),
    people_error=None,
    what_if=None,
    context=_CONTEXT[:1],
    performance=(),
    alarms=(
        Alarm(
            id="alm_01",
            kind="risk monitor",
            text="More automatic cases are wrong than the owner tolerates.",
            raised_at_ms=NOW_MS - 3 * HOUR_MS,
        ),
    ),
    may_clear=True,
    consumers=(),
    recent=(),
    per_day=(),
    suspension=Suspension(
        by="Priya Raman", at_ms=NOW_MS - 2 * HOUR_MS, reason="Until the alarm is understood"
    ),
    may_suspend=True,
)

_READY_POINT = dataclasses.replace(
    _POINT,
    stages=Stages(
        ceiling="guarded",
        earned="shadow",
        demoted=None,
        effective="shadow",
        why=("Nothing was approved yet, so it runs in shadow.",),
    ),
    next_stage=NextStage(
        to="assist", missing=(), may_move=True, must_accept=False, may_certify=True, attempts=0
    ),
)

_LACKING_POINT = dataclasses.replace(
    _POINT,
    next_stage=NextStage(
        to="guarded",
        missing=(
            Missing(
                text="Release 5c1f00d2a9be cannot be certified: too few outcomes.",
                fix="About 87 more outcomes would do.",
            ),
        ),
        may_move=True,
        must_accept=False,
        may_certify=False,
        attempts=3,
    ),
)

_SCORECARD = ScorecardPage(
    function="finance",
    title="Finance",
    owner="Dana Ito",
    from_ms=NOW_MS - 30 * DAY_MS,
    to_ms=NOW_MS,
    measured_at_ms=NOW_MS - 8 * HOUR_MS,
    next_at_ms=NOW_MS + 6 * DAY_MS,
    metrics=(
        Metric(
            code="decision_quality",
            better="higher",
            figure=Figure(
                value=0.943,
                low=0.929,
                high=0.956,
                n=1_204,
                method="Clopper–Pearson, audits weighted",
            ),
            baseline=Baseline(
                kind="measured",
                figure=Figure(value=0.882, low=0.86, high=0.901, n=912),
                source="travel log, Jan to Jun 2025",
                recorded_at_ms=NOW_MS - 210 * DAY_MS,
            ),
            verdict="better",
            why="The whole interval lies above the baseline’s.",
            trend=(0.88, 0.9, None, 0.92, 0.93, 0.94, 0.943),
        ),
        Metric(
            code="time_saved",
            better="higher",
            figure=Figure(
                value=3.4,
                low=1.1,
                high=5.8,
                unit="min",
                n=1_842,
                method="Confidence sequence, holdout",
            ),
            baseline=Baseline(
                kind="stated",
                figure=Figure(value=0.0, unit="min"),
                source="owner’s estimate at adoption",
                recorded_at_ms=NOW_MS - 200 * DAY_MS,
            ),
            verdict="better",
            why="Against the randomised holdout, review and rework included.",
            trend=(1.0, 1.9, 2.2, 3.1, 2.9, 3.4),
        ),
        Metric(
            code="adoption_rate",
            better="higher",
            figure=Figure(value=0.71, low=0.58, high=0.84, n=9, method="t over people"),
            baseline=None,
            verdict="cannot_tell",
            why="Nine people; the interval is wider than the margin.",
            until_ms=NOW_MS + 21 * DAY_MS,
            trend=(0.52, 0.6, 0.66, 0.71),
            teams=(
                TeamRate(
                    team="accounts-payable", figure=Figure(value=0.74, low=0.6, high=0.88, n=6)
                ),
                TeamRate(team="travel-desk", figure=Figure(value=None)),
            ),
        ),
        Metric(
            code="cost_per_automated_workflow",
            better="lower",
            figure=Figure(value=None, unit="EUR"),
            baseline=Baseline(
                kind="stated",
                figure=Figure(value=11.4, unit="EUR"),
                source="audit 2025",
                recorded_at_ms=NOW_MS - 300 * DAY_MS,
            ),
            verdict="unknown",
            why="Infrastructure cost has not been recorded since 1 Mar.",
        ),
    ),
    functions=(
        FunctionLink(name="finance", title="Finance"),
        FunctionLink(name="operations", title="Operations"),
        FunctionLink(name="customer_success", title="Customer success"),
        FunctionLink(name="engineering", title="Engineering"),
    ),
)


def _criteria(data: str, point: str, owner: str) -> tuple[Criterion, ...]:
    seen = NOW_MS - 9 * DAY_MS
    until = NOW_MS + 81 * DAY_MS
    failed = data == "not_ready"
    return (
        Criterion(
            code="data",
            state=data,
            probes=(
                Probe(
                    text="A service account reads every product", state="pass",
                    seen="3 of 3 products read", fix="", observed_at_ms=seen, expires_at_ms=until,
                ),
            ),
            rates=(
                Rate(
                    text="Rows that keep the contract", state="fail" if failed else "pass",
                    figure=Figure(value=0.857, low=0.842, n=1_610) if failed
                    else Figure(value=0.966, low=0.961, n=4_738),
                    bar=0.9,
                    fix="Correct the 214 rows whose department code is unknown." if failed else "",
                    observed_at_ms=seen, expires_at_ms=until,
                ),
                Rate(
                    text="Cases whose outcome is labelled", state="pass",
                    figure=Figure(value=0.941, low=0.934, n=4_738), bar=0.9, fix="",
                    observed_at_ms=seen, expires_at_ms=until,
                )
                if data == "ready"
                else Rate(
                    text="Cases whose outcome is labelled", state="unknown",
                    figure=Figure(value=None), bar=0.9,
                    fix="Bring the outcomes of the last quarter.", observed_at_ms=None,
                    expires_at_ms=None,
                ),
            ),
        ),
        Criterion(
            code="decision_point",
            state=point,
            probes=(
                Probe(
                    text="The moment occurs in the log", state="pass",
                    seen="4,738 times, last 2 days ago", fix="", observed_at_ms=seen,
                    expires_at_ms=until,
                )
                if point == "ready"
                else Probe(
                    text="The moment occurs in the log", state="expired",
                    seen="812 times, last in Nov 2025", fix="Import the log of this quarter.",
                    observed_at_ms=NOW_MS - 110 * DAY_MS, expires_at_ms=NOW_MS - 20 * DAY_MS,
                ),
            ),
            rates=(),
        ),
        Criterion(
            code="owner",
            state=owner,
            probes=(
                Probe(
                    text="The owner accepted and has a deputy",
                    state="pass" if owner == "ready" else "fail",
                    seen="Accepted on 4 Jan" if owner == "ready" else "Nobody accepted",
                    fix="" if owner == "ready" else "Name an owner in functions/engineering.yaml.",
                    observed_at_ms=seen, expires_at_ms=until,
                ),
            ),
            rates=(),
        ),
    )  # fmt: skip


_READINESS = ReadinessPage(
    functions=(
        FunctionReadiness(
            name="finance", title="Finance", owner="Dana Ito", state="ready", stage="guarded",
            criteria=_criteria("ready", "ready", "ready"),
            steps=OwnerSteps(
                may_answer=True, asked_at_ms=NOW_MS - HOUR_MS, due_at_ms=NOW_MS + 23 * HOUR_MS,
            ),
        ),
        FunctionReadiness(
            name="customer_success", title="Customer success", owner="Marco Silva",
            state="not_ready", stage="shadow", criteria=_criteria("not_ready", "ready", "ready"),
            steps=OwnerSteps(may_accept=True),
        ),
        FunctionReadiness(
            name="engineering", title="Engineering", owner=None, state="unknown", stage=None,
            criteria=_criteria("unknown", "unknown", "not_ready"),
            steps=OwnerSteps(may_ask=True),
        ),
    ),
    in_progress=1,
    in_progress_max=2,
    next_function=None,
    next_why="Customer success is nearest: correct 214 rows and it meets the bar for data.",
)  # fmt: skip

_PERMITS = ProductLine(
    name="finance.permits", function="finance", owner="Dana Ito", contract="broken",
    contract_version="1.4.0", freshness="fresh", age_s=5_400, max_age_s=86_400, rows=4_738,
    received=4_786, accepted=4_738, quarantined=48, open_quarantine=48,
)  # fmt: skip

_PRODUCTS = ProductsPage(
    products=(
        _PERMITS,
        ProductLine(
            name="finance.travellers", function="finance", owner="Dana Ito", contract="ok",
            contract_version="1.0.2", freshness="stale", age_s=180_000, max_age_s=86_400,
            rows=4_102, received=4_102, accepted=4_102, quarantined=0, open_quarantine=0,
        ),
        ProductLine(
            name="operations.incidents", function="operations", owner="Priya Raman",
            contract="ok", contract_version="2.1.0", freshness="fresh", age_s=45,
            max_age_s=900, rows=53_356, received=1_204, accepted=1_204, quarantined=0,
            open_quarantine=0,
        ),
        ProductLine(
            name="engineering.bugs", function="engineering", owner=None, contract="unknown",
            contract_version="0.1.0", freshness="unknown", age_s=None, max_age_s=None, rows=None,
            received=None, accepted=None, quarantined=None, open_quarantine=None,
        ),
    )
)  # fmt: skip

_PRODUCT = ProductPage(
    line=_PERMITS,
    description="One row is one travel permit, from request to settlement.",
    key=("permit_id",),
    fields=(
        ContractField(
            name="permit_id", type="text", required=True, rules=("unique",), tags=(), broken=31,
        ),
        ContractField(
            name="requested_budget", type="number", required=True, rules=("above 0",),
            tags=("money",), broken=17,
        ),
        ContractField(
            name="traveller_mail", type="text", required=False,
            rules=("an e-mail address", "lower case"), tags=("pii",), broken=0,
        ),
        ContractField(
            name="settled_at", type="timestamp", required=False, rules=(), tags=(), broken=None,
        ),
    ),
    readers=("finance.permit-variance", "finance.declaration-triage"),
    batches=(
        Batch(
            id="bat_03", source="permits-2026-03-12.csv", state="published", received=4_786,
            accepted=4_738, quarantined=48, started_at_ms=NOW_MS - 90 * MINUTE_MS,
            ended_at_ms=NOW_MS - 90 * MINUTE_MS + 1_840, submitted_by="token:erp-export",
        ),
        Batch(
            id="bat_02", source="permits-2026-03-11.csv", state="failed", received=112,
            accepted=0, quarantined=0, started_at_ms=NOW_MS - 26 * HOUR_MS, ended_at_ms=None,
            submitted_by="token:erp-export",
        ),
    ),
    quarantine=(
        QuarantinedRow(
            batch_id="bat_03", source="permits-2026-03-12.csv", line=212,
            reasons=("permit_id is not unique: 76455 stands on line 87 too",),
            raw='76455,"UNKNOWN",1840.00,65458,2026-02-11T09:14:00+01:00,,',
            quarantined_at_ms=NOW_MS - 90 * MINUTE_MS, corrected_at_ms=None,
        ),
        QuarantinedRow(
            batch_id="bat_03", source="permits-2026-03-12.csv", line=1_904,
            reasons=("requested_budget must be above 0", "traveller_mail is not an e-mail address"),
            raw='76981,"project 147860",0.00,65455,2026-02-19T15:40:00+01:00,n/a,',
            quarantined_at_ms=NOW_MS - 90 * MINUTE_MS,
            corrected_at_ms=NOW_MS - 20 * MINUTE_MS,
        ),
    ),
    next_url="/products/finance.permits?after=1904",
)  # fmt: skip


def _entry(
    number: int, action: str, subject: str, actor: str, *, ago_ms: int, url: str | None = None,
    chained: bool = True,
) -> AuditLine:  # fmt: skip
    return AuditLine(
        entry_id=f"aud_{number}",
        sequence=number if chained else None,
        at_ms=NOW_MS - ago_ms,
        actor=actor,
        action=action,
        subject=subject,
        url=url,
        leaf_sha256=_DIGEST if chained else None,
    )


_AUDIT = AuditPage(
    chain="intact",
    verified_at_ms=NOW_MS - 4 * MINUTE_MS,
    chained_to=21_655,
    head_sha256=_OTHER,
    tail=1,
    tail_since_ms=NOW_MS - 1 * MINUTE_MS,
    checkpoint=Checkpoint(
        size=21_600, signed_at_ms=NOW_MS - 20 * MINUTE_MS, key_name="meridian-2026",
        root_hash=_OTHER,
    ),
    entries=(
        _entry(
            21_656, "Decision recorded", "dec_01jp5xa001", "token:erp-settlements",
            ago_ms=MINUTE_MS, url="/decisions/dec_01jp5xa001", chained=False,
        ),
        _entry(
            21_655, "Task claimed", "tsk_0001", "user:dana.ito", ago_ms=5 * MINUTE_MS,
            url="/tasks/tsk_0001",
        ),
        _entry(
            21_654, "Batch published", "finance.permits", "token:erp-export",
            ago_ms=90 * MINUTE_MS, url="/products/finance.permits",
        ),
        _entry(
            21_653, "Decision point suspended", "operations.route-incident", "user:priya.raman",
            ago_ms=2 * HOUR_MS, url="/decision-points/operations.route-incident",
        ),
        _entry(21_652, "Alarm raised", "operations.route-incident", "platform", ago_ms=3 * HOUR_MS),
    ),
    next_url="/audit?before=21652",
)  # fmt: skip

_PROBLEM = ProblemPage(
    status=409,
    code="conflict",
    title="Somebody was quicker",
    message="Task tsk_0001 was decided by Lee Park while this page was open.",
    fix="Open the decision to see what was decided, or take the next task.",
    request_id="req_01jp5xbb7e",
)

SAMPLES = {
    "sign_in": Sample(
        "sign_in", SignInPage(next_path="/inbox"), _shell("/sign-in", signed_in=False)
    ),
    "sign_in_failed": Sample(
        "sign_in",
        SignInPage(login="dana.ito", problem="Login or password is not right."),
        _shell("/sign-in", signed_in=False),
    ),
    "home": Sample("home", _HOME, _shell("/")),
    "home_empty": Sample(
        "home",
        HomePage(functions=(), attention=(), flow=(), flow_period="last 7 days"),
        _shell("/"),
    ),
    "inbox": Sample(
        "inbox",
        _INBOX,
        _shell("/inbox", notice=Notice(tone="good", text="Accepted: query the traveller.")),
    ),
    "inbox_empty": Sample(
        "inbox",
        InboxPage(show="mine", counts=InboxCounts(mine=0, open=7, team=None), tasks=()),
        _shell("/inbox"),
    ),
    "task": Sample("task", _TASK, _shell("/tasks/tsk_0001")),
    "task_blind": Sample("task", _BLIND_TASK, _shell("/tasks/tsk_0004")),
    "task_blocked": Sample(
        "task",
        _BLOCKED_TASK,
        _shell(
            "/tasks/tsk_0002",
            notice=Notice(
                tone="bad",
                text="The task changed while this page was open.",
                fix="This is how it stands now.",
            ),
        ),
    ),
    "decision": Sample("decision", _DECISION, _shell("/decisions/dec_01jp2r4t9v")),
    "decision_open": Sample("decision", _OPEN_DECISION, _shell("/decisions/dec_01jp5x9zzz")),
    "decision_point": Sample(
        "decision_point", _POINT, _shell("/decision-points/finance.permit-variance")
    ),
    "decision_point_demoted": Sample(
        "decision_point", _DEMOTED_POINT, _shell("/decision-points/operations.route-incident")
    ),
    "decision_point_ready": Sample(
        "decision_point", _READY_POINT, _shell("/decision-points/finance.permit-variance")
    ),
    "decision_point_lacking": Sample(
        "decision_point", _LACKING_POINT, _shell("/decision-points/finance.permit-variance")
    ),
    "scorecard": Sample("scorecard", _SCORECARD, _shell("/scorecards/finance")),
    "readiness": Sample("readiness", _READINESS, _shell("/readiness")),
    "products": Sample("products", _PRODUCTS, _shell("/products")),
    "product": Sample("product", _PRODUCT, _shell("/products/finance.permits")),
    "audit": Sample("audit", _AUDIT, _shell("/audit")),
    "problem": Sample("problem", _PROBLEM, _shell("/tasks/tsk_0001/accept")),
}
