"""Checks of business functions and the assets that they own."""

from collections.abc import Iterator

from spanwise.spec.checks.scope import Scope, repeated
from spanwise.spec.models.assets import Asset, ModelAsset
from spanwise.spec.models.functions import BusinessFunction
from spanwise.spec.places import Place
from spanwise.spec.problems import Problem

RESERVED_TEAMS = frozenset({"owner", "deputy"})
"""An escalation to one of these means the person."""


def function_problems(function: BusinessFunction, place: Place) -> Iterator[Problem]:
    """Somebody answers when the owner is away, and every team has people."""
    if function.owner.user == function.owner.deputy:
        message = f"'{function.owner.user}' is owner and deputy at once."
        fix = "Name a deputy who answers when the owner is away."
        yield place.problem(("owner", "deputy"), message, fix, code="deputy_is_owner")
    for team, users in function.teams.items():
        if team in RESERVED_TEAMS:
            message = f"A team cannot be called '{team}'."
            fix = "Use another name: escalations use this one for the person."
            yield place.problem(("teams", team), message, fix, code="reserved_name", key=True)
        if not users:
            message = f"The team '{team}' has nobody in it."
            fix = "Add its people: [lee.park]."
            yield place.problem(("teams", team), message, fix, code="empty_team")
        for index, user in repeated(users):
            message = f"'{user}' is in '{team}' twice."
            path = ("teams", team, index)
            yield place.problem(path, message, "Remove one.", code="member_twice")


def asset_problems(scope: Scope, asset: Asset, place: Place) -> Iterator[Problem]:
    """Its owner exists, and a model reads each input once."""
    yield from scope.unknown(place, ("owner",), "function", asset.owner)
    if isinstance(asset, ModelAsset):
        for index, name in repeated(tuple(given.name for given in asset.inputs)):
            message = f"'{name}' is an input twice."
            yield place.problem(("inputs", index), message, "Remove one.", code="input_twice")
