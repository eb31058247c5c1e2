"""Every code that the product knows has a word, an icon and a tone."""

from enum import StrEnum

import pytest

from spanwise.readiness.criteria import Criterion, Found, ReadyState
from spanwise.routing.routes import Reason, Route
from spanwise.server.render import STATIC
from spanwise.server.views.words import VOCABULARY, Word, why, word
from spanwise.spec.models.decision_points import Stage
from spanwise.tasks.states import State
from spanwise.workflow.resolve import ReasonCode, Verb

TONES = {"good", "warn", "bad", "unknown", "accent", "neutral"}
ICONS = (STATIC.parent / "templates/macros/icons.html").read_text()
WORDS = [(kind, code) for kind, words in VOCABULARY.items() for code in words]


@pytest.mark.parametrize(("kind", "code"), WORDS)
def test_a_word_is_whole(kind: str, code: str) -> None:
    entry = word(code, kind)
    assert entry.text
    assert f'"{entry.icon}": ' in ICONS
    assert entry.tone in TONES


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (Criterion, "criterion"),
        (Found, "probe"),
        (Reason, "reason"),
        (ReasonCode, "reason_code"),
        (ReadyState, "readiness"),
        (Route, "route"),
        (Stage, "stage"),
        (State, "task_state"),
        (Verb, "verb"),
    ],
)
def test_the_codes_of_the_product_are_described(codes: type[StrEnum], kind: str) -> None:
    assert {code.value for code in codes} <= VOCABULARY[kind].keys()


def test_what_nobody_described_does_not_look_healthy() -> None:
    assert word("a_code_of_tomorrow", "verdict") == Word(
        "a code of tomorrow", "question", "unknown"
    )
    assert word(None, "verdict").tone == "unknown"
    with pytest.raises(KeyError):
        word("better", "no such kind")


@pytest.mark.parametrize("kind", VOCABULARY)
def test_unknown_is_never_green(kind: str) -> None:
    assert word("unknown", kind).tone == "unknown"


def test_an_error_says_why() -> None:
    assert why(409).startswith("It changed")
    assert why(418) == "The request was not understood."
    assert why(507) == "The server failed."
