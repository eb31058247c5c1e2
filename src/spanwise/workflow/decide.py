"""Decisions, from the requests to what their transactions will hold. Read from top to bottom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from spanwise.access.permissions import Action, authorise
from spanwise.core.actor import Actor
from spanwise.core.canonical import digest_bytes
from spanwise.core.errors import Conflict, InvalidInput
from spanwise.routing.routes import Situation, route
from spanwise.routing.sampling import Sampler
from spanwise.spec.models.decision_points import Stage
from spanwise.store import decisions as stored
from spanwise.store.database import Store
from spanwise.store.unit import UnitOfWork
from spanwise.wire.decisions import DecisionReply, DecisionRequest, decode_record, encode
from spanwise.workflow.context import read_context
from spanwise.workflow.policies import Policies, Policy
from spanwise.workflow.recommend import Advice, recommend
from spanwise.workflow.recording import Case, Draws, add_decision, record_of
from spanwise.workflow.replies import reply_of
from spanwise.workflow.review import open_review

MAX_IDEMPOTENCY_KEY = 200

_Given = TypeVar("_Given")
_Result = TypeVar("_Result")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request to decide one case.

    Attributes:
        key: the caller's idempotency key; the same key gives the same decision.
    """

    actor: Actor
    request: DecisionRequest
    key: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """A decision that is not durable yet, or one that was taken before.

    Attributes:
        reply: what the caller gets once `unit` is committed.
        unit: what has to become durable first; None for an earlier decision.
    """

    reply: DecisionReply
    unit: UnitOfWork | None


class Decider:
    """Takes decisions for every decision point.

    Args:
        sampler: draws audit samples and the holdout.
    """

    def __init__(self, store: Store, policies: Policies, sampler: Sampler) -> None:
        self._store = store
        self._policies = policies
        self._sampler = sampler

    def decide(self, decision_point: str, asked: Sequence[Asked]) -> list[Decided | Exception]:
        """Decides cases that came at the same time. A reply may leave once its unit is committed.

        Returns:
            For each case its decision, or why it alone failed: `Forbidden` or `NotFound` where
            the caller may not decide here, `Conflict` where the key was used for another case.

        Raises:
            NotFound: there is no such decision point.
        """
        policy = self._policies.of(decision_point)
        opened = [_attempt(self._open, policy, one) for one in asked]
        cases = [one for one in opened if isinstance(one, Case)]
        advised = zip(cases, recommend(policy, [case.context for case in cases]), strict=True)
        taken = iter([_attempt(self._take, policy, case) for case in advised])
        return [next(taken) if isinstance(one, Case) else one for one in opened]

    def _open(self, policy: Policy, asked: Asked) -> Case | Decided:
        """What is known of the case before anything is recommended."""
        point, request = policy.point, asked.request
        authorise(asked.actor, Action.DECIDE, function=point.function, decision_point=point.name)
        request_sha256 = digest_bytes(encode(request))
        earlier = self._earlier(point.name, asked.key, request_sha256)
        if earlier is not None:
            return Decided(reply=earlier, unit=None)
        now_ms = self._store.clock.now_ms()
        return Case(
            id=self._store.ids.new("dec"),
            entity=request.entity,
            at_ms=now_ms,
            actor=asked.actor,
            key=asked.key,
            request_sha256=request_sha256,
            context=read_context(self._store, policy, request.entity, now_ms),
        )

    def _take(self, policy: Policy, advised: tuple[Case, Advice]) -> Decided:
        """Routes the case, and writes everything down in one unit of work."""
        case, advice = advised
        draws = self._draw(policy, case)
        routing = route(_situation(policy, case, advice, draws))
        unit = self._store.unit(case.actor)
        task = open_review(unit, policy, case, routing) if routing.task else None
        record = record_of(policy, case, advice=advice, draws=draws, routing=routing, task=task)
        reply = reply_of(record)
        add_decision(unit, record, case)
        if policy.stage is not Stage.SHADOW:
            unit.publish("decision.taken", case.id, reply)
        return Decided(reply=reply, unit=unit)

    def decide_now(
        self, actor: Actor, decision_point: str, request: DecisionRequest, key: str | None
    ) -> DecisionReply:
        """Decides one case and waits until that is durable.

        Raises:
            NotFound, Forbidden, Conflict: as `decide`.
        """
        asked = Asked(actor=actor, request=request, key=key)
        (decided,) = self.decide(decision_point, [asked])
        if isinstance(decided, Exception):
            raise decided
        if decided.unit is None:
            return decided.reply
        try:
            decided.unit.commit()
        except Conflict:
            return self.overtaken(decision_point, asked)
        return decided.reply

    def overtaken(self, decision_point: str, asked: Asked) -> DecisionReply:
        """The reply to a request whose twin, with the same key, was committed first.

        Raises:
            Conflict: there is no such twin.
        """
        digest = digest_bytes(encode(asked.request))
        reply = self._earlier(decision_point, asked.key, digest)
        if reply is None:
            raise Conflict("This decision exists already.", "Send it with a new key.")
        return reply

    def _earlier(
        self, decision_point: str, key: str | None, request_sha256: str
    ) -> DecisionReply | None:
        if key is None:
            return None
        if not 0 < len(key) <= MAX_IDEMPOTENCY_KEY:
            raise InvalidInput(
                "The idempotency key is empty or too long.",
                f"Send 1 to {MAX_IDEMPOTENCY_KEY} characters.",
            )
        decision = stored.by_idempotency_key(self._store, decision_point, key)
        if decision is None:
            return None
        if decision.request_sha256 != request_sha256:
            raise Conflict(
                "This idempotency key was used for another case.",
                "Use a new key for each case.",
                code="idempotency_key_reused",
            )
        return reply_of(decode_record(decision.record))

    def _draw(self, policy: Policy, case: Case) -> Draws:
        rates = policy.point.routing
        return Draws(
            audit=self._sampler.draw("audit", case.id, rates.audit_rate),
            # By entity: a case that is asked for twice stays on its side of the comparison.
            holdout=self._sampler.draw("holdout", case.entity, rates.holdout_rate),
        )


def _situation(policy: Policy, case: Case, advice: Advice, draws: Draws) -> Situation:
    context, certified = case.context, case.at_ms < policy.threshold_expires_ms
    return Situation(
        stage=policy.stage,
        failures=(*context.failures, *advice.failures),
        doubts=(*context.doubts, *advice.doubts),
        confidence=advice.recommendation.confidence if advice.recommendation else None,
        threshold=policy.threshold if certified else None,
        holdout=draws.holdout.drawn,
        audit_sample=draws.audit.drawn,
    )


def _attempt(
    step: Callable[[Policy, _Given], _Result], policy: Policy, given: _Given
) -> _Result | Exception:
    """One case's step; whatever fails in it fails this case only."""
    try:
        return step(policy, given)
    except Exception as error:
        return error
