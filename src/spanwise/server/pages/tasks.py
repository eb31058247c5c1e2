"""One review task, and the forms by which a person decides it."""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from spanwise.core.errors import InvalidInput
from spanwise.server.pages.frame import Form, Visitor, go, show
from spanwise.server.pages.task_view import task_page
from spanwise.workflow.resolve import Answer, ReasonCode, Verb

router = APIRouter()
_MAX_TOUCH_MS = 86_400_000
_DONE = {
    Verb.ACCEPT: "Accepted.",
    Verb.CHANGE: "Decided.",
    Verb.DECLINE: "Declined.",
    Verb.ESCALATE: "Escalated.",
}


@router.get("/tasks/{task_id}")
def task(visit: Visitor, task_id: str) -> Response:
    """The task, with its evidence."""
    found = visit.platform.resolver.task(visit.actor, task_id)
    return show(visit, "task", task_page(visit, found))


@router.post("/tasks/{task_id}/claim")
def claim(visit: Visitor, form: Form, task_id: str) -> Response:
    """Holds the task for the reader."""
    visit.platform.resolver.claim(visit.actor, task_id)
    return go(f"/tasks/{task_id}", "It is yours for half an hour.")


@router.post("/tasks/{task_id}/release")
def release(visit: Visitor, form: Form, task_id: str) -> Response:
    """Gives the task back."""
    visit.platform.resolver.release(visit.actor, task_id)
    return go("/inbox", "Released: the team sees it again.")


def _answering(verb: Verb) -> Callable[[Visitor, Form, str], Response]:
    def answer(visit: Visitor, form: Form, task_id: str) -> Response:
        visit.platform.resolver.answer(visit.actor, task_id, _answer(verb, form))
        return go("/inbox", _DONE[verb])

    return answer


for _verb in Verb:
    router.add_api_route(f"/tasks/{{task_id}}/{_verb}", _answering(_verb), methods=["POST"])


def _answer(verb: Verb, form: FormData) -> Answer:
    version = _number(form, "version")
    if version is None:
        raise InvalidInput("The form has no version.", "Load the task again.")
    touch_ms = _number(form, "touch_ms")
    reason = str(form.get("reason_code", ""))
    if reason and reason not in set(ReasonCode):
        raise InvalidInput(f"'{reason[:40]}' is no reason.", "Choose one of the reasons shown.")
    return Answer(
        verb=verb,
        version=version,
        choice=str(form.get("choice", "")) or None,
        reason_code=ReasonCode(reason) if reason else None,
        note=str(form.get("note", "")),
        touch_ms=touch_ms if touch_ms is not None and touch_ms <= _MAX_TOUCH_MS else None,
    )


def _number(form: FormData, name: str) -> int | None:
    text = str(form.get(name, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
