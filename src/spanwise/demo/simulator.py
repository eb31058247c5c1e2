"""Generates the operations desk of Meridian, a subscription company that does not exist.

Everything that a real desk's log taught is planted here, so that the product can be shown and
tested without it. What is planted, with the default length and any seed:

- People choose the wrong group first in about 35% of the incidents.
- Some categories decide the group nearly always, most do not: looking the group up by category
  is right in about 55%, and in about 90% of the most confident 24%.
- The subcategory and the symptom say more, so a model can do better than the lookup.
- An incident that is never reassigned takes .7 h at the median, any other 80 h.
- About 1% are settled without a group: their truth stays unknown.
- About 1.6% more rows arrive broken, in four kinds: see `FLAWS`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log
from operator import attrgetter
from random import Random
from typing import NamedTuple

from spanwise.core.clock import DAY_MS, MINUTE_MS
from spanwise.core.errors import InvalidInput
from spanwise.demo.incidents import NULL, DirtyRow, Incident, IncidentHistory, groups, to_row

DEFAULT_START_MS = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp()) * 1_000
MAX_DAYS = 1_000
FLAWS = ("unknown_category", "missing_key", "unparsable_date", "duplicate_number")

_NAME = "Meridian operations desk"
_SOURCE = f"Simulated by Spanwise: {_NAME}. No real person or company."
_FLAW_RATE = 0.004  # of each kind
_NEVER_ASSIGNED_RATE = 0.01
_BOUNCED_RATE = 0.33  # rightly assigned at first, and still handed around


_ACCESS = "identity-and-access"
_BILLING = "billing-operations"
_CONTENT = "content-delivery"
_CUSTOMER = "customer-data"
_DESKTOP = "endpoint-engineering"
_INTEGRATION = "integrations"
_NETWORK = "network-operations"
_OFFICE = "workplace-it"
_PAYMENT = "payments-platform"
_PLAN = "subscription-platform"
_SECURITY = "security-operations"
_SERVICE = "service-desk"


class _Category(NamedTuple):
    """A kind of incident.

    Attributes:
        share: relative frequency.
        clear: whether it decides the group nearly always.
        homes: the group that each subcategory belongs to.
    """

    name: str
    share: int
    clear: bool
    homes: Mapping[str, str]

    @property
    def clarity(self) -> float:
        """Chance that the right group is the subcategory's own."""
        return 0.9 if self.clear else 0.56

    @property
    def first_right(self) -> float:
        """Chance that people choose the right group first."""
        return 0.8 if self.clear else 0.57

    @property
    def candidates(self) -> list[str]:
        """Groups that it may go to, the likelier ones repeated."""
        return [*self.homes.values(), _SERVICE, _NETWORK, _ACCESS, _INTEGRATION]


_CATEGORIES = (
    _Category("password", 10, True, {"reset": _ACCESS, "locked": _ACCESS, "mfa": _ACCESS}),
    _Category("vpn", 9, True, {"client": _NETWORK, "certificate": _NETWORK, "drops": _NETWORK}),
    _Category("refund", 7, True, {"duplicate": _BILLING, "partial": _BILLING}),
    _Category("playback", 6, True, {"stutter": _CONTENT, "blackout": _CONTENT}),
    _Category("checkout", 9, False, {"card": _PAYMENT, "wallet": _PAYMENT, "cart": _PLAN}),
    _Category("subscription", 10, False, {"renewal": _PLAN, "upgrade": _PLAN, "cancel": _BILLING}),
    _Category("email", 8, False, {"mailbox": _OFFICE, "calendar": _OFFICE, "relay": _INTEGRATION}),
    _Category("laptop", 9, False, {"hardware": _OFFICE, "dock": _OFFICE, "slow": _DESKTOP}),
    _Category("record", 8, False, {"merge": _CUSTOMER, "export": _CUSTOMER, "erase": _SECURITY}),
    _Category("access", 9, False, {"role": _ACCESS, "tool": _DESKTOP, "data": _CUSTOMER}),
    _Category("api", 7, False, {"webhook": _INTEGRATION, "limit": _PLAN, "payout": _PAYMENT}),
    _Category("other", 8, False, {"question": _SERVICE, "office": _OFFICE, "lan": _NETWORK}),
)
_SYMPTOMS = {
    _ACCESS: "access-denied",
    _BILLING: "wrong-amount",
    _CONTENT: "picture-freezes",
    _CUSTOMER: "data-missing",
    _DESKTOP: "very-slow",
    _INTEGRATION: "message-lost",
    _NETWORK: "cannot-connect",
    _OFFICE: "does-not-start",
    _PAYMENT: "payment-fails",
    _PLAN: "wrong-plan",
    _SECURITY: "suspicious",
    _SERVICE: "how-to",
}
_COMMON_SYMPTOMS = ("error-message", "very-slow", "does-not-start", "how-to")
_LOCATIONS = {"lisbon": 30, "austin": 22, "toronto": 15, "krakow": 15, "singapore": 10, "remote": 8}
_CONTACTS = {"phone": 55, "self-service": 25, "email": 15, "chat": 5}
_LEVELS = {"high": 8, "medium": 67, "low": 25}
_PRIORITIES = ("critical", "high", "moderate", "low", "low")
_SLA_HOURS = {"critical": 4, "high": 8, "moderate": 48, "low": 120}
_CLOSED_CODES = {"solved": 70, "workaround": 15, "not-reproducible": 9, "withdrawn": 6}
_DESK = (
    *("ines.rocha", "tomas.keller", "priya.nair", "owen.hughes", "mei.tanaka", "luca.ferri"),
    *("sofia.lindt", "jonas.berg", "amara.diallo", "peter.novak", "hana.kim", "diego.luna"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewerHabit:
    """How one person works through review tasks.

    Attributes:
        accuracy: chance of finding the right group when they look.
        minutes_median, minutes_sigma: touch time per case, lognormal.
        accepts_unread: chance of accepting what is shown without looking.
    """

    name: str
    accuracy: float
    minutes_median: float
    minutes_sigma: float
    accepts_unread: float = 0.0

    def minutes(self, random: Random) -> float:
        """Touch time of one case, in minutes."""
        return random.lognormvariate(log(self.minutes_median), self.minutes_sigma)


REVIEWERS = (
    ReviewerHabit(name="nadia.haddad", accuracy=0.78, minutes_median=6.5, minutes_sigma=0.5),
    ReviewerHabit(name="emil.sorensen", accuracy=0.71, minutes_median=4.0, minutes_sigma=0.6),
    ReviewerHabit(name="grace.obi", accuracy=0.66, minutes_median=5.0, minutes_sigma=0.4),
    ReviewerHabit(name="marco.silva", accuracy=0.62, minutes_median=8.0, minutes_sigma=0.7),
    ReviewerHabit(
        name="rupert.vane",
        accuracy=0.58,
        minutes_median=0.7,
        minutes_sigma=0.5,
        accepts_unread=0.9,
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatedDesk:
    """The desk's incidents, and the people who will review them."""

    history: IncidentHistory
    reviewers: tuple[ReviewerHabit, ...]


def simulate(
    *, seed: int, days: int = 180, start_ms: int = DEFAULT_START_MS, per_day: float = 40.0
) -> SimulatedDesk:
    """Generate the desk: the same arguments always give the same incidents.

    Times are whole minutes. Incidents opened near the end settle after it.

    Args:
        start_ms: midnight (UTC) of the first day.
        per_day: mean incidents a day, over whole weeks.

    Raises:
        InvalidInput: `days`, `start_ms` or `per_day` out of range.
    """
    if not (0 < days <= MAX_DAYS and 0 < per_day <= 1_000 and start_ms % DAY_MS == 0):
        raise InvalidInput(
            f"Cannot simulate {days} days of {per_day} incidents from {start_ms}.",
            f"Use 1 to {MAX_DAYS} days, up to 1,000 a day, and a start at midnight (UTC).",
        )
    random = Random(seed)
    opened = sorted(_openings(random, days, start_ms, per_day))
    incidents = tuple(_incident(random, f"INC{n:07d}", at) for n, at in enumerate(opened, 1))
    history = IncidentHistory(
        name=_NAME,
        simulated=True,
        incidents=incidents,
        source=_SOURCE,
        options=groups(incidents),
        dirt=tuple(sorted(_dirt(random, incidents), key=attrgetter("arrived_at_ms"))),
    )
    return SimulatedDesk(history=history, reviewers=REVIEWERS)


def _openings(random: Random, days: int, start_ms: int, per_day: float) -> Iterator[int]:
    for day_ms in range(start_ms, start_ms + days * DAY_MS, DAY_MS):
        # The epoch was a Thursday. The two factors average to 1 over a week.
        weekend = (day_ms // DAY_MS + 3) % 7 >= 5
        mean = per_day * (0.3 if weekend else 1.28)
        for _ in range(max(0, round(random.gauss(mean, mean**0.5)))):
            night = random.random() < 0.1
            minute = random.uniform(0, 1_439) if night else random.triangular(420, 1_200, 630)
            yield day_ms + int(minute) * MINUTE_MS


def _incident(random: Random, number: str, opened_at_ms: int) -> Incident:
    category = random.choices(_CATEGORIES, [one.share for one in _CATEGORIES])[0]
    subcategory = random.choice(tuple(category.homes))
    truth = category.homes[subcategory]
    if random.random() >= category.clarity:
        truth = random.choice([group for group in category.candidates if group != truth])
    fields = _fields(random, category, subcategory, truth)
    assigned = random.random() >= _NEVER_ASSIGNED_RATE
    right = random.random() < category.first_right
    wrong = [group for group in category.candidates if group != truth]
    first = truth if right else random.choice(wrong)
    reassignments = _reassignments(random, right) if assigned else 0
    median_hours, sigma = (80.0, 1.2) if reassignments else (0.7, 1.6)
    minutes = max(1, round(60 * random.lognormvariate(log(median_hours), sigma)))
    assigned_at_ms = opened_at_ms + min(minutes, random.randint(1, 12)) * MINUTE_MS
    resolved_at_ms = opened_at_ms + minutes * MINUTE_MS
    return Incident(
        number=number,
        opened_at_ms=opened_at_ms,
        fields=fields,
        first_group=first if assigned else None,
        first_assigned_at_ms=assigned_at_ms if assigned else None,
        final_group=truth if assigned else None,
        resolved_at_ms=resolved_at_ms,
        closed_at_ms=resolved_at_ms + 5 * DAY_MS + random.randint(0, 120) * MINUTE_MS,
        closed_code=_weighted(random, _CLOSED_CODES),
        made_sla=minutes <= 60 * _SLA_HOURS[fields["priority"] or "low"],
        reassignments=reassignments,
    )


def _fields(
    random: Random, category: _Category, subcategory: str, truth: str
) -> dict[str, str | None]:
    impact, urgency = _weighted(random, _LEVELS), _weighted(random, _LEVELS)
    levels = tuple(_LEVELS)
    symptom = _SYMPTOMS[truth] if random.random() < 0.25 else random.choice(_COMMON_SYMPTOMS)
    return {
        "contact_type": _weighted(random, _CONTACTS),
        "location": None if random.random() < 0.006 else _weighted(random, _LOCATIONS),
        "category": category.name,
        "subcategory": None if random.random() < 0.006 else subcategory,
        "u_symptom": None if random.random() < 0.27 else symptom,
        "impact": impact,
        "urgency": urgency,
        "priority": _PRIORITIES[levels.index(impact) + levels.index(urgency)],
        "opened_by": None if random.random() < 0.04 else random.choice(_DESK),
    }


def _reassignments(random: Random, right: bool) -> int:
    if right and random.random() >= _BOUNCED_RATE:
        return 0
    count = 2 if right else 1
    while random.random() < 0.4:
        count += 1
    return count


def _dirt(random: Random, incidents: Sequence[Incident]) -> Iterator[DirtyRow]:
    """Failed repeats of rows that did arrive: what the desk's export does when it stumbles."""
    for position, incident in enumerate(incidents, 1):
        for flaw in FLAWS:
            if random.random() >= _FLAW_RATE:
                continue
            row = to_row(incident, incident.opened_at_ms)
            if flaw != "duplicate_number":
                row["number"] = f"INC9{position:06d}"
            if flaw == "unknown_category":
                row["category"] = f"legacy-{random.randint(1, 40)}"
            elif flaw == "missing_key":
                row["number"] = NULL
            elif flaw == "unparsable_date":
                row["opened_at"] = random.choice(("31/2/2026 09:15", "yesterday", "2026-13-45"))
            delay_ms = random.randint(1, 30) * MINUTE_MS
            yield DirtyRow(flaw=flaw, arrived_at_ms=incident.opened_at_ms + delay_ms, row=row)


def _weighted(random: Random, weights: Mapping[str, int]) -> str:
    return random.choices(tuple(weights), tuple(weights.values()))[0]
