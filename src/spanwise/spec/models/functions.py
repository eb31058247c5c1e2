"""The workspace itself, and the business functions in it."""

from typing import ClassVar, Literal

from pydantic import Field, StrictBool, StrictInt

from spanwise.core.clock import DAY_MS, SECOND_MS
from spanwise.spec.models.base import Currency, Document, Line, Model, Name, TimeZone, UserName
from spanwise.spec.values import DurationMs, RateValue, parse_rate


class WorkspaceSettings(Document):
    """What holds for every function.

    Attributes:
        simulated: the data is made up; every page says so.
        currency: of every amount that is shown (ISO 4217).
        time_zone: in which due times and reports are shown (IANA name).
        max_concurrent_rollouts: how many functions may be between shadow and a settled stage.
    """

    first_key: ClassVar[str] = "workspace"
    name: Name = Field(alias="workspace")
    title: Line = ""
    simulated: StrictBool = False
    currency: Currency = "EUR"
    time_zone: TimeZone = "UTC"
    max_concurrent_rollouts: StrictInt = Field(default=2, ge=1, le=100)


class Owner(Model):
    """The person accountable for a function's outputs, and who answers when they are away."""

    user: UserName
    deputy: UserName


class ReviewCycle(Model):
    """A scheduled governance check, and what an overdue one does."""

    every_ms: DurationMs = Field(alias="every")
    overdue: Literal["freeze_changes", "warn"] = "freeze_changes"


class Readiness(Model):
    """When measured evidence is enough.

    Attributes:
        bar: what the lower bound of a measured rate must exceed.
        evidence_expires_ms: the age at which evidence no longer counts.
    """

    bar: RateValue = Field(default_factory=lambda: parse_rate("90%"))
    evidence_expires_ms: DurationMs = Field(default=90 * DAY_MS, alias="evidence_expires")


class BusinessFunction(Document):
    """A business unit that adopts AI.

    Attributes:
        teams: who reviews, by team name.
        latency_budget_ms: a decision that takes longer goes to a person in time.
    """

    first_key: ClassVar[str] = "function"
    name: Name = Field(alias="function")
    title: Line = ""
    owner: Owner
    teams: dict[Name, tuple[UserName, ...]] = Field(default_factory=dict)
    latency_budget_ms: DurationMs = Field(default=SECOND_MS, alias="latency_budget")
    review_cycle: ReviewCycle | None = None
    readiness: Readiness = Field(default_factory=Readiness)

    @property
    def members(self) -> frozenset[str]:
        """Everybody in any team."""
        return frozenset(user for users in self.teams.values() for user in users)
