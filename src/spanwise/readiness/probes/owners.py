"""An accountable owner: declared, able to act, has accepted, and answers."""

from collections.abc import Iterator
from typing import get_args

from spanwise.access.permissions import Action, may
from spanwise.core.clock import to_rfc3339
from spanwise.readiness.answers import ANSWER_WITHIN_MS, COUNTS_FOR_MS, Ask, asks
from spanwise.readiness.criteria import Criterion, Finding
from spanwise.readiness.inquiry import Inquiry, Probe
from spanwise.readiness.ownership import Capacity, acceptance, login_of
from spanwise.spec.values import format_duration
from spanwise.store.accounts import account_by_login

DEPUTY_NAMED = Probe(
    criterion=Criterion.OWNER, code="deputy_named", text="Owner and deputy are two people"
)
CAN_ACT = Probe(
    criterion=Criterion.OWNER, code="can_act", text="They can sign in and act for the function"
)
ACCEPTED = Probe(
    criterion=Criterion.OWNER, code="accepted", text="They have accepted to be accountable"
)
ANSWERS = Probe(criterion=Criterion.OWNER, code="answers", text="The owner answers in time")
_START_DRILL = "Let a platform lead start a drill, and answer it within a day."


def probe_owner(inquiry: Inquiry) -> Iterator[Finding]:
    """Findings about the owner and the deputy."""
    yield _deputy(inquiry)
    for capacity in get_args(Capacity):
        yield _can_act(inquiry, capacity)
        yield _accepted(inquiry, capacity)
    yield _answers(inquiry)


def _deputy(inquiry: Inquiry) -> Finding:
    owner, name = inquiry.function.owner, inquiry.function.name
    if owner.user == owner.deputy:
        seen = f"{owner.user} is the owner and the deputy."
        return inquiry.failed(DEPUTY_NAMED, name, seen, "Name somebody else as deputy.")
    seen = f"{owner.user} is the owner, {owner.deputy} the deputy."
    return inquiry.passed(DEPUTY_NAMED, name, seen)


def _can_act(inquiry: Inquiry, capacity: Capacity) -> Finding:
    login, name = login_of(inquiry.function, capacity), inquiry.function.name
    account = account_by_login(inquiry.store, login)
    if account is None or account.disabled_at_ms is not None:
        seen = f"{login} has no account in use."
        fix = f"Give {login} an account as function owner of '{name}'."
        return inquiry.failed(CAN_ACT, capacity, seen, fix)
    if not (account.actor.covers(name) and may(account.actor, Action.MOVE_STAGE)):
        seen = f"{login} may not act for '{name}'."
        fix = f"Give {login} the role of function owner for '{name}'."
        return inquiry.failed(CAN_ACT, capacity, seen, fix)
    return inquiry.passed(CAN_ACT, capacity, f"{login} can sign in and act for '{name}'.")


def _accepted(inquiry: Inquiry, capacity: Capacity) -> Finding:
    login = login_of(inquiry.function, capacity)
    accepted = acceptance(inquiry.store, inquiry.function, capacity)
    if accepted is None:
        fix = f"Let {login} sign in and accept ownership."
        return inquiry.failed(ACCEPTED, capacity, f"{login} has not accepted.", fix)
    seen = f"{login} accepted on {to_rfc3339(accepted.accepted_at_ms)[:10]}."
    return inquiry.passed(ACCEPTED, capacity, seen)


def _answers(inquiry: Inquiry) -> Finding:
    """Judged by the newest time of asking that was answered, or should have been by now."""
    name = inquiry.function.name
    known = [ask for ask in asks(inquiry.store, inquiry.function) if _is_settled(ask, inquiry)]
    if not known:
        days = format_duration(COUNTS_FOR_MS)
        return inquiry.unknown(
            ANSWERS, name, f"Nobody needed an answer in the last {days}.", _START_DRILL
        )
    ask = known[0]
    asked = f"Asked on {to_rfc3339(ask.asked_at_ms)[:10]} ({ask.subject})"
    if ask.answered_at_ms is None:
        return inquiry.failed(ANSWERS, name, f"{asked}; nobody answered.", _START_DRILL)
    minutes = (ask.answered_at_ms - ask.asked_at_ms) // 60_000
    if not ask.in_time:
        within = format_duration(ANSWER_WITHIN_MS)
        seen = f"{asked}; answered after {minutes:,} minutes instead of {within}."
        return inquiry.failed(ANSWERS, name, seen, _START_DRILL)
    return inquiry.passed(
        ANSWERS,
        name,
        f"{asked}; {ask.answered_by} answered after {minutes:,} minutes.",
        observed_at_ms=ask.answered_at_ms,
        lasts_ms=COUNTS_FOR_MS,
    )


def _is_settled(ask: Ask, inquiry: Inquiry) -> bool:
    return ask.answered_at_ms is not None or ask.due_at_ms < inquiry.now_ms
