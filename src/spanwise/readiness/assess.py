"""Assesses a function by looking, and keeps what was found as evidence."""

from collections.abc import Iterable

import msgspec

from spanwise.access.permissions import Action, authorise
from spanwise.core.actor import Actor
from spanwise.readiness.criteria import Criterion, Finding, FunctionReadiness, judge
from spanwise.readiness.inquiry import Inquiry
from spanwise.readiness.probes.data import probe_data
from spanwise.readiness.probes.decision_points import probe_decision_points
from spanwise.readiness.probes.owners import probe_owner
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.spec.models.functions import BusinessFunction
from spanwise.spec.workspace import Workspace
from spanwise.store.database import Store
from spanwise.store.standing import Evidence, evidence, evidence_of
from spanwise.store.unit import UnitOfWork


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a row of evidence: which assessment, and the finding's place in it."""

    assessment: str
    place: int
    finding: Finding


_MAX_ROWS = 5_000
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Content).decode


def assess_function(
    store: Store, workspace: Workspace, function: BusinessFunction
) -> FunctionReadiness:
    """What probes find now about a function and all of its decision points. Reads only."""
    points = [p for p in workspace.decision_points.values() if p.function == function.name]
    return _assess(store, workspace, function, points)


def assess_decision_point(
    store: Store, workspace: Workspace, point: DecisionPoint
) -> FunctionReadiness:
    """The same for one decision point alone: what it reads, itself, and who owns it.

    A sibling that has only just been declared does not hold it back.
    """
    return _assess(store, workspace, workspace.functions[point.function], [point])


def record_evidence(
    store: Store, workspace: Workspace, actor: Actor, function: BusinessFunction
) -> FunctionReadiness:
    """Assesses a function and keeps what was found.

    Raises:
        Forbidden: the actor may not see the readiness of functions.
        NotFound: the function is outside the actor's scope.
    """
    authorise(actor, Action.VIEW_READINESS, function=function.name)
    readiness = assess_function(store, workspace, function)
    unit = store.unit(actor)
    add_evidence(unit, readiness)
    unit.commit()
    return readiness


def add_evidence(unit: UnitOfWork, readiness: FunctionReadiness) -> str:
    """Adds every finding as a row of evidence, with one audit entry; returns the assessment."""
    assessment = unit.ids.new("asm")
    for place, finding in enumerate(readiness.findings):
        content = _Content(assessment=assessment, place=place, finding=finding)
        row = Evidence(
            id=unit.ids.new("evd"),
            function=readiness.function,
            criterion=finding.criterion,
            probe=finding.probe,
            state=finding.found,
            content=_encode(content).decode(),
            observed_at_ms=finding.observed_at_ms,
            expires_at_ms=finding.expires_at_ms,
        )
        evidence.add(unit, row)
    unit.audit(
        "readiness.assessed",
        f"function:{readiness.function}",
        assessment=assessment,
        state=readiness.state,
        findings=len(readiness.findings),
        gaps=[f"{gap.probe} {gap.about}" for gap in readiness.gaps],
    )
    return assessment


def recorded_readiness(store: Store, function: str) -> FunctionReadiness | None:
    """The newest recorded assessment, as it counts now; None before the first."""
    rows = evidence_of(store, function, limit=_MAX_ROWS)
    contents = [_decode(row.content) for row in rows if row.criterion in set(Criterion)]
    if not contents:
        return None
    newest = [content for content in contents if content.assessment == contents[0].assessment]
    ordered = sorted(newest, key=lambda content: content.place)
    return judge(function, [content.finding for content in ordered], store.clock.now_ms())


def _assess(
    store: Store, workspace: Workspace, function: BusinessFunction, points: Iterable[DecisionPoint]
) -> FunctionReadiness:
    now_ms = store.clock.now_ms()
    inquiry = Inquiry(
        store=store,
        workspace=workspace,
        function=function,
        points=tuple(points),
        now_ms=now_ms,
    )
    findings = [*probe_data(inquiry), *probe_decision_points(inquiry), *probe_owner(inquiry)]
    return judge(function.name, findings, now_ms)
