"""A decision point: all about it in one conversation, its owner's steps, and the kill switch."""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from starlette.datastructures import FormData
from starlette.responses import Response

from spanwise.access.permissions import Action
from spanwise.core.errors import Conflict, InvalidInput
from spanwise.governance.releases import pin
from spanwise.measurement.certificates import issue_certificate
from spanwise.readiness.moves import MAX_REASON
from spanwise.readiness.stages import clear_alarm, promote, resume, suspend
from spanwise.server.pages.decision_point_view import authorised_point, decision_point_page
from spanwise.server.pages.frame import Form, Visit, Visitor, go, show
from spanwise.server.pages.next_stage_view import newer_release
from spanwise.spec.models.decision_points import Stage
from spanwise.store.standing import count_certificates, moves_of

router = APIRouter(prefix="/decision-points/{name}")


@router.get("")
def decision_point(
    visit: Visitor, name: str, threshold: Annotated[float | None, Query(ge=0, le=1)] = None
) -> Response:
    """One decision point; with a threshold, what that would mean."""
    view = decision_point_page(visit.platform, visit.actor, name, threshold)
    query = "" if threshold is None else "?" + urlencode({"threshold": threshold})
    return show(visit, "decision_point", view, json_url=f"/v1{_path(name)}{query}")


@router.post("/suspend")
def suspend_point(visit: Visitor, form: Form, name: str) -> Response:
    """The kill switch. An old page must not hinder it: off is always the safe side."""
    workspace = visit.platform.policies.workspace
    suspend(visit.platform.store, workspace, visit.actor, name, reason=_text(form, "reason"))
    return go(_path(name), "Suspended. People decide without the AI from the next case on.")


@router.post("/resume")
def resume_point(visit: Visitor, form: Form, name: str) -> Response:
    """Ends a suspension, if nothing moved since the page was read."""
    authorised_point(visit.platform, visit.actor, Action.RESUME, name)
    _check_version(visit, name, _text(form, "version"))
    workspace = visit.platform.policies.workspace
    resume(visit.platform.store, workspace, visit.actor, name, reason=_text(form, "reason"))
    return go(_path(name), "Resumed. What was earned and not lost since is in force again.")


@router.post("/promote")
def promote_point(visit: Visitor, form: Form, name: str) -> Response:
    """One stage up, on the approval of who answers for it."""
    to = _stage(_text(form, "to"))
    workspace = visit.platform.policies.workspace
    promote(visit.platform.store, workspace, visit.actor, name, to=to, reason=_text(form, "reason"))
    return go(_path(name), f"Moved to {to}, from the next case on.")


@router.post("/certify")
def certify_point(visit: Visitor, form: Form, name: str) -> Response:
    """One attempt to certify the pinned release. A form sent twice does not spend twice."""
    point = authorised_point(visit.platform, visit.actor, Action.MOVE_STAGE, name)
    release = visit.platform.policies.of(name).pinned_digest
    if release is None:
        raise Conflict(f"'{name}' runs no release.", "Pin a release first.")
    store = visit.platform.store
    if _text(form, "attempts") != str(count_certificates(store, name)):
        raise Conflict(
            "Somebody has tried since this page was read.",
            "Read the page again; each attempt spends a part of the error budget.",
        )
    unit = store.unit(visit.actor)
    found = issue_certificate(store, unit, point, release)
    unit.commit()
    said = "Certified." if found.certified else f"Cannot certify yet: {found.reason}"
    return go(_path(name), said)


@router.post("/pin")
def pin_release(visit: Visitor, form: Form, name: str) -> Response:
    """Runs the newer release that waits, if it is still the one that was read."""
    point = authorised_point(visit.platform, visit.actor, Action.PIN, name)
    reason, newer = _text(form, "reason").strip(), newer_release(visit.platform, point)
    if not 0 < len(reason) <= MAX_REASON:
        raise InvalidInput("The reason is empty or too long.", f"Give 1 to {MAX_REASON} letters.")
    if newer is None or newer.digest != _text(form, "release"):
        raise Conflict("That release does not wait any more.", "Read the page again.")
    unit = visit.platform.store.unit(visit.actor)
    pin(unit, name, newer.digest, reason=reason)
    unit.commit()
    return go(_path(name), f"Pinned. Release {newer.digest[:12]} runs from the next case on.")


@router.post("/alarms/{alarm}/clear")
def clear(visit: Visitor, form: Form, name: str, alarm: str) -> Response:
    """Clears an alarm whose cause is mended."""
    authorised_point(visit.platform, visit.actor, Action.CLEAR_ALARM, name)
    workspace = visit.platform.policies.workspace
    clear_alarm(visit.platform.store, workspace, visit.actor, alarm, reason=_text(form, "reason"))
    return go(_path(name), "Cleared. What the alarm took away must be earned again.")


def _text(form: FormData, name: str) -> str:
    return str(form.get(name, ""))


def _stage(text: str) -> Stage:
    if text not in (Stage.ASSIST, Stage.GUARDED):
        raise InvalidInput("That is not a stage to move up to.", "Choose assist or guarded.")
    return Stage(text)


def _check_version(visit: Visit, name: str, seen: str) -> None:
    if seen != str(len(moves_of(visit.platform.store, name))):
        raise Conflict(
            "The decision point has moved since this page was read.",
            "Read the page again, and decide on what it says now.",
        )


def _path(name: str) -> str:
    return f"/decision-points/{quote(name)}"
