"""Who meets at the operations desk of the example, and somebody from elsewhere."""

from spanwise.core.actor import Actor, ActorKind, Role


def person(login: str, role: Role, *functions: str) -> Actor:
    """Somebody with one role, in these functions or, where none is named, in all."""
    return Actor(
        id=f"user:{login}",
        kind=ActorKind.PERSON,
        roles=frozenset({role}),
        functions=frozenset(functions) or None,
    )


DESK = Actor(
    id="token:service-desk",
    kind=ActorKind.SERVICE,
    roles=frozenset({Role.INTEGRATOR}),
    functions=frozenset({"operations"}),
)
LEAD = person("pat.lind", Role.PLATFORM_LEAD)
DANA = person("dana.ito", Role.FUNCTION_OWNER, "operations")
NADIA = person("nadia.haddad", Role.REVIEWER, "operations")
EMIL = person("emil.sorensen", Role.REVIEWER, "operations")
LEE_OF_FINANCE = person("lee.park", Role.REVIEWER, "finance")
UMA_THE_AUDITOR = person("uma.berg", Role.AUDITOR)
