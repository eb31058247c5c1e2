"""Pages as a browser gets them: whole, strict, labelled, and honest about what is unknown."""

import dataclasses
import re
import runpy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from spanwise.server.render import PAGES, STATIC, render, static_url
from spanwise.server.views.home import HomePage
from spanwise.server.views.inbox import InboxCounts, InboxPage
from spanwise.server.views.sign_in import SignInPage

SAMPLES: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[2] / "browser/samples.py"))[
    "SAMPLES"
]
_VOID = {"meta", "link", "input", "br"}

samples = pytest.mark.parametrize("name", SAMPLES)


class Document(HTMLParser):
    """Elements with their attributes, the elements around them, and the text inside them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        assert not self._open, f"never closed: {self._open[-1].tag}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self._open[-1] if self._open else None
        element = Element(tag, {key: value or "" for key, value in attrs}, parent)
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> "list[Element]":
        return [
            element
            for element in self.elements
            if element.tag == tag and attributes.items() <= element.attributes.items()
        ]


@dataclasses.dataclass(eq=False)
class Element:
    tag: str
    attributes: dict[str, str]
    parent: "Element | None"
    text: str = ""

    def within(self, other: "Element") -> bool:
        around = self.parent
        while around is not None and around is not other:
            around = around.parent
        return around is other


def document(name: str, **shell: object) -> Document:
    return Document(html(name, **shell))


def html(name: str, **shell: object) -> str:
    sample = SAMPLES[name]
    return render(sample.page, sample.view, dataclasses.replace(sample.shell, **shell))


def test_every_page_has_a_sample() -> None:
    assert {sample.page for sample in SAMPLES.values()} == set(PAGES)


@samples
def test_nothing_is_styled_or_run_inline(name: str) -> None:
    for element in document(name).elements:
        assert "style" not in element.attributes
        assert not [key for key in element.attributes if key.startswith("on")]
        assert element.tag != "style"
        if element.tag == "script":
            assert element.attributes["src"].startswith("/static/")
            assert not element.text


@samples
def test_a_page_has_its_landmarks_and_one_heading(name: str) -> None:
    page = document(name)
    assert len(page.all("main", id="main")) == 1
    assert len(page.all("h1")) == 1
    assert page.all("a", **{"class": "skip"})[0].attributes["href"] == "#main"
    assert page.all("title")[0].text.endswith("· Spanwise")
    assert bool(page.all("nav", **{"aria-label": "Main"})) == (
        SAMPLES[name].shell.person is not None
    )


@samples
def test_an_id_stands_once_and_references_resolve(name: str) -> None:
    page = document(name)
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in page.elements:
        for key in ("for", "aria-labelledby", "aria-describedby", "popovertarget"):
            assert element.attributes.get(key, ids[0]) in ids


@samples
def test_simulated_data_is_labelled_on_every_page(name: str) -> None:
    assert "Simulated data." in html(name, simulated=True)
    assert "Simulated data." not in html(name, simulated=False)


@samples
def test_every_form_carries_the_token_and_every_field_a_name(name: str) -> None:
    page = document(name)
    for form in page.all("form", method="post"):
        fields = {
            field.attributes["name"]: field.attributes.get("value", "")
            for field in page.all("input")
            if field.within(form)
        }
        assert fields["csrf_token"] == "sample-token"
        if form.attributes["action"].startswith("/tasks/"):
            assert {"version", "idempotency_key", "touch_ms"} <= fields.keys()
    labelled = {label.attributes.get("for") for label in page.all("label")}
    for field in page.all("input") + page.all("select") + page.all("textarea"):
        inside_label = any(field.within(label) for label in page.all("label"))
        hidden = field.attributes.get("type") == "hidden"
        assert hidden or inside_label or field.attributes.get("id") in labelled


@samples
def test_a_status_is_an_icon_and_a_word(name: str) -> None:
    page = document(name)
    for status in page.all("span"):
        if "status" in status.attributes.get("class", "").split():
            assert status.text.strip()
            assert any(drawing.within(status) for drawing in page.all("svg"))
            assert status.attributes["data-tone"]


@samples
def test_a_time_says_when_to_people_and_machines(name: str) -> None:
    for moment in document(name).all("time"):
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moment.attributes["datetime"]
        )
        assert "UTC" in moment.attributes.get("title", moment.text)


def test_text_of_others_is_never_markup() -> None:
    hostile = SignInPage(login='"><script>alert(1)</script>', problem="<b>no</b>")
    page = render("sign_in", hostile, SAMPLES["sign_in"].shell)
    assert "<script>alert" not in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page


def test_a_page_takes_only_its_own_view() -> None:
    with pytest.raises(TypeError, match="'inbox' shows InboxPage, not HomePage"):
        render("inbox", SAMPLES["home"].view, SAMPLES["home"].shell)
    with pytest.raises(KeyError):
        render("accounts", SAMPLES["home"].view, SAMPLES["home"].shell)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_on_the_document(theme: str) -> None:
    page = document("home", theme=theme)
    assert page.all("html")[0].attributes["data-theme"] == theme
    pressed = page.all("button", **{"name": "theme", "aria-pressed": "true"})
    assert [button.attributes["value"] for button in pressed] == [theme]


def test_the_place_in_the_navigation_is_marked() -> None:
    def current(name: str) -> dict[str, str]:
        links = document(name).all("a")
        return {
            link.attributes["href"]: link.attributes["aria-current"]
            for link in links
            if "data-go" in link.attributes and "aria-current" in link.attributes
        }

    assert current("inbox") == {"/inbox": "page"}
    assert current("task") == {"/inbox": "true"}
    assert current("home") == {"/": "page"}


def test_each_verb_has_one_key() -> None:
    page = document("task")
    keys = {
        control.attributes["data-key"]: " ".join(control.text.split())
        for control in page.all("button")
        if "data-key" in control.attributes
    }
    assert keys == {
        "1": "1Accept: Query the traveller",
        "2": "2Change",
        "3": "3Decline",
        "4": "4Escalate",
        "r": "rRelease",
    }


def test_a_blind_task_shows_no_recommendation_and_nothing_to_accept() -> None:
    page = document("task_blind")
    actions = [form.attributes["action"] for form in page.all("form", method="post")]
    assert "/tasks/tsk_0004/accept" not in actions
    assert "Hidden on purpose" in page.all("main")[0].text
    chosen = [radio.attributes["value"] for radio in page.all("input", type="radio")]
    assert chosen == ["overspend", "within_budget"]


def test_a_blind_task_cannot_carry_its_recommendation() -> None:
    shown = SAMPLES["task"].view
    with pytest.raises(ValueError, match="blind"):
        dataclasses.replace(shown, blind=True)
    line = SAMPLES["inbox"].view.tasks[0]
    with pytest.raises(ValueError, match="blind"):
        dataclasses.replace(line, blind=True, action=None)


def test_who_may_do_nothing_is_told_why() -> None:
    page = document("task_blocked")
    posts = page.all("form", method="post")
    assert not [form for form in posts if form.attributes["action"].startswith("/tasks/")]
    assert "Lee Park claimed it" in page.all("main")[0].text


def test_an_unknown_metric_is_nowhere_green() -> None:
    page = document("scorecard")
    card = page.all("section", **{"aria-labelledby": "cost_per_automated_workflow"})[0]
    tones = {
        element.attributes["data-tone"]
        for element in page.elements
        if element.within(card) and "data-tone" in element.attributes
    }
    assert "good" not in tones
    assert "unknown" in tones


def test_a_step_up_is_offered_only_where_nothing_is_missing() -> None:
    def actions(name: str) -> list[str]:
        posts = document(name).all("form", method="post")
        return [form.attributes["action"].rpartition("/")[2] for form in posts]

    assert {"promote", "certify", "pin", "suspend"} <= set(actions("decision_point_ready"))
    assert "promote" not in actions("decision_point_lacking")
    assert "About 87 more outcomes would do." in html("decision_point_lacking")
    assert "clear" in actions("decision_point_demoted")


def test_owner_forms_on_readiness_name_their_function() -> None:
    names = {" ".join(button.text.split()) for button in document("readiness").all("button")}
    assert {
        "Answer: Finance",
        "Accept ownership: Customer success",
        "Ask the owner (drill): Engineering",
    } <= names


def test_a_decision_outside_the_chain_says_so() -> None:
    assert "Not chained yet" in html("decision_open")
    assert "18,204" in html("decision")


@pytest.mark.parametrize("show", ["mine", "open", "team"])
def test_an_empty_inbox_names_one_next_action(show: str) -> None:
    view = InboxPage(show=show, counts=InboxCounts(mine=0, open=0, team=0), tasks=())
    page = Document(render("inbox", view, SAMPLES["inbox_empty"].shell))
    empty = page.all("div", **{"class": "empty"})[0]
    assert len([link for link in page.all("a") if link.within(empty)]) == 1


def test_an_empty_workspace_renders() -> None:
    view = HomePage(functions=(), attention=(), flow=(), flow_period="last 7 days")
    page = render("home", view, dataclasses.replace(SAMPLES["home"].shell, person=None))
    assert "No function yet" in page


def test_the_count_refreshes_only_where_it_can() -> None:
    assert "live.js" not in html("inbox", live_url=None)
    page = document("inbox", live_url="/inbox/count")
    badge = next(element for element in page.elements if "data-live-url" in element.attributes)
    assert badge.attributes["data-live-url"] == "/inbox/count"


def test_a_static_address_follows_the_content() -> None:
    assert re.fullmatch(r"/static/spanwise\.css\?v=[0-9a-f]{12}", static_url("spanwise.css"))
    with pytest.raises(FileNotFoundError):
        static_url("absent.css")


def test_static_files_fetch_nothing_from_elsewhere() -> None:
    for path in STATIC.iterdir():
        assert "//" not in re.sub(r"//[^\n]*\n|http://www\.w3\.org/2000/svg", "", path.read_text())
