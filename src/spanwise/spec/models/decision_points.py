"""Decision points: the step in a process where an AI's output meets a human action."""

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Discriminator, Field, StrictInt, Tag, model_validator

from spanwise.spec.models.base import (
    Document,
    FieldName,
    FilePath,
    Line,
    Model,
    Name,
    NonEmptyLine,
    Option,
    QualifiedName,
)
from spanwise.spec.values import DurationMs, Money, MoneyValue, RateValue, parse_rate, refusal


class Stage(StrEnum):
    """What the AI may do. In YAML it is a ceiling; what is in force is earned."""

    SUSPENDED = "suspended"
    SHADOW = "shadow"
    ASSIST = "assist"
    GUARDED = "guarded"


class OnStale(StrEnum):
    """What a decision does when its data is older than it may be."""

    REVIEW = "review"
    WITHHOLD = "withhold"
    FLAG = "flag"


class Moment(Model):
    """Where in a process or on a screen a person decides.

    Attributes:
        process, activity: the step in an event log.
        surface, object, event: the screen of a business system.
        at: the moment of the data's life cycle; nothing known later may be read.
    """

    process: NonEmptyLine | None = None
    activity: NonEmptyLine | None = None
    surface: NonEmptyLine | None = None
    object: NonEmptyLine | None = None
    event: NonEmptyLine | None = None
    at: NonEmptyLine | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "Moment":
        step = [self.process, self.activity]
        screen = [self.surface, self.object, self.event]
        if not (all(step) and not any(screen)) and not (all(screen) and not any(step)):
            raise refusal(
                "A moment is either a step in a process or an event on a screen.",
                "Write {process: …, activity: …} or {surface: …, object: …, event: …}.",
                code="invalid_moment",
            )
        return self


class ContextSource(Model):
    """What the AI may read of one product.

    Attributes:
        at: the moment in this product's life cycle, where it differs from the decision's.
        max_age_ms: older data is stale; None means no limit.
    """

    product: QualifiedName
    fields: tuple[FieldName, ...] = Field(min_length=1, max_length=1_000)
    at: NonEmptyLine | None = None
    max_age_ms: DurationMs | None = Field(default=None, alias="max_age")
    on_stale: OnStale = OnStale.REVIEW


class Uses(Model):
    """The asset that recommends: exactly one of a model and a rule."""

    model: Name | None = None
    rule: Name | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "Uses":
        if (self.model is None) == (self.rule is None):
            raise refusal(
                "A decision point uses exactly one of a model and a rule.",
                "Write {model: …} or {rule: …}.",
                code="invalid_uses",
            )
        return self

    @property
    def asset(self) -> str:
        return self.model or self.rule or ""

    @property
    def kind(self) -> Literal["model", "rule"]:
        return "model" if self.model else "rule"


class OptionsFrom(Model):
    """The options are the classes of the model that is pinned."""

    source: Literal["model"] = Field(alias="from")


class Routing(Model):
    """Who decides a case.

    Attributes:
        max_error: the share of automatic cases that may be wrong; None means none is automatic.
        confidence: with which the tolerance must be certified.
        audit_rate: share of automatic cases that a person checks blind, at random.
        holdout_rate: share of cases kept without AI at random, to measure against.
        review_when: a rule asset; a case in which it holds always goes to a person.
    """

    max_error: RateValue | None = None
    confidence: RateValue = Field(default_factory=lambda: parse_rate("95%"))
    audit_rate: RateValue = Field(default_factory=lambda: parse_rate("5%"))
    holdout_rate: RateValue = Field(default_factory=lambda: parse_rate("0%"))
    review_when: Name | None = None


class Escalation(Model):
    """Who is asked next, how long after the task was opened: owner, deputy, a team or a user."""

    after_ms: DurationMs = Field(alias="after")
    to: NonEmptyLine


class Review(Model):
    """Who reviews, by when, and what happens when nobody does; waiting never approves.

    Attributes:
        due_ms: from the opening of the task.
        finally_: after the last level the task holds, or stands with the owner.
        required_reviewers: two for decisions that nobody should take alone.
    """

    team: Name
    due_ms: DurationMs = Field(alias="due")
    escalate: tuple[Escalation, ...] = Field(default=(), max_length=10)
    finally_: Literal["hold", "owner"] = Field(default="hold", alias="finally")
    required_reviewers: StrictInt = Field(default=1, ge=1, le=2)


class Outcome(Model):
    """The truth observed later: what it is called, and how long after the decision it is final."""

    label: FieldName
    matures_ms: DurationMs = Field(alias="matures")


class StatedBaseline(Model):
    """People's error rate as somebody states it."""

    error_rate: RateValue
    source: NonEmptyLine


class MeasuredBaseline(Model):
    """People's performance as an event log shows it."""

    log: NonEmptyLine
    activities: tuple[NonEmptyLine, ...] = ()


class Baseline(Model):
    """The measurement before AI; what is stated and what is measured stand apart."""

    stated: StatedBaseline | None = None
    measured: MeasuredBaseline | None = None


class Costs(Model):
    """What time and mistakes cost.

    Attributes:
        reviewer_per_hour: a reviewer's hour.
        wrong: a case decided wrongly: one amount, or one by the option that was chosen.
    """

    reviewer_per_hour: MoneyValue | None = None
    wrong: "WrongCosts" = None

    def of_wrong(self, option: str) -> Money | None:
        """Cost of wrongly choosing the option; None where it is not stated."""
        return self.wrong.get(option) if isinstance(self.wrong, dict) else self.wrong


class Gate(Model):
    """The evidence required before a candidate is pinned.

    Attributes:
        margin: how much worse a candidate may be, at most.
        critical: file of cases in which no right answer may turn wrong.
    """

    metric: Literal["accuracy", "cost"] = "accuracy"
    margin: RateValue = Field(default_factory=lambda: parse_rate("2%"))
    critical: FilePath | None = None


class Delivery(Model):
    """Where the output goes."""

    to: NonEmptyLine


def _form(value: Any) -> str:
    return "by_option" if isinstance(value, dict) else "one"


def _options_form(value: Any) -> str:
    return "from_model" if isinstance(value, dict | OptionsFrom) else "listed"


WrongCosts: TypeAlias = (
    Annotated[
        Annotated[MoneyValue, Tag("one")] | Annotated[dict[Option, MoneyValue], Tag("by_option")],
        Discriminator(_form),
    ]
    | None
)
_Listed: TypeAlias = Annotated[tuple[Option, ...], Field(min_length=2, max_length=10_000)]


class DecisionPoint(Document):
    """The step where an output meets a human action.

    Attributes:
        context: what the AI may read, by contract.
        kind: a classification has a right answer; a next action is judged by its uplift.
        options: what may be recommended, or the classes of the pinned model.
        actions: what a reviewer's button says, by option.
        stage: the ceiling.
    """

    first_key: ClassVar[str] = "decision_point"
    name: QualifiedName = Field(alias="decision_point")
    title: Line = ""
    moment: Moment
    entity: Name | None = None
    context: tuple[ContextSource, ...] = Field(min_length=1, max_length=50)
    uses: Uses
    kind: Literal["classification", "next_action"] = "classification"
    options: Annotated[
        Annotated[_Listed, Tag("listed")] | Annotated[OptionsFrom, Tag("from_model")],
        Discriminator(_options_form),
    ]
    actions: dict[Option, NonEmptyLine] = Field(default_factory=dict)
    stage: Stage = Stage.SHADOW
    routing: Routing = Field(default_factory=Routing)
    review: Review
    outcome: Outcome
    baseline: Baseline = Field(default_factory=Baseline)
    costs: Costs = Field(default_factory=Costs)
    gate: Gate = Field(default_factory=Gate)
    deliver: tuple[Delivery, ...] = ()

    @property
    def function(self) -> str:
        """The business function that it belongs to."""
        return self.name.partition(".")[0]

    @property
    def listed_options(self) -> tuple[str, ...] | None:
        """The declared options; None means the classes of the pinned model."""
        return None if isinstance(self.options, OptionsFrom) else self.options

    @property
    def fields(self) -> tuple[str, ...]:
        """Every context field, in order."""
        return tuple(field for source in self.context for field in source.fields)
