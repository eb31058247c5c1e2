"""The truth as it arrives: appended, never replaced; the last received counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from spanwise.core.actor import Actor
from spanwise.core.errors import InvalidInput
from spanwise.store.database import Store
from spanwise.store.decisions import ADD_OUTCOME

MAX_BATCH = 10_000
_MAX_TEXT = 200
# Clocks of other systems run ahead a little; the future is not an observation.
_MAX_AHEAD_MS = 300_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """What turned out to be right for one case, and when that was observed."""

    entity: str
    label: str
    observed_at_ms: int


def record_outcomes(
    store: Store,
    actor: Actor,
    decision_point: str,
    observations: Sequence[Observation],
    *,
    source: str,
) -> int:
    """Adds outcomes in one transaction; the same observation again changes nothing.

    Returns:
        How many were received.

    Raises:
        InvalidInput: too many, an empty or overlong text, or an observation in the future.
    """
    if len(observations) > MAX_BATCH:
        raise InvalidInput(
            f"{len(observations)} outcomes in one batch.", f"Send at most {MAX_BATCH} at a time."
        )
    now_ms = store.clock.now_ms()
    for observation in observations:
        _check(observation, now_ms)
    unit = store.unit(actor)
    unit.write_many(
        ADD_OUTCOME,
        [
            {
                "id": store.ids.new("out"),
                "decision_point": decision_point,
                "entity_id": observation.entity,
                "label": observation.label,
                "observed_at_ms": observation.observed_at_ms,
                "received_at_ms": now_ms,
                "source": source[:_MAX_TEXT],
            }
            for observation in observations
        ],
    )
    unit.audit(
        "outcomes.recorded",
        f"decision_point:{decision_point}",
        received=len(observations),
        source=source[:_MAX_TEXT],
    )
    unit.commit()
    return len(observations)


def _check(observation: Observation, now_ms: int) -> None:
    for name, text in (("entity", observation.entity), ("label", observation.label)):
        if not 0 < len(text) <= _MAX_TEXT:
            raise InvalidInput(
                f"The {name} of an outcome has {len(text)} characters.",
                f"Send 1 to {_MAX_TEXT} characters.",
            )
    if observation.observed_at_ms > now_ms + _MAX_AHEAD_MS:
        raise InvalidInput(
            f"The outcome of '{observation.entity}' lies in the future.",
            "Send the time at which it was observed, in UTC or with its offset.",
        )
