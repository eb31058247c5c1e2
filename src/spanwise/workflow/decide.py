"""One decision, from the request to what one transaction will hold. Read from top to bottom."""

from dataclasses import dataclass

import msgspec

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
from spanwise.workflow.context import Context, read_context
from spanwise.workflow.policies import Policies, Policy
from spanwise.workflow.recommend import Advice, recommend
from spanwise.workflow.recording import Case, Draws, add_decision, record_of
from spanwise.workflow.replies import reply_of
from spanwise.workflow.review import open_review

MAX_IDEMPOTENCY_KEY = 200


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

    def decide(
        self, actor: Actor, decision_point: str, request: DecisionRequest, key: str | None
    ) -> Decided:
        """Decides one case. The reply may leave only after its unit is committed.

        Args:
            key: the caller's idempotency key; the same key gives the same decision.

        Raises:
            NotFound: there is no such decision point.
            Forbidden: the caller may not decide there.
            Conflict: the key was used for another case.
        """
        policy = self._policies.of(decision_point)
        function = policy.point.function
        authorise(actor, Action.DECIDE, function=function, decision_point=decision_point)
        earlier = self._earlier(decision_point, request, key)
        if earlier is not None:
            return Decided(reply=earlier, unit=None)

        now_ms = self._store.clock.now_ms()
        case = Case(id=self._store.ids.new("dec"), entity=request.entity, at_ms=now_ms, actor=actor)
        context = read_context(self._store, policy, request.entity, now_ms)
        advice = recommend(policy, context)
        draws = self._draw(policy, case)
        routing = route(_situation(policy, case, context, advice, draws=draws))

        unit = self._store.unit(actor)
        task = open_review(unit, policy, case, routing) if routing.task else None
        record = record_of(
            policy, case, context=context, advice=advice, draws=draws, routing=routing, task=task
        )
        reply = reply_of(record)
        add_decision(unit, record, case, key=key, request=encode(request))
        if policy.stage is not Stage.SHADOW:
            unit.publish("decision.taken", case.id, msgspec.to_builtins(reply))
        return Decided(reply=reply, unit=unit)

    def decide_now(
        self, actor: Actor, decision_point: str, request: DecisionRequest, key: str | None
    ) -> DecisionReply:
        """Decides one case and waits until that is durable."""
        decided = self.decide(actor, decision_point, request, key)
        if decided.unit is None:
            return decided.reply
        try:
            decided.unit.commit()
        except Conflict:
            return self.overtaken(decision_point, request, key)
        return decided.reply

    def overtaken(
        self, decision_point: str, request: DecisionRequest, key: str | None
    ) -> DecisionReply:
        """The reply to a request whose twin, with the same key, was committed first.

        Raises:
            Conflict: there is no such twin.
        """
        reply = self._earlier(decision_point, request, key)
        if reply is None:
            raise Conflict("This decision exists already.", "Send it with a new key.")
        return reply

    def _earlier(
        self, decision_point: str, request: DecisionRequest, key: str | None
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
        if decision.request_sha256 != digest_bytes(encode(request)):
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


def _situation(
    policy: Policy, case: Case, context: Context, advice: Advice, *, draws: Draws
) -> Situation:
    certified = case.at_ms < policy.threshold_expires_ms
    return Situation(
        stage=policy.stage,
        failures=(*context.failures, *advice.failures),
        doubts=(*context.doubts, *advice.doubts),
        confidence=advice.recommendation.confidence if advice.recommendation else None,
        threshold=policy.threshold if certified else None,
        holdout=draws.holdout.drawn,
        audit_sample=draws.audit.drawn,
    )
