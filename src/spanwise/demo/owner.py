"""What the owner and the platform lead do about the decision point, week by week."""

from dataclasses import dataclass

from spanwise.core.actor import Actor
from spanwise.core.clock import DAY_MS, HOUR_MS, FixedClock
from spanwise.core.errors import Conflict
from spanwise.demo.organisation import DECISION_POINT
from spanwise.measurement.certificates import issue_certificate
from spanwise.readiness import stages
from spanwise.readiness.answers import answer_drill, start_drill
from spanwise.readiness.assess import record_evidence
from spanwise.runtime.platform import Platform
from spanwise.spec.models.decision_points import Stage
from spanwise.store import labels

_BETWEEN_ATTEMPTS_MS = 28 * DAY_MS
_BETWEEN_LOOKS_MS = 7 * DAY_MS
_BETWEEN_DRILLS_MS = 28 * DAY_MS


@dataclass(slots=True)
class Stewards:
    """The platform lead and the owner, who act once a week.

    Attributes:
        log: what they did, in words, with the time.
        labels_wanted: matured labels before the owner tries to certify.
    """

    platform: Platform
    clock: FixedClock
    lead: Actor
    owner: Actor
    log: list[tuple[int, str]]
    labels_wanted: int
    _looked_ms: int = 0
    _drilled_ms: int = 0
    _attempted_ms: int = 0

    def look(self) -> None:
        """Assesses readiness, asks for a sign of life, and takes the next step where it may."""
        now_ms = self.clock.now_ms()
        if now_ms - self._looked_ms < _BETWEEN_LOOKS_MS:
            return
        self._looked_ms = now_ms
        workspace = self.platform.policies.workspace
        function = workspace.functions["operations"]
        if now_ms - self._drilled_ms >= _BETWEEN_DRILLS_MS:
            self._drilled_ms = now_ms
            start_drill(self.platform.store, self.lead, function)
            self.clock.advance(HOUR_MS)
            answer_drill(self.platform.store, self.owner, function)
        record_evidence(self.platform.store, workspace, self.lead, function)
        stage = self.platform.policies.of(DECISION_POINT).stage
        if stage is Stage.SHADOW:
            self._promote(Stage.ASSIST, "good enough on our own incidents to be shown")
        if self.platform.policies.of(DECISION_POINT).stage is Stage.ASSIST:
            self._certify()

    def _certify(self) -> None:
        policy = self.platform.policies.of(DECISION_POINT)
        now_ms = self.clock.now_ms()
        if policy.pinned_digest is None or now_ms - self._attempted_ms < _BETWEEN_ATTEMPTS_MS:
            return
        matured_ms = now_ms - policy.point.outcome.matures_ms
        store = self.platform.store
        known, _ = labels.scored(
            store, DECISION_POINT, policy.pinned_digest, decided_before_ms=matured_ms
        )
        if len(known) < self.labels_wanted:
            return
        self._attempted_ms = now_ms
        unit = store.unit(self.owner)
        found = issue_certificate(store, unit, policy.point, policy.pinned_digest)
        unit.commit()
        if found.certified:
            self.log.append(
                (now_ms, f"certified on {found.n} labels: {found.coverage:.0%} of them")
            )
            self._promote(Stage.GUARDED, "certified within our tolerance")
        else:
            self.log.append((now_ms, found.reason))

    def _promote(self, to: Stage, reason: str) -> None:
        workspace = self.platform.policies.workspace
        try:
            stages.promote(
                self.platform.store, workspace, self.owner, DECISION_POINT, to=to, reason=reason
            )
        except Conflict as refusal:
            self.log.append((self.clock.now_ms(), f"not yet {to}: {refusal.message}"))
        else:
            self.log.append((self.clock.now_ms(), f"{to}: {reason}"))
