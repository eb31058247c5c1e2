"""How codes are said to people: a word, an icon and a tone for each, in one place.

A code without a word here is shown as itself in the tone of the unknown: whatever nobody
described must not look healthy.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Word(NamedTuple):
    """What people see for a code.

    Attributes:
        text: the word itself.
        icon: a name in `templates/macros/icons.html`.
        tone: `good`, `warn`, `bad`, `unknown`, `accent` or `neutral`.
        meaning: one sentence for those who meet the word for the first time.
    """

    text: str
    icon: str
    tone: str = "neutral"
    meaning: str = ""


STAGE = {
    "shadow": Word("Shadow", "shadow", "neutral", "Runs and is recorded; nobody sees it."),
    "assist": Word("Assist", "assist", "accent", "Recommends; a person decides everything."),
    "guarded": Word("Guarded", "guarded", "good", "Decides alone where its error is certified."),
    "suspended": Word("Suspended", "pause", "bad", "Does nothing; people decide without it."),
}

ROUTE = {
    "automatic": Word("Automatic", "bolt", "good", "Done and delivered without a person."),
    "review": Word("Review", "person", "accent", "A person decides, with the recommendation."),
    "withheld": Word("Withheld", "hidden", "warn", "A person decides, without a recommendation."),
}

REASON = {
    "certified": Word(
        "Certified", "seal", "good", "The confidence is above the certified threshold."
    ),
    "rule_requires_review": Word(
        "Rule", "person", "neutral", "A rule asks for a person in cases like this one."
    ),
    "not_pinned": Word("Nothing pinned", "branch", "bad", "No release is pinned."),
    "confidence_below_threshold": Word(
        "Low confidence", "gauge", "neutral", "The confidence is below the certified threshold."
    ),
    "not_certified": Word(
        "Not certified", "seal", "warn", "No valid certificate lets this decision point act alone."
    ),
    "stale_data": Word(
        "Stale data", "clock", "warn", "A product is older than this decision point allows."
    ),
    "contract_broken": Word(
        "Contract broken", "cross", "bad", "An input does not keep its data contract."
    ),
    "entity_unknown": Word(
        "Unknown entity", "question", "unknown", "Nothing is recorded about this entity."
    ),
    "access_denied": Word(
        "Access denied", "lock", "bad", "The AI may not read something that it needs here."
    ),
    "known_too_late": Word(
        "Known too late", "clock", "bad", "A field is not known yet at the moment of this decision."
    ),
    "model_failed": Word("Model failed", "alert", "bad", "The model gave no usable answer."),
    "budget_exceeded": Word("Over budget", "coin", "warn", "The budget for this work is spent."),
    "timeout": Word(
        "Too slow", "clock", "warn", "The answer did not come within the time allowed."
    ),
    "audit_sample": Word(
        "Audit sample",
        "sample",
        "accent",
        "Drawn at random from the automatic cases, to be checked.",
    ),
    "holdout": Word(
        "Holdout", "sample", "neutral", "Kept without AI at random, to measure against."
    ),
    "stage_assist": Word(
        "Stage: assist", "assist", "neutral", "At this stage a person decides every case."
    ),
    "stage_shadow": Word(
        "Stage: shadow", "shadow", "neutral", "At this stage the AI is recorded and not shown."
    ),
    "suspended": Word("Suspended", "pause", "bad", "The decision point is switched off."),
    "cross_function_conflict": Word(
        "Conflict", "alert", "warn", "Another function recommends the opposite for this entity."
    ),
}

VERDICT = {
    "better": Word(
        "Better", "check", "good", "The interval lies on the good side of the baseline."
    ),
    "no_worse": Word(
        "No worse", "equal", "good", "Not worse than the baseline, within the margin."
    ),
    "worse": Word("Worse", "down", "bad", "The interval lies on the bad side of the baseline."),
    "not_judged": Word("Not judged", "ruler", "neutral", "Shown as it is; no bar is set for it."),
    "cannot_tell": Word("Cannot tell yet", "hourglass", "warn", "Too few cases to say."),
    "unknown": Word("Unknown", "question", "unknown", "Not measured."),
}

PROBE = {
    "pass": Word("Passed", "check", "good"),
    "fail": Word("Failed", "cross", "bad"),
    "expired": Word("Expired", "clock", "unknown", "The evidence is too old to count."),
    "unknown": Word("Unknown", "question", "unknown", "Nobody has looked yet."),
}

READINESS = {
    "ready": Word("Ready", "check", "good"),
    "not_ready": Word("Not ready", "cross", "bad"),
    "unknown": Word("Unknown", "question", "unknown", "Evidence is missing, so not ready."),
}

CRITERION = {
    "data": Word("Clean, accessible data", "data"),
    "decision_point": Word("A clear decision point", "branch"),
    "owner": Word("An accountable owner", "person"),
}

CONTRACT = {
    "ok": Word("Kept", "check", "good"),
    "broken": Word("Broken", "cross", "bad"),
    "unknown": Word("Unknown", "question", "unknown"),
}

FRESHNESS = {
    "fresh": Word("Fresh", "check", "good"),
    "stale": Word("Stale", "clock", "bad"),
    "missing": Word("No row", "question", "unknown", "The product has no row for this entity."),
    "unknown": Word("Unknown", "question", "unknown"),
}

ACCESS = {
    "allowed": Word("Allowed", "check", "good"),
    "denied": Word("Denied", "lock", "bad"),
    "unknown": Word("Unknown", "question", "unknown"),
}

CERTIFICATE = {
    "valid": Word("Certified", "seal", "good"),
    "cannot_certify": Word(
        "Cannot certify", "hourglass", "warn", "Too few labels, or too many errors."
    ),
    "expired": Word("Expired", "clock", "bad"),
    "revoked": Word("Revoked", "cross", "bad"),
    "none": Word(
        "Not certified", "question", "unknown", "Nobody has tried to certify this release."
    ),
}

TASK_STATE = {
    "open": Word("Open", "circle", "accent"),
    "claimed": Word("Claimed", "person", "accent"),
    "info_requested": Word("Information requested", "question", "warn"),
    "decided": Word("Decided", "check", "good"),
    "expired": Word("Expired", "clock", "bad", "Nothing was approved by waiting."),
    "withdrawn": Word("Withdrawn", "cross", "neutral"),
    "superseded": Word("Superseded", "cross", "neutral"),
}

RISK = {
    "high": Word("High", "risk_high", "bad"),
    "medium": Word("Medium", "risk_medium", "warn"),
    "low": Word("Low", "risk_low", "neutral"),
    "unknown": Word("Unknown", "question", "unknown"),
}

VERB = {
    "accept": Word("Accepted", "check", "good"),
    "change": Word("Changed", "pencil", "accent"),
    "decline": Word("Declined", "cross", "warn"),
    "escalate": Word("Escalated", "up", "warn"),
}

REASON_CODE = {
    "wrong_option": Word("Another option is right", "pencil"),
    "missing_information": Word("Information is missing", "question"),
    "policy_exception": Word("An exception to the policy", "quote"),
    "duplicate_case": Word("The case is a duplicate", "equal"),
    "other": Word("Another reason, in the note", "quote"),
}

BATCH = {
    "loading": Word("Loading", "hourglass", "accent"),
    "published": Word("Published", "check", "good"),
    "failed": Word("Failed", "cross", "bad"),
}

QUARANTINE = {
    "waiting": Word("Waiting", "hourglass", "warn", "Held apart until somebody corrects it."),
    "corrected": Word("Corrected", "check", "good"),
}

CHAIN = {
    "intact": Word("Intact", "chain", "good"),
    "broken": Word("Broken", "alert", "bad"),
    "unknown": Word("Not verified", "question", "unknown"),
}

BASELINE = {
    "measured": Word("Measured", "ruler", "neutral", "Computed from data before the AI."),
    "stated": Word("Stated", "quote", "warn", "Somebody's word; nobody measured it."),
}

OUTCOME = {
    "right": Word("Right", "check", "good"),
    "wrong": Word("Wrong", "cross", "bad"),
    "unknown": Word("Unknown", "question", "unknown"),
}

METRIC = {
    "decision_quality": Word(
        "Decision quality", "check", "neutral", "Share of decisions that match the outcome."
    ),
    "time_saved": Word(
        "Time saved",
        "clock",
        "neutral",
        "Time per eligible case against the holdout, rework included.",
    ),
    "adoption_rate": Word(
        "Adoption rate", "person", "neutral", "Mean over people of recommendations used."
    ),
    "cost_per_automated_workflow": Word(
        "Cost per workflow",
        "coin",
        "neutral",
        "All costs, errors included, per case completed right.",
    ),
}

VOCABULARY: Mapping[str, Mapping[str, Word]] = {
    "access": ACCESS,
    "baseline": BASELINE,
    "batch": BATCH,
    "certificate": CERTIFICATE,
    "chain": CHAIN,
    "contract": CONTRACT,
    "criterion": CRITERION,
    "freshness": FRESHNESS,
    "metric": METRIC,
    "outcome": OUTCOME,
    "probe": PROBE,
    "quarantine": QUARANTINE,
    "readiness": READINESS,
    "reason": REASON,
    "reason_code": REASON_CODE,
    "risk": RISK,
    "route": ROUTE,
    "stage": STAGE,
    "task_state": TASK_STATE,
    "verb": VERB,
    "verdict": VERDICT,
}

_WHY = {
    401: "Nobody is signed in, or the session ended.",
    403: "You are known, and you may not do this.",
    404: "There is no such thing, or you may not know that there is.",
    409: "It changed, exists already, or is in another state than this needs.",
    413: "What was sent is over its bound.",
    422: "What was sent breaks its schema.",
    429: "Too many requests came from you in a short time.",
    501: "An optional part is not installed.",
    503: "Something that is needed does not answer; it may work later.",
}


def why(status: int) -> str:
    """What the HTTP status of an error says about its cause."""
    fallback = "The request was not understood." if status < 500 else "The server failed."
    return _WHY.get(status, fallback)


def word(code: str | None, kind: str) -> Word:
    """The word for a code; for one that nobody described, the code itself as unknown.

    Raises:
        KeyError: there is no such kind of word.
    """
    known = VOCABULARY[kind]
    if code is None:
        return Word("Unknown", "question", "unknown")
    return known.get(code) or Word(code.replace("_", " "), "question", "unknown")
