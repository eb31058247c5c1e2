"""Certificates: the proof that automatic cases keep the error that the owner tolerates."""

import msgspec

from spanwise.core.clock import DAY_MS
from spanwise.core.errors import InvalidInput
from spanwise.spec.models.decision_points import DecisionPoint
from spanwise.stats.certify import Certification, certify, spent_delta
from spanwise.store import labels
from spanwise.store import standing as stored
from spanwise.store.database import Store
from spanwise.store.standing import Certificate
from spanwise.store.unit import UnitOfWork

VALID_MS = 90 * DAY_MS


def issue_certificate(
    store: Store, unit: UnitOfWork, point: DecisionPoint, release_digest: str
) -> Certification:
    """Tries to certify a release on the outcomes of its own recommendations.

    Only cases old enough to have matured count: among newer ones the quickly settled, easier ones
    are over-represented, and a certificate made from them does not hold (measured on the incident
    log: 15% claimed, 33% found).
    Outcomes are observed later and do not depend on who saw the recommendation; resolutions of
    people who saw it are not used. Each attempt spends a part of the error budget, so that all
    attempts of a decision point together keep `1 - confidence`.

    Raises:
        InvalidInput: the decision point tolerates no error, or has no right answers.
    """
    tolerated = point.routing.max_error
    if tolerated is None or point.kind != "classification":
        raise InvalidInput(
            f"'{point.name}' has nothing to certify.",
            "Set routing.max_error; a next action is judged by its uplift instead.",
        )
    attempt = stored.count_certificates(store, point.name) + 1
    now_ms = unit.clock.now_ms()
    scores, correct = labels.scored(
        store, point.name, release_digest, decided_before_ms=now_ms - point.outcome.matures_ms
    )
    certification = certify(
        scores,
        correct,
        max_error=float(tolerated),
        delta=spent_delta(1 - float(point.routing.confidence), attempt),
    )
    certificate = Certificate(
        id=unit.ids.new("crt"),
        decision_point=point.name,
        release_digest=release_digest,
        threshold=certification.threshold,
        content=msgspec.json.encode(certification).decode(),
        issued_at_ms=now_ms,
        expires_at_ms=now_ms + VALID_MS,
    )
    stored.certificates.add(unit, certificate)
    unit.audit(
        "certificate.issued" if certification.certified else "certificate.refused",
        f"decision_point:{point.name}",
        release=release_digest,
        certificate=certificate.id,
        tolerated=tolerated.text,
        labels=certification.n,
        accepted=certification.accepted,
        errors=certification.errors,
        attempt=attempt,
    )
    return certification


def valid_certificate(
    store: Store, decision_point: str, release_digest: str, now_ms: int
) -> Certificate | None:
    """The certificate in force: the newest attempt for this very release, if it holds.

    An attempt that could not certify ends the one before it: newer labels know better.
    """
    attempts = stored.certificates_of(store, decision_point, release_digest)
    if not attempts:
        return None
    newest = attempts[0]
    holds = (
        newest.threshold is not None
        and newest.revoked_at_ms is None
        and now_ms < newest.expires_at_ms
    )
    return newest if holds else None


def newest_certification(
    store: Store, decision_point: str, release_digest: str
) -> tuple[Certificate, Certification] | None:
    """The newest attempt with all that it found; None before the first."""
    attempts = stored.certificates_of(store, decision_point, release_digest)
    if not attempts:
        return None
    return attempts[0], msgspec.json.decode(attempts[0].content, type=Certification)
