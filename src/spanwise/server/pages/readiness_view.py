"""The readiness of functions as a page, from what probes find now."""

from spanwise.access.permissions import Action, may
from spanwise.core.actor import Actor, Role
from spanwise.core.errors import Forbidden
from spanwise.readiness.answers import Ask, asks
from spanwise.readiness.assess import assess_function
from spanwise.readiness.criteria import CriterionReadiness, Finding, Found
from spanwise.readiness.criteria import FunctionReadiness as Assessed
from spanwise.readiness.ownership import acceptance, capacity_of
from spanwise.readiness.sequence import Position, sequence
from spanwise.runtime.platform import Platform
from spanwise.server.pages.people import name_of
from spanwise.server.views.parts import Figure
from spanwise.server.views.readiness import (
    Criterion,
    FunctionReadiness,
    OwnerSteps,
    Probe,
    Rate,
    ReadinessPage,
)
from spanwise.spec.models.functions import BusinessFunction


def readiness_page(platform: Platform, actor: Actor) -> ReadinessPage:
    """The functions that the actor may see, in the order of expansion.

    Raises:
        Forbidden: the actor may not see the readiness of any function.
    """
    if not may(actor, Action.VIEW_READINESS) or actor.decision_points is not None:
        raise Forbidden(
            "You may not see the readiness of functions.",
            "Ask a platform lead, an owner or an auditor.",
        )
    workspace = platform.policies.workspace
    assessed = {
        name: assess_function(platform.store, workspace, function)
        for name, function in workspace.functions.items()
    }
    plan = sequence(platform.store, workspace, assessed)
    seen = [position for position in plan.positions if actor.covers(position.function)]
    next_function, why = plan.next_function, plan.next_why
    if actor.functions is not None and (next_function is None or not actor.covers(next_function)):
        # What the plan says names other functions, which this reader may not know of.
        next_function = None
        why = seen[0].why if seen else "No function is in your scope."
    return ReadinessPage(
        functions=tuple(
            _function(platform, actor, position, assessed[position.function]) for position in seen
        ),
        in_progress=len(plan.under_way),
        in_progress_max=plan.most_under_way,
        next_function=next_function and title_of(workspace.functions[next_function]),
        next_why=why,
    )


def title_of(function: BusinessFunction) -> str:
    """What people call a function."""
    return function.title or function.name.replace("_", " ").capitalize()


def owner_of(platform: Platform, function: BusinessFunction) -> str:
    """Who is accountable, by name, and whether they have accepted to be."""
    owner = name_of(platform, f"user:{function.owner.user}")
    deputy = name_of(platform, f"user:{function.owner.deputy}")
    accepted = acceptance(platform.store, function, "owner")
    return f"{owner}, deputy {deputy}" if accepted else f"{owner} (has not accepted)"


def _function(
    platform: Platform, actor: Actor, position: Position, found: Assessed
) -> FunctionReadiness:
    function = platform.policies.workspace.functions[position.function]
    return FunctionReadiness(
        name=function.name,
        title=title_of(function),
        owner=owner_of(platform, function),
        state=found.state,
        stage=position.stage,
        criteria=tuple(_criterion(criterion) for criterion in found.criteria),
        steps=_steps(platform, actor, function),
    )


def _steps(platform: Platform, actor: Actor, function: BusinessFunction) -> OwnerSteps:
    capacity = capacity_of(function, actor)
    answers = capacity is not None and may(actor, Action.ACCEPT_OWNERSHIP)
    accepted = capacity and acceptance(platform.store, function, capacity)
    drill = _waiting_drill(platform, function)
    return OwnerSteps(
        may_accept=answers and not accepted,
        may_ask=capacity is None and actor.has(Role.PLATFORM_LEAD) and drill is None,
        may_answer=answers and drill is not None,
        asked_at_ms=drill.asked_at_ms if drill else None,
        due_at_ms=drill.due_at_ms if drill else None,
    )


def _waiting_drill(platform: Platform, function: BusinessFunction) -> Ask | None:
    now_ms = platform.clock.now_ms()
    for ask in asks(platform.store, function):
        if ask.subject.startswith("drl_") and ask.answered_at_ms is None:
            return ask if now_ms <= ask.due_at_ms else None
    return None


def _criterion(found: CriterionReadiness) -> Criterion:
    return Criterion(
        code=found.criterion,
        state=found.state,
        probes=tuple(_probe(finding) for finding in found.probes),
        rates=tuple(_rate(finding) for finding in found.rates),
    )


def _probe(finding: Finding) -> Probe:
    known = finding.found is not Found.UNKNOWN
    return Probe(
        text=_text(finding),
        state=finding.found,
        seen=finding.seen,
        fix=finding.fix,
        observed_at_ms=finding.observed_at_ms if known else None,
        expires_at_ms=finding.expires_at_ms if known else None,
    )


def _rate(finding: Finding) -> Rate:
    assert finding.rate is not None
    estimate, counted = finding.rate.estimate, finding.rate.n > 0
    return Rate(
        text=_text(finding),
        state=finding.found,
        # One-sided: there is no upper bound to show.
        figure=Figure(
            value=estimate.value,
            low=estimate.low,
            n=estimate.n,
            method=estimate.method,
            reason=estimate.reason,
        ),
        bar=float(finding.rate.share),
        fix=finding.fix,
        observed_at_ms=finding.observed_at_ms if counted else None,
        expires_at_ms=finding.expires_at_ms if counted else None,
    )


def _text(finding: Finding) -> str:
    return f"{finding.text} ({finding.about})" if finding.about else finding.text
