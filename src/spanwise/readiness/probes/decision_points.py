"""A clear decision point: is it bound to a moment, with options, people and a release?"""

from collections.abc import Iterator

from spanwise.access.permissions import Action, may
from spanwise.core.errors import SpanwiseError
from spanwise.governance.releases import Pinned, load_release, pinned_digest
from spanwise.readiness.criteria import Criterion, Finding
from spanwise.readiness.inquiry import Count, Inquiry, Probe, RateProbe
from spanwise.spec.models.decision_points import ContextSource, DecisionPoint
from spanwise.store.accounts import account_by_login
from spanwise.wire.decisions import ContextPart, DecisionRecord

DECLARED = Probe(
    criterion=Criterion.DECISION_POINT, code="declared", text="A decision point is declared"
)
MOMENT_BOUND = Probe(
    criterion=Criterion.DECISION_POINT,
    code="moment_bound",
    text="It is bound to a moment, and reads nothing that is known later",
)
RELEASE_LOADS = Probe(
    criterion=Criterion.DECISION_POINT,
    code="release_loads",
    text="A release is pinned and loads",
)
OPTIONS_KNOWN = Probe(
    criterion=Criterion.DECISION_POINT,
    code="options_known",
    text="Everything that can be recommended is an option",
)
REVIEWERS_ACTIVE = Probe(
    criterion=Criterion.DECISION_POINT,
    code="reviewers_active",
    text="The review team has people who can sign in and decide",
)
CASES_COMPLETE = RateProbe(
    criterion=Criterion.DECISION_POINT,
    code="cases_complete",
    text="A case has every field that it needs",
    counts="decisions",
    that="had every field",
    begin="Send cases to the decision point; in shadow nobody sees them.",
    fix="Look at recent decisions for what is missing, and ingest it before the moment.",
)


def probe_decision_points(inquiry: Inquiry) -> Iterator[Finding]:
    """Findings about whether there is a decision point, then about each."""
    name = inquiry.function.name
    if not inquiry.points:
        yield inquiry.failed(
            DECLARED,
            name,
            f"'{name}' has no decision point.",
            f"Declare one: decision_point: {name}.…",
        )
        return
    yield inquiry.passed(DECLARED, name, f"{len(inquiry.points)} declared.")
    for point in inquiry.points:
        yield _moment(inquiry, point)
        release = _release(inquiry, point)
        yield _loads(inquiry, point, release)
        yield _options(inquiry, point, release)
        yield _reviewers(inquiry, point)
        yield _complete(inquiry, point)


def _moment(inquiry: Inquiry, point: DecisionPoint) -> Finding:
    for source in point.context:
        problem = _known_too_late(inquiry, point, source)
        if problem is not None:
            return inquiry.failed(MOMENT_BOUND, point.name, *problem)
    moment = point.moment
    where = (moment.process, moment.activity, moment.surface, moment.object, moment.event)
    at = f", at '{moment.at}' in the life of its data" if moment.at else ""
    seen = f"{' / '.join(part for part in where if part)}{at}."
    return inquiry.passed(MOMENT_BOUND, point.name, seen)


def _known_too_late(
    inquiry: Inquiry, point: DecisionPoint, source: ContextSource
) -> tuple[str, str] | None:
    """What is wrong with reading the source at the moment, and the fix."""
    promised = inquiry.promised(source.product)
    if promised is None:
        return f"Nobody knows when '{source.product}' is known.", "Declare its contract."
    contract, table = promised
    life, at = contract.lifecycle, source.at or point.moment.at
    if not life:
        return None  # everything is known at once
    if at not in life:
        seen = f"'{source.product}' is read at no moment of its life cycle."
        return seen, f"Set moment.at to one of {', '.join(life)}."
    known = life[: life.index(at) + 1]
    fields = [table.by_name[name] for name in source.fields if name in table.by_name]
    late = [field.name for field in fields if (field.known_at or life[0]) not in known]
    if late:
        return (
            f"{', '.join(late)} of '{source.product}' is known only after '{at}'.",
            "Remove it from the context: an outcome must not be an input.",
        )
    return None


def _release(inquiry: Inquiry, point: DecisionPoint) -> Pinned | str:
    """The pinned release, loaded, or why there is none."""
    digest = pinned_digest(inquiry.store, point.name)
    if digest is None:
        return "No release is pinned."
    try:
        return load_release(inquiry.store, digest)
    except SpanwiseError as error:
        return f"Release {digest[:12]} does not load: {error.message}"


def _loads(inquiry: Inquiry, point: DecisionPoint, release: Pinned | str) -> Finding:
    if isinstance(release, str):
        fix = "Lock a release of what is declared, and pin it."
        return inquiry.failed(RELEASE_LOADS, point.name, release, fix)
    return inquiry.passed(RELEASE_LOADS, point.name, f"Release {release.digest[:12]} loads.")


def _options(inquiry: Inquiry, point: DecisionPoint, release: Pinned | str) -> Finding:
    if isinstance(release, str):
        seen = "Without a release nobody knows what can be recommended."
        return inquiry.unknown(OPTIONS_KNOWN, point.name, seen, "Pin a release that loads.")
    recommended, listed = release.engine.options, point.listed_options
    strange = [] if listed is None else [name for name in recommended if name not in listed]
    if strange:
        return inquiry.failed(
            OPTIONS_KNOWN,
            point.name,
            f"The release can recommend '{strange[0]}', which is not an option.",
            "Add it to the options, or pin another release.",
        )
    count = len(recommended if listed is None else listed)
    if count < 2:
        return inquiry.failed(
            OPTIONS_KNOWN, point.name, f"There is {count} option.", "Offer two options at least."
        )
    return inquiry.passed(OPTIONS_KNOWN, point.name, f"There are {count} options.")


def _reviewers(inquiry: Inquiry, point: DecisionPoint) -> Finding:
    team, needed = point.review.team, point.review.required_reviewers
    members = inquiry.function.teams.get(team, ())
    active = [login for login in members if _can_review(inquiry, login)]
    if len(active) < needed:
        return inquiry.failed(
            REVIEWERS_ACTIVE,
            point.name,
            f"{len(active)} of {len(members)} in '{team}' can sign in and decide; "
            f"{needed} must be able to.",
            "Name people in the team, and give them accounts as reviewers of this function.",
        )
    seen = f"{len(active)} of {len(members)} in '{team}' can sign in and decide."
    return inquiry.passed(REVIEWERS_ACTIVE, point.name, seen)


def _can_review(inquiry: Inquiry, login: str) -> bool:
    account = account_by_login(inquiry.store, login)
    if account is None or account.disabled_at_ms is not None:
        return False
    actor = account.actor
    return actor.covers(inquiry.function.name) and may(actor, Action.RESOLVE)


def _complete(inquiry: Inquiry, point: DecisionPoint) -> Finding:
    required = {source.product: _required(inquiry, source) for source in point.context}
    recent = inquiry.recent(point)
    count = Count(
        good=sum(_is_complete(record, required) for record in recent.records),
        n=len(recent.records),
        first_at_ms=recent.first_at_ms,
    )
    return inquiry.measured(CASES_COMPLETE, point.name, count)


def _required(inquiry: Inquiry, source: ContextSource) -> frozenset[str]:
    """The fields that are read and that the contract does not let be empty."""
    promised = inquiry.promised(source.product)
    fields = promised[1].fields if promised else ()
    return frozenset(f.name for f in fields if f.required and f.name in source.fields)


def _is_complete(record: DecisionRecord, required: dict[str, frozenset[str]]) -> bool:
    parts = {part.product: part for part in record.context}
    return all(
        product in parts and _has(parts[product], fields) for product, fields in required.items()
    )


def _has(part: ContextPart, fields: frozenset[str]) -> bool:
    if part.state == "missing" or part.withheld:
        return False
    return all(part.fields.get(name) is not None for name in fields)
