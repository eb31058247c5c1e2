"""`POST /v1/decisions/…`: durable before it is answered, bounded, and alone in its failures."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import httpx
import pytest
from tests.support.people import DESK
from tests.support.site import Site

from spanwise.core.actor import PLATFORM
from spanwise.demo.organisation import DECISION_POINT
from spanwise.server.bounds import MAX_BODY, SECURITY_HEADERS
from spanwise.store import decisions

PATH = f"/v1/decisions/{DECISION_POINT}"
ENTITIES = ("INC-vpn", "INC-email", "INC-password", "INC-critical", "INC-gone")

_T = TypeVar("_T")


def serve(site: Site, talk: Callable[[httpx.AsyncClient], Awaitable[_T]]) -> _T:
    """What a service of the operations desk hears from a running application."""

    async def running() -> _T:
        _, secret = site.platform.tokens.issue(
            PLATFORM, name="test", roles=DESK.roles, functions=DESK.functions
        )
        async with (
            site.app.router.lifespan_context(site.app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=site.app),
                base_url="http://spanwise",
                headers={"Authorization": f"Bearer {secret}"},
            ) as client,
        ):
            return await talk(client)

    return asyncio.run(running())


def ask(
    client: httpx.AsyncClient, entity: str = "INC-vpn", key: str | None = None, path: str = PATH
) -> Awaitable[httpx.Response]:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(path, json={"entity": entity}, headers=headers)


async def ask_at_once(
    client: httpx.AsyncClient, *asked: tuple[str, str | None]
) -> list[httpx.Response]:
    return await asyncio.gather(*(ask(client, entity, key) for entity, key in asked))


def test_what_is_answered_is_recorded(site: Site) -> None:
    site.operations.guard()
    answer = serve(site, ask)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    reply = answer.json()
    assert (reply["entity"], reply["route"]) == ("INC-vpn", "automatic")
    decision = decisions.by_id(site.platform.store, reply["decision"])
    assert decision is not None
    assert decision.recommendation == reply["recommendation"]


def test_cases_that_arrive_together_are_answered_each_for_itself(site: Site) -> None:
    site.operations.guard()
    asked = [(entity, None) for entity in ENTITIES] * 12
    answers = serve(site, lambda client: ask_at_once(client, *asked))
    assert [answer.json()["entity"] for answer in answers] == [entity for entity, _ in asked]
    assert len({answer.json()["decision"] for answer in answers}) == len(asked)


def test_twins_get_one_decision(site: Site) -> None:
    site.operations.guard()
    answers = serve(site, lambda client: ask_at_once(client, *[("INC-vpn", "order-1")] * 5))
    assert len({answer.content for answer in answers}) == 1
    replayed = [answer.headers.get("idempotency-replayed") for answer in answers]
    assert sorted(replayed, key=str) == [None, *["true"] * 4]
    assert len(decisions.latest(site.platform.store, DECISION_POINT, limit=10)) == 1


def test_a_key_of_another_case_fails_alone(site: Site) -> None:
    site.operations.guard()
    site.operations.decide("INC-email", key="used")
    answers = serve(
        site, lambda client: ask_at_once(client, ("INC-vpn", "new"), ("INC-vpn", "used"))
    )
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["code"] == "idempotency_key_reused"


def test_a_full_queue_is_told_with_when_to_come_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask_twice(client: httpx.AsyncClient) -> tuple[httpx.Response, httpx.Response]:
        with monkeypatch.context() as patch:
            patch.setattr(site.platform.store._committer, "_bound", 0)
            refused = await ask(client, key="order-1")
        return refused, await ask(client, key="order-1")

    refused, taken = serve(site, ask_twice)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json()["code"] == "unavailable"
    assert (taken.status_code, taken.headers.get("idempotency-replayed")) == (200, None)


def test_an_unknown_decision_point_is_not_found(site: Site) -> None:
    answer = serve(site, lambda client: ask(client, path="/v1/decisions/operations.nothing"))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid_input"),
        (b"{", 422, "invalid_input"),
        (b'{"entity": ""}', 422, "invalid_input"),
        (b'{"entity": "INC-vpn", "now": true}', 422, "invalid_input"),
        (b" " * (MAX_BODY + 1), 413, "too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem_document(
    site: Site, body: bytes, status: int, code: str
) -> None:
    answer = serve(site, lambda client: client.post(PATH, content=body))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_of_undeclared_length_is_bounded_too(site: Site) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * (MAX_BODY // 10)

    answer = serve(site, lambda client: client.post(PATH, content=endless()))
    assert answer.status_code == 413


@pytest.mark.parametrize("credential", ["", "Basic b3A6cHc=", "Bearer spw_wrong", "Bearer "])
def test_without_a_valid_token_nothing_is_decided(site: Site, credential: str) -> None:
    answer = serve(
        site,
        lambda client: client.post(
            PATH, json={"entity": "INC-vpn"}, headers={"Authorization": credential}
        ),
    )
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert decisions.latest(site.platform.store, DECISION_POINT, limit=1) == []


def test_every_answer_carries_the_security_headers(site: Site) -> None:
    answers = [serve(site, ask), serve(site, lambda client: client.post(PATH, content=b"{"))]
    for answer in answers:
        assert {name.decode() for name, _ in SECURITY_HEADERS} <= set(answer.headers)


@pytest.mark.parametrize("path", ["/v1/decisions", "/v1/decisions/", f"{PATH}/again"])
def test_other_addresses_are_none_of_its_business(site: Site, path: str) -> None:
    answer = serve(site, lambda client: ask(client, path=path))
    assert answer.status_code in {404, 405, 307}
