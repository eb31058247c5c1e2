"""The readiness page on a real installation."""

import pytest
from tests.support.people import DANA, DESK, LEAD, NADIA, UMA_THE_AUDITOR, person
from tests.support.site import Site

from spanwise.core.actor import Actor, Role
from spanwise.readiness.ownership import accept_ownership


@pytest.mark.parametrize("who", [DANA, LEAD, UMA_THE_AUDITOR])
def test_every_criterion_is_shown_with_its_evidence(site: Site, who: Actor) -> None:
    page = site.visitor(who).get("/readiness")
    assert page.status_code == 200
    for words in ("Clean, accessible data", "A clear decision point", "An accountable owner"):
        assert words in page.text
    assert "A batch was published" in page.text
    assert "None is ready" in page.text


def test_an_owner_who_has_not_accepted_is_said_not_to_have(site: Site) -> None:
    browser = site.visitor(DANA)
    assert "(has not accepted)" in browser.get("/readiness").text
    workspace = site.platform.policies.workspace
    accept_ownership(site.platform.store, DANA, workspace.functions["operations"])
    assert "(has not accepted)" not in browser.get("/readiness").text


def test_what_was_never_measured_is_unknown(site: Site) -> None:
    (function,) = site.visitor(LEAD).get("/v1/readiness").json()["functions"]
    rates = [rate for criterion in function["criteria"] for rate in criterion["rates"]]
    empty = [rate for rate in rates if rate["figure"]["n"] == 0]
    assert empty
    for rate in empty:
        assert rate["state"] == "unknown"
        assert rate["figure"]["value"] is None
        assert rate["observed_at_ms"] is None


def test_a_reviewer_may_not_see_it(site: Site) -> None:
    assert site.visitor(NADIA).get("/readiness").status_code == 403


def test_an_owner_of_another_function_gets_nothing_of_this_one(site: Site) -> None:
    browser = site.visitor(person("fay.ng", Role.FUNCTION_OWNER, "finance"))
    page = browser.get("/readiness")
    assert page.status_code == 200
    assert "operations" not in page.text
    assert browser.get("/v1/readiness").json()["functions"] == []


def test_a_service_without_the_role_is_refused(site: Site) -> None:
    assert site.service(DESK).get("/v1/readiness").status_code == 403
