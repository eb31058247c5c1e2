from tests.support.people import DANA, NADIA, person
from tests.support.site import Site

from spanwise.core.actor import Role

DANA_OF_FINANCE = person("fay.owner", Role.FUNCTION_OWNER, "finance")


def test_nothing_is_measured_before_the_first_case(site: Site) -> None:
    page = site.visitor(DANA).get("/scorecards/operations")
    assert page.status_code == 200
    assert "Not measured" in page.text
    assert "Stated" in page.text  # the baseline that the workspace states


def test_a_decision_point_has_an_address_of_its_own(site: Site) -> None:
    browser = site.visitor(NADIA)
    assert browser.get("/scorecards/operations.route-incident").status_code == 200
    assert browser.get("/scorecards/operations.nothing").status_code == 404


def test_the_same_as_json(site: Site) -> None:
    card = site.visitor(DANA).get("/v1/scorecards/operations").json()
    [point] = card["points"]
    assert point["metrics"][0]["estimate"]["value"] is None


def test_another_function_is_not_there(site: Site) -> None:
    browser = site.visitor(DANA_OF_FINANCE)
    for address in ("/scorecards/operations", "/v1/scorecards/operations"):
        assert browser.get(address).status_code == 404


def test_who_is_not_signed_in_is_asked_to(site: Site) -> None:
    from_outside = site.visitor(DANA)
    from_outside.cookies.clear()
    answer = from_outside.get("/scorecards/operations", follow_redirects=False)
    assert answer.status_code == 303
