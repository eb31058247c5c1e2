"""One decision: everything that is recorded about it, in the order in which it happened."""

from dataclasses import dataclass

from spanwise.server.views.parts import InputField, Reason, ReleaseLock


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractState:
    """Whether a product kept its contract when the decision was made.

    Attributes:
        state: `ok`, `broken` or `unknown`.
    """

    product: str
    version: str
    state: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CostLine:
    """One part of what the decision cost; None when not measured."""

    text: str
    amount: float | None
    currency: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskState:
    """The review task that the decision led to."""

    id: str
    state: str
    team: str
    due_at_ms: int
    blind: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolution:
    """What a person did.

    Attributes:
        verb: `accept`, `change`, `decline` or `escalate`.
        reason: a reason code, as in `words.REASON_CODE`.
        touch_ms: how long they worked on it; None when not measured.
        blind: whether they did not see the recommendation.
    """

    verb: str
    choice: str | None
    reason: str | None
    note: str
    resolved_by: str
    resolved_at_ms: int
    touch_ms: int | None
    blind: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The truth, observed later.

    Attributes:
        judged: `right` or `wrong`, as it judges the recommendation; `unknown` when there was none.
    """

    label: str
    judged: str
    observed_at_ms: int
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditPlace:
    """Where the decision stands in the audit log; not chained yet while `sequence` is None."""

    entry_id: str
    at_ms: int
    actor: str
    sequence: int | None
    leaf_sha256: str | None
    head_sha256: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionPage:
    """One decision record.

    Attributes:
        stage: the effective stage at that moment.
        snapshot_sha256: digest of the inputs as they were read.
        latency_ms: from request to commit.
        threshold: the certified threshold in force.
        audit_probability: chance of an audit sample, fixed before the outcome.
        matures_at_ms: when the outcome is expected at the latest.
    """

    id: str
    function: str
    decision_point: str
    title: str
    entity_id: str
    decided_at_ms: int
    requested_by: str
    stage: str
    inputs: tuple[InputField, ...]
    snapshot_sha256: str
    contracts: tuple[ContractState, ...]
    release: ReleaseLock | None
    recommendation: str | None
    action: str | None
    confidence: float | None
    threshold: float | None
    route: str
    reasons: tuple[Reason, ...]
    latency_ms: int | None
    audit_probability: float | None
    task: TaskState | None
    resolution: Resolution | None
    outcome: Outcome | None
    matures_at_ms: int | None
    costs: tuple[CostLine, ...]
    audit: AuditPlace
