"""The web application over the example's operations desk, and somebody who is signed in."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.operations import Operations, prepared_database

from spanwise.core.actor import PLATFORM, Actor
from spanwise.core.clock import FixedClock
from spanwise.identity.passwords import Passwords
from spanwise.runtime.platform import Platform
from spanwise.runtime.settings import Settings
from spanwise.server.app import create_app

with warnings.catch_warnings():
    # It asks for a successor of httpx that is not among our dependencies.
    warnings.simplefilter("ignore", UserWarning)
    from starlette.testclient import TestClient

PASSWORD = "correct horse battery"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Site:
    """An application without its worker, on a copy of the prepared database."""

    def __init__(self, platform: Platform, clock: FixedClock) -> None:
        self.platform = platform
        self.operations = Operations(platform.store, clock)
        self.app = create_app(platform, run_worker=False)

    def visitor(self, who: Actor) -> TestClient:
        """A browser in which somebody is signed in, with an account made for it."""
        self.platform.accounts.create(
            PLATFORM,
            login=who.id.removeprefix("user:"),
            name=who.name or who.id,
            password=PASSWORD,
            roles=who.roles,
            functions=who.functions,
        )
        browser = TestClient(self.app)
        token = _TOKEN.search(browser.get("/sign-in").text)
        assert token is not None
        fields = {"csrf_token": token[1], "login": who.id.removeprefix("user:")}
        answer = browser.post(
            "/sign-in", data={**fields, "password": PASSWORD}, follow_redirects=False
        )
        assert answer.status_code == 303
        return browser

    def service(self, who: Actor) -> TestClient:
        """A system with a token of somebody's roles and scope."""
        _, secret = self.platform.tokens.issue(
            PLATFORM, name="test", roles=who.roles, functions=who.functions
        )
        return TestClient(self.app, headers={"Authorization": f"Bearer {secret}"})


@contextmanager
def open_site(home: Path, clock: FixedClock) -> Iterator[Site]:
    (home / "spanwise.db").write_bytes(prepared_database())
    cheap = Passwords(time_cost=1, memory_cost_kib=8, parallelism=1)
    settings = Settings.read({}, home)
    with Platform(settings, clock=clock, passwords=cheap) as platform:
        yield Site(platform, clock)
