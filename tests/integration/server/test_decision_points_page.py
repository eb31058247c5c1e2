"""The page of a decision point on a real installation, and its kill switch."""

import re

import pytest
from starlette.testclient import TestClient
from tests.support.operations import ACCESS, NETWORK
from tests.support.people import DANA, DESK, EMIL, LEAD, NADIA, person
from tests.support.site import Site

from spanwise.core.actor import PLATFORM, Role
from spanwise.core.clock import DAY_MS, FixedClock
from spanwise.demo.organisation import DECISION_POINT
from spanwise.measurement.outcomes import Observation, record_outcomes
from spanwise.spec.models.decision_points import Stage

PAGE = f"/decision-points/{DECISION_POINT}"


def fields(browser: TestClient) -> dict[str, str]:
    """The hidden fields of the page's switch."""
    text = browser.get(PAGE).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    version = re.search(r'name="version" value="([^"]+)"', text)
    assert token is not None
    assert version is not None
    return {"csrf_token": token[1], "version": version[1]}


def test_it_says_what_governs_the_decision_point(site: Site) -> None:
    page = site.visitor(DANA).get(PAGE)
    assert page.status_code == 200
    assert site.operations.release[:12] in page.text
    assert "operations.incidents" in page.text
    assert "No label yet" in page.text
    assert "Nothing is measured yet" in page.text


@pytest.mark.parametrize("path", [PAGE, f"/v1{PAGE}"])
def test_outside_of_the_scope_there_is_no_such_thing(site: Site, path: str) -> None:
    browser = site.visitor(person("fay.ng", Role.FUNCTION_OWNER, "finance"))
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "Route an incident" not in answer.text


def test_what_if_rests_on_matured_cases(site: Site, clock: FixedClock) -> None:
    """Two recommendations: a sure one that is right, and one less sure that is wrong."""
    site.operations.decide("INC-vpn")
    site.operations.decide("INC-password")
    clock.advance(15 * DAY_MS)
    truths = {"INC-vpn": NETWORK, "INC-password": NETWORK}
    observed = [
        Observation(entity=entity, label=label, observed_at_ms=clock.now_ms())
        for entity, label in truths.items()
    ]
    record_outcomes(site.platform.store, PLATFORM, DECISION_POINT, observed, source="test")
    page = site.visitor(DANA).get(f"/v1{PAGE}?threshold=0.9").json()
    asked = page["what_if"]
    assert (asked["coverage"]["value"], asked["error"]["value"]) == (0.5, 0.0)
    assert [point["error"] for point in page["curve"]] == [0.0, 0.5]
    assert page["performance"][0]["figure"]["value"] == 0.5
    assert page["people_error"] is None


def test_a_threshold_that_is_none_is_refused(site: Site) -> None:
    assert site.visitor(DANA).get(f"{PAGE}?threshold=2").status_code == 422


def test_the_kill_switch_and_back(site: Site) -> None:
    site.operations.earn(Stage.ASSIST)
    browser = site.visitor(DANA)
    page = browser.post(f"{PAGE}/suspend", data={**fields(browser), "reason": "Something is off"})
    assert "Suspended. People decide without the AI" in page.text
    assert "“Something is off”" in page.text
    assert site.platform.policies.of(DECISION_POINT).stage is Stage.SUSPENDED
    page = browser.post(f"{PAGE}/resume", data={**fields(browser), "reason": "It was the network"})
    assert "Resumed." in page.text
    assert site.platform.policies.of(DECISION_POINT).stage is Stage.ASSIST


def test_an_old_page_suspends_but_does_not_resume(site: Site) -> None:
    browser = site.visitor(DANA)
    old = fields(browser)
    site.operations.earn(Stage.ASSIST)
    suspended = browser.post(f"{PAGE}/suspend", data={**old, "reason": "Stop"})
    assert suspended.status_code == 200
    assert browser.post(f"{PAGE}/resume", data={**old, "reason": "Go"}).status_code == 409
    assert site.platform.policies.of(DECISION_POINT).stage is Stage.SUSPENDED


@pytest.mark.parametrize(
    ("sent", "status"), [({"csrf_token": "forged"}, 403), ({"reason": " "}, 422)]
)
def test_a_forged_or_empty_form_changes_nothing(
    site: Site, sent: dict[str, str], status: int
) -> None:
    site.operations.earn(Stage.ASSIST)
    browser = site.visitor(DANA)
    form = {**fields(browser), "reason": "Stop", **sent}
    assert browser.post(f"{PAGE}/suspend", data=form).status_code == status
    assert site.platform.policies.of(DECISION_POINT).stage is Stage.ASSIST


def test_who_may_use_the_switch(site: Site) -> None:
    lead, reviewer = site.visitor(LEAD), site.visitor(NADIA)
    assert "Suspend now" in lead.get(PAGE).text
    assert "Only its owner and the platform lead may use it." in reviewer.get(PAGE).text
    forbidden = {"csrf_token": token_of(reviewer), "reason": "Stop"}
    assert reviewer.post(f"{PAGE}/suspend", data=forbidden).status_code == 403
    lead.post(f"{PAGE}/suspend", data={**fields(lead), "reason": "Stop"})
    assert "Only its owner" in lead.get(PAGE).text  # off is for both, on is for its owner


def token_of(browser: TestClient) -> str:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/").text)
    assert token is not None
    return token[1]


def test_a_withheld_recommendation_is_not_found_here(site: Site, clock: FixedClock) -> None:
    site.operations.decide("INC-password")  # in shadow nobody sees it
    site.operations.earn(Stage.ASSIST)
    site.operations.decide("INC-vpn")
    page = site.visitor(EMIL).get(f"/v1{PAGE}").json()
    assert [line["recommendation"] for line in page["recent"]] == [NETWORK, None]
    assert page["recent"][1]["confidence"] is None
    assert ACCESS not in str(page["recent"])


def test_a_service_reads_it_with_its_token(site: Site) -> None:
    answer = site.service(DESK).get(f"/v1{PAGE}")
    assert answer.status_code == 200
    assert answer.json()["stages"]["effective"] == "shadow"
