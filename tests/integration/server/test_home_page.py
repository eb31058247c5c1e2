"""The home page on a real installation."""

from starlette.testclient import TestClient
from tests.support.people import DANA, LEAD, LEE_OF_FINANCE, NADIA, person
from tests.support.site import Site

from spanwise.core.actor import Role
from spanwise.core.clock import DAY_MS, FixedClock
from spanwise.spec.models.decision_points import Stage


def test_an_owner_sees_the_stage_and_what_holds_it_back(site: Site) -> None:
    page = site.visitor(DANA).get("/")
    assert page.status_code == 200
    assert "Route an incident to an assignment group" in page.text
    assert "Shadow" in page.text
    assert "Nothing holds it back." not in page.text


def test_nobody_sees_a_function_outside_their_scope(site: Site) -> None:
    for who in (LEE_OF_FINANCE, person("fay.ng", Role.FUNCTION_OWNER, "finance")):
        page = site.visitor(who).get("/")
        assert page.status_code == 200
        assert "operations" not in page.text
        assert "No function yet" in page.text


def test_an_alarm_and_late_tasks_need_attention(site: Site, clock: FixedClock) -> None:
    site.operations.earn(Stage.ASSIST)
    site.operations.open_task()
    site.operations.raise_alarm()
    clock.advance(DAY_MS)
    owner = site.visitor(DANA).get("/").text
    assert "Risk alarm: Too many errors." in owner
    assert "1 task is overdue" in owner


def test_who_has_no_inbox_is_sent_to_the_decision_point(site: Site, clock: FixedClock) -> None:
    site.operations.earn(Stage.ASSIST)
    site.operations.open_task()
    clock.advance(DAY_MS)
    (item,) = site.visitor(LEAD).get("/v1/home").json()["attention"]
    assert item["text"].startswith("1 task is overdue")
    assert item["url"] == "/decision-points/operations.route-incident"


def test_a_reviewer_is_not_shown_readiness(site: Site) -> None:
    (function,) = site.visitor(NADIA).get("/v1/home").json()["functions"]
    assert function["readiness"] == "unknown"
    assert function["points"][0]["stage"] == "shadow"


def test_the_flow_counts_whole_days(site: Site, clock: FixedClock) -> None:
    site.operations.earn(Stage.ASSIST)
    site.operations.decide("INC-vpn")
    browser = site.service(LEAD)
    today = browser.get("/v1/home").json()
    assert [step["count"] for step in today["flow"]] == [0, 0, 0, 0, 0]
    clock.advance(DAY_MS)
    tomorrow = browser.get("/v1/home").json()
    assert [step["count"] for step in tomorrow["flow"]] == [1, 0, 1, 0, 0]


def test_days_before_the_first_pin_are_unknown(site: Site, clock: FixedClock) -> None:
    clock.advance(3 * DAY_MS)
    (function,) = site.visitor(LEAD).get("/v1/home").json()["functions"]
    assert function["points"][0]["per_day"] == [None] * 12 + [0, 0]


def test_a_visitor_is_asked_to_sign_in(site: Site) -> None:
    answer = TestClient(site.app).get("/", follow_redirects=False)
    assert answer.headers["location"].startswith("/sign-in")
