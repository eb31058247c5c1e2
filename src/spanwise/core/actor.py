"""Who acts: a person, a service, the AI, or the platform itself."""

from dataclasses import dataclass, field
from enum import StrEnum


class ActorKind(StrEnum):
    """What kind of somebody acts."""

    PERSON = "person"
    SERVICE = "service"
    AI = "ai"
    PLATFORM = "platform"


class Role(StrEnum):
    """What somebody is in the platform; each holds for named functions or for all."""

    PLATFORM_LEAD = "platform_lead"
    FUNCTION_OWNER = "function_owner"
    REVIEWER = "reviewer"
    INTEGRATOR = "integrator"
    AUDITOR = "auditor"


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """The one who asks, as established by a credential.

    Attributes:
        id: unique, such as `user:dana.ito`, `token:tok_…` or `ai:operations.route-incident`.
        name: what people read.
        roles: the roles held.
        functions: business functions in scope; None means every one.
        decision_points: for a service token, the only decision points it may use; None means
            all of its functions.
    """

    id: str
    kind: ActorKind
    name: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    functions: frozenset[str] | None = field(default_factory=frozenset)
    decision_points: frozenset[str] | None = None

    def covers(self, function: str) -> bool:
        """Whether the business function is in this actor's scope."""
        return self.functions is None or function in self.functions

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


PLATFORM = Actor(id="platform", kind=ActorKind.PLATFORM, name="Spanwise", functions=None)
