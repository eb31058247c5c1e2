"""An actor is known by a credential and reaches only its own functions."""

import pytest

from spanwise.core.actor import PLATFORM, Actor, ActorKind, Role


def person(functions: frozenset[str] | None, *roles: Role) -> Actor:
    return Actor(
        id="user:dana.ito", kind=ActorKind.PERSON, roles=frozenset(roles), functions=functions
    )


@pytest.mark.parametrize(
    ("functions", "covered"),
    [(frozenset({"operations"}), True), (frozenset({"finance"}), False), (frozenset(), False)],
)
def test_a_function_is_covered_where_it_is_named(functions: frozenset[str], covered: bool) -> None:
    assert person(functions).covers("operations") is covered


def test_none_stands_for_every_function_and_nobody_gets_it_by_omission() -> None:
    assert person(None).covers("any")
    assert PLATFORM.covers("any")
    assert not Actor(id="user:x", kind=ActorKind.PERSON).covers("any")


def test_one_of_several_roles_is_enough() -> None:
    dana = person(None, Role.REVIEWER, Role.FUNCTION_OWNER)
    assert dana.has(Role.AUDITOR, Role.REVIEWER)
    assert not dana.has(Role.AUDITOR)
    assert not PLATFORM.has(*Role)
