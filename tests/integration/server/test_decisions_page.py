import pytest
from tests.support.people import DANA, LEAD, NADIA, UMA_THE_AUDITOR, person
from tests.support.site import Site

from spanwise.core.actor import Actor, Role
from spanwise.spec.models.decision_points import Stage
from spanwise.workflow.resolve import Answer, Verb

OWNER_OF_FINANCE = person("fay.owner", Role.FUNCTION_OWNER, "finance")
HOLDOUT = (("holdout_rate: 0%", "holdout_rate: 100%"),)
SAID = "network"


def test_a_review_shows_everything_that_is_recorded(site: Site) -> None:
    site.operations.earn(Stage.ASSIST)
    reply = site.operations.decide()
    page = site.visitor(NADIA).get(f"/decisions/{reply.decision}").text
    assert SAID in page
    assert "96.9%" in page
    assert "incident-router" in page
    assert "Not chained yet" in page
    assert "Not known yet" in page


@pytest.mark.parametrize(
    ("who", "told"), [(NADIA, False), (DANA, True), (LEAD, True), (UMA_THE_AUDITOR, True)]
)
def test_in_shadow_only_overseers_see_what_the_ai_says(site: Site, who: Actor, told: bool) -> None:
    reply = site.operations.decide()
    page = site.visitor(who).get(f"/decisions/{reply.decision}").text
    assert (SAID in page) is told
    assert ("96.9%" in page) is told


@pytest.mark.parametrize(("who", "told"), [(NADIA, False), (DANA, False), (UMA_THE_AUDITOR, True)])
def test_who_could_resolve_an_open_task_does_not_see_its_answer(
    site: Site, who: Actor, told: bool
) -> None:
    site.operations.apply(*HOLDOUT)
    site.operations.earn(Stage.ASSIST)
    reply = site.operations.decide()
    assert reply.route == "withheld"
    address = f"/decisions/{reply.decision}"
    browser = site.visitor(who)
    assert (SAID in browser.get(address).text) is told
    task = site.operations.task_of(reply)
    answer = Answer(verb=Verb.CHANGE, version=task.version, choice="access", reason_code=None)
    site.operations.resolver.answer(NADIA, task.id, answer)
    assert SAID in browser.get(address).text


def test_another_function_is_not_there(site: Site) -> None:
    reply = site.operations.decide()
    browser = site.visitor(OWNER_OF_FINANCE)
    assert browser.get(f"/decisions/{reply.decision}").status_code == 404
    assert browser.get("/decisions/dec_nothing").status_code == 404
