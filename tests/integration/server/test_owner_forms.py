"""The steps of an owner on pages: accept, answer, move up, certify, pin and clear."""

import re

import msgspec
import numpy as np
import pytest
from starlette.testclient import TestClient
from tests.support.models import lookup_model, metadata
from tests.support.operations import GROUPS, SCORES, SURE
from tests.support.people import DANA, LEAD, NADIA, UMA_THE_AUDITOR, person
from tests.support.site import Site

from spanwise.core.actor import Actor, Role
from spanwise.core.clock import DAY_MS, FixedClock
from spanwise.demo.incidents import INPUTS
from spanwise.demo.organisation import DECISION_POINT
from spanwise.readiness.ownership import accept_ownership
from spanwise.spec.models.decision_points import Stage
from spanwise.stats.certify import certify
from spanwise.store.standing import count_certificates, open_alarms

PAGE = f"/decision-points/{DECISION_POINT}"
READINESS = "/readiness/operations"
CERTIFIED = msgspec.json.encode(
    certify(np.full(500, 0.9), np.ones(500, dtype=bool), max_error=0.05, delta=0.05)
).decode()
OTHER_MODEL = lookup_model(
    {**SCORES, "email": (0.5, 0.25, 0.25)},
    labels=GROUPS,
    inputs=INPUTS,
    by="category",
    says=metadata(GROUPS, SURE),
)


def token(browser: TestClient) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/").text)
    assert found is not None
    return {"csrf_token": found[1]}


def accept(site: Site) -> None:
    function = site.platform.policies.workspace.functions["operations"]
    accept_ownership(site.platform.store, DANA, function)


def test_the_declared_owner_accepts_once(site: Site) -> None:
    dana = site.visitor(DANA)
    assert "Accept ownership" in dana.get("/readiness").text
    page = dana.post(f"{READINESS}/accept", data=token(dana)).text
    assert "You answer for" in page
    assert "Accept ownership" not in page


def test_nobody_else_accepts(site: Site) -> None:
    other = site.visitor(person("fay.ng", Role.FUNCTION_OWNER, "operations"))
    assert "Accept ownership" not in other.get("/readiness").text
    assert other.post(f"{READINESS}/accept", data=token(other)).status_code == 403


def test_a_lead_asks_and_the_owner_answers(site: Site) -> None:
    dana, lead = site.visitor(DANA), site.visitor(LEAD)
    assert f"{READINESS}/answer" not in dana.get("/readiness").text
    page = lead.post(f"{READINESS}/drill", data=token(lead)).text
    assert "Asked. The owner or the deputy has a day" in page
    assert f"{READINESS}/drill" not in page
    assert f"{READINESS}/answer" in dana.get("/readiness").text
    assert "Answered." in dana.post(f"{READINESS}/answer", data=token(dana)).text
    assert dana.post(f"{READINESS}/answer", data=token(dana)).status_code == 409
    assert f"{READINESS}/drill" in lead.get("/readiness").text


def test_a_drill_that_ran_out_is_not_asked_any_more(site: Site, clock: FixedClock) -> None:
    lead = site.visitor(LEAD)
    lead.post(f"{READINESS}/drill", data=token(lead))
    clock.advance(DAY_MS + 1)
    assert f"{READINESS}/answer" not in site.visitor(DANA).get("/readiness").text


def test_what_the_next_stage_lacks_is_told_with_its_fix(site: Site) -> None:
    page = site.visitor(DANA).get(PAGE).text
    assert "things are missing" in page
    assert "Let it run in shadow, and send the outcomes of its cases." in page
    assert f"{PAGE}/promote" not in page
    assert "Next stage" not in site.visitor(NADIA).get(PAGE).text


def test_an_owner_moves_it_up_once_it_is_certified(site: Site) -> None:
    site.operations.earn(Stage.ASSIST)
    dana = site.visitor(DANA)
    form = {"to": "guarded", "reason": "It has earned it"}
    assert dana.post(f"{PAGE}/promote", data={**token(dana), **form}).status_code == 403
    accept(site)
    assert dana.post(f"{PAGE}/promote", data={**token(dana), **form}).status_code == 409
    site.operations.certify(content=CERTIFIED)
    assert "Move to guarded" in dana.get(PAGE).text
    page = dana.post(f"{PAGE}/promote", data={**token(dana), **form}).text
    assert "Moved to guarded" in page
    assert site.platform.policies.of(DECISION_POINT).stage is Stage.GUARDED


def test_who_has_yet_to_accept_is_led_there(site: Site) -> None:
    site.operations.earn(Stage.ASSIST)
    site.operations.certify(content=CERTIFIED)
    page = site.visitor(DANA).get(PAGE).text
    assert 'href="/readiness#operations"' in page
    assert f"{PAGE}/promote" not in page


@pytest.mark.parametrize("sent", [{"to": "suspended"}, {"to": ""}])
def test_a_stage_that_is_not_up_is_refused(site: Site, sent: dict[str, str]) -> None:
    dana = site.visitor(DANA)
    answer = dana.post(f"{PAGE}/promote", data={**token(dana), "reason": "Go", **sent})
    assert answer.status_code == 422


def test_each_attempt_to_certify_is_told_and_spent_once(site: Site) -> None:
    dana = site.visitor(DANA)
    assert "Each attempt spends a part of the error budget" in dana.get(PAGE).text
    form = {**token(dana), "attempts": "0"}
    assert "Cannot certify yet" in dana.post(f"{PAGE}/certify", data=form).text
    assert dana.post(f"{PAGE}/certify", data=form).status_code == 409
    assert count_certificates(site.platform.store, DECISION_POINT) == 1
    assert [entry.actor for entry in site.operations.entries("certificate.refused")] == [DANA.id]


def test_a_newer_release_waits_for_its_owner(site: Site) -> None:
    site.operations.earn(Stage.ASSIST)
    before = site.operations.release
    step = site.operations.apply(model=OTHER_MODEL).releases[0]
    assert (step.pinned, site.operations.release) == (False, before)
    assert "Its owner pins it." in site.visitor(LEAD).get(PAGE).text
    dana = site.visitor(DANA)
    assert f"Pin release {step.release[:12]}" in dana.get(PAGE).text
    form = {**token(dana), "release": step.release, "reason": "Better on email"}
    assert dana.post(f"{PAGE}/pin", data={**form, "reason": " "}).status_code == 422
    assert dana.post(f"{PAGE}/pin", data={**form, "release": before}).status_code == 409
    assert "Pinned. Release" in dana.post(f"{PAGE}/pin", data=form).text
    assert site.operations.release == step.release
    assert dana.post(f"{PAGE}/pin", data=form).status_code == 409


def test_an_owner_clears_an_alarm_and_nothing_comes_back(site: Site) -> None:
    site.operations.earn(Stage.GUARDED)
    site.operations.certify(content=CERTIFIED)
    alarm = site.operations.raise_alarm()
    path = f"{PAGE}/alarms/{alarm.id}/clear"
    assert path not in site.visitor(LEAD).get(f"/v1{PAGE}").text
    dana = site.visitor(DANA)
    page = dana.post(path, data={**token(dana), "reason": "The feed is mended"}).text
    assert "Cleared." in page
    assert open_alarms(site.platform.store, DECISION_POINT) == []
    assert site.platform.policies.of(DECISION_POINT).stage is Stage.ASSIST


@pytest.mark.parametrize("who", [LEAD, NADIA, UMA_THE_AUDITOR])
@pytest.mark.parametrize("verb", ["promote", "certify", "pin", "alarms/alm_1/clear"])
def test_the_steps_are_the_owners_alone(site: Site, who: Actor, verb: str) -> None:
    browser = site.visitor(who)
    assert f"{PAGE}/{verb}" not in browser.get(PAGE).text
    form = {**token(browser), "to": "assist", "reason": "Go", "attempts": "0"}
    assert browser.post(f"{PAGE}/{verb}", data=form).status_code == 403


@pytest.mark.parametrize("path", [f"{PAGE}/certify", f"{PAGE}/pin", f"{READINESS}/accept"])
def test_a_forged_form_changes_nothing(site: Site, path: str) -> None:
    form = {"csrf_token": "forged", "attempts": "0", "reason": "Go"}
    assert site.visitor(DANA).post(path, data=form).status_code == 403
    assert count_certificates(site.platform.store, DECISION_POINT) == 0
