"""A reviewer's walk in a real browser: sign in, find a case, decide it by key and by plain form."""

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.acceptance.servers import POINT, Server, call, install

CHROMIUM = which("chromium") or which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = ("/", "/inbox", "/readiness", "/products", "/products/operations.incidents", "/audit")
PAGES_OF_OWNER = (*PAGES, f"/decision-points/{POINT}", "/scorecards/operations")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("tests/browser needs chromium: run tests/system-packages as root")
        pytest.skip("tests/browser needs Debian's chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


class Desk:
    """A running server with three cases waiting for a person."""

    def __init__(self, server: Server, token: str, password: str) -> None:
        self.address = f"http://127.0.0.1:{server.port}"
        self.password = password
        for number in range(3):
            body = {"entity": f"INC{number}"}
            status, _ = call(server.port, "POST", f"/v1/decisions/{POINT}", token=token, body=body)
            assert status == 200

    def visit(self, browser: Browser, login: str, *, width: int = 1280, **options: bool) -> Page:
        """A page on which somebody has signed in."""
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{self.address}/inbox")
        page.get_by_label("Login").fill(login)
        page.get_by_label("Password").fill(self.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_load_state()
        return page


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("desk") / "home"
    token, password = install(home)
    server = Server(home)
    server.start()
    yield Desk(server, token, password)
    server.stop()


def test_a_case_is_decided_by_keys_alone(desk: Desk, browser: Browser) -> None:
    page = desk.visit(browser, "nadia.haddad")
    rows = page.locator("tr[data-row]")
    before = rows.count()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*")
    page.keyboard.press("c")
    expect(page.get_by_text("It is yours")).to_be_visible()
    page.keyboard.press("1")
    page.wait_for_url("**/inbox")
    expect(page.get_by_text("Accepted.")).to_be_visible()
    expect(rows).to_have_count(before - 1)


def test_a_case_is_decided_by_a_plain_form_without_scripts(desk: Desk, browser: Browser) -> None:
    page = desk.visit(browser, "grace.obi", java_script_enabled=False)
    rows = page.locator("tr[data-row]")
    before = rows.count()
    page.locator("a.row-link").first.click()
    page.locator("form[action$='/accept'] button").click()
    page.wait_for_load_state()
    assert page.url.endswith("/inbox")
    expect(rows).to_have_count(before - 1)


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_accessible_and_fits(desk: Desk, browser: Browser, width: int) -> None:
    page = desk.visit(browser, "dana.ito", width=width)
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    for path in PAGES_OF_OWNER:
        answer = page.goto(desk.address + path)
        assert answer is not None
        assert answer.status == 200, path
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert errors == []


def test_a_screenshot_can_be_looked_at(desk: Desk, browser: Browser, tmp_path: Path) -> None:
    page = desk.visit(browser, "nadia.haddad")
    picture = page.screenshot(path=tmp_path / "inbox.png")
    assert picture.startswith(b"\x89PNG")
    keep = os.environ.get("SPANWISE_SCREENSHOTS")
    if keep:
        (Path(keep) / "inbox.png").write_bytes(picture)
