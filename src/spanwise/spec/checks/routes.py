"""Checks of a decision point's options, stage, routing and review."""

from collections.abc import Iterable, Iterator

from spanwise.spec.checks.contexts import not_in_context
from spanwise.spec.checks.scope import Scope, repeated
from spanwise.spec.models.assets import RuleAsset
from spanwise.spec.models.decision_points import DecisionPoint, Stage
from spanwise.spec.models.functions import BusinessFunction
from spanwise.spec.places import Path, Place
from spanwise.spec.problems import Problem, did_you_mean

MIN_AUDIT_RATE = 0.05
"""Below it, an error that grows among automatic cases is found too late."""


def option_problems(scope: Scope, point: DecisionPoint, place: Place) -> Iterator[Problem]:
    """Options are listed once, and whatever speaks of options means one of them."""
    rule = scope.find(RuleAsset, point.uses.rule) if point.uses.rule else None
    options = point.listed_options
    if options is None:
        if point.uses.kind == "rule":
            fix = "List the options that the rule recommends."
            message = "Only a model can tell the options by itself."
            yield place.problem(("options",), message, fix, code="options_missing")
        return
    for index, option in repeated(options):
        message = f"The option '{option}' is there twice."
        yield place.problem(("options", index), message, "Remove one.", code="option_twice")
    recommended = [branch.recommended for branch in rule.recommend] if rule else []
    yield from _unknown_options(recommended, options, place, ("uses", "rule"))
    for option in point.actions:
        yield from _unknown_options([option], options, place, ("actions", option))
    if isinstance(point.costs.wrong, dict):
        for option in point.costs.wrong:
            yield from _unknown_options([option], options, place, ("costs", "wrong", option))


def _unknown_options(
    named: Iterable[str], options: tuple[str, ...], place: Place, path: Path
) -> Iterator[Problem]:
    for name in named:
        if name not in options:
            message, fix = f"'{name}' is not one of the options.", did_you_mean(name, options)
            yield place.problem(path, message, fix, code="unknown_option", key=True)


def stage_problems(point: DecisionPoint, place: Place) -> Iterator[Problem]:
    """What the ceiling asks for is there, and every rate makes sense."""
    routing, guarded = point.routing, point.stage is Stage.GUARDED
    if guarded and point.kind == "next_action":
        message = "A next action has no right answer, so its error cannot be certified."
        fix = "Use 'stage: assist'; its worth is measured against the holdout."
        yield place.problem(("stage",), message, fix, code="stage_not_possible")
    elif guarded and routing.max_error is None:
        message = "At stage guarded the AI decides alone, and no error is stated as tolerable."
        fix = "Add 'max_error' to the routing, such as 5%, or use 'stage: assist'."
        yield place.problem(("routing",), message, fix, code="max_error_missing")
    if routing.max_error is not None and not 0 < routing.max_error < 1:
        message = f"{routing.max_error.percent} can either not be kept or means nothing."
        fix = "Write a tolerated error between 0% and 100%, such as 2%."
        path: Path = ("routing", "max_error")
        yield place.problem(path, message, fix, code="max_error_out_of_range")
    if not 0.5 <= routing.confidence < 1:
        message = f"A certificate cannot have a confidence of {routing.confidence.percent}."
        fix = "Write one from 50% to below 100%, such as 95%."
        path = ("routing", "confidence")
        yield place.problem(path, message, fix, code="confidence_out_of_range")
    if guarded and routing.audit_rate < MIN_AUDIT_RATE:
        message = f"{routing.audit_rate.percent} is too few audits to notice a growing error."
        path, fix = ("routing", "audit_rate"), "Audit at least 5% of the automatic cases."
        yield place.problem(path, message, fix, code="audit_rate_too_low")
    if point.kind == "next_action" and not routing.holdout_rate:
        message = "A next action is judged by its uplift, and there is no holdout to compare with."
        path, fix = ("routing", "holdout_rate"), "Add 'holdout_rate: 10%' to the routing."
        yield place.problem(path, message, fix, code="holdout_missing")
    if routing.holdout_rate >= 1:
        path, message = ("routing", "holdout_rate"), "A holdout of 100% leaves the AI nothing."
        yield place.problem(path, message, "Write less.", code="holdout_out_of_range")


def review_problems(scope: Scope, point: DecisionPoint, place: Place) -> Iterator[Problem]:
    """The team is there and large enough; escalation goes forward, to somebody."""
    review = point.review
    yield from scope.unknown(place, ("decision_point",), "function", point.function)
    yield from _review_when_problems(scope, point, place)
    function = scope.find(BusinessFunction, point.function)
    if function:
        team = function.teams.get(review.team)
        path: Path = ("review", "team")
        if team is None:
            message = f"'{function.name}' has no team '{review.team}'."
            fix = did_you_mean(review.team, function.teams)
            yield place.problem(path, message, fix, code="unknown_team")
        elif len(team) < review.required_reviewers:
            message = f"{review.required_reviewers} people must review; '{review.team}' has fewer."
            yield place.problem(path, message, "Add somebody to it.", code="team_too_small")
    before_ms, known = review.due_ms - 1, _escalation_targets(function)
    for index, level in enumerate(review.escalate):
        path = ("review", "escalate", index)
        if level.after_ms <= before_ms:
            message = "A level of escalation must come after the one before it, and not before due."
            fix = "Write a longer 'after'; it counts from the opening of the task."
            yield place.problem((*path, "after"), message, fix, code="escalation_order")
        before_ms = max(before_ms, level.after_ms)
        if function and level.to not in known:
            message, fix = f"Nobody is '{level.to}' here.", did_you_mean(level.to, known)
            yield place.problem((*path, "to"), message, fix, code="unknown_escalation")


def _escalation_targets(function: BusinessFunction | None) -> frozenset[str]:
    if function is None:
        return frozenset()
    return frozenset({"owner", "deputy", *function.teams, *function.members})


def _review_when_problems(scope: Scope, point: DecisionPoint, place: Place) -> Iterator[Problem]:
    name, path = point.routing.review_when, ("routing", "review_when")
    if name is None:
        return
    yield from scope.unknown(place, path, "asset", name)
    rule = scope.find(RuleAsset, name)
    if rule and rule.expression:
        yield from not_in_context(point, rule.names, place, path)
    elif name in scope.documents.get("asset", {}):
        message = f"'{name}' is not a condition."
        fix = "Name a rule with an 'expression'."
        yield place.problem(path, message, fix, code="wrong_kind")
