from pathlib import Path

from tests.support.people import DANA, NADIA, UMA_THE_AUDITOR, person
from tests.support.site import Site

from spanwise.core.actor import Role
from spanwise.governance.audit.keys import VerifierKey
from spanwise.governance.audit.verify import verify
from spanwise.store.audit import recent

OWNER_OF_FINANCE = person("fay.owner", Role.FUNCTION_OWNER, "finance")


def test_an_entry_waits_until_it_is_chained(site: Site) -> None:
    browser = site.visitor(UMA_THE_AUDITOR)
    assert "Not chained" in browser.get("/audit").text
    assert "never verified" in browser.get("/audit").text
    site.platform.sequencer.seal()
    assert "Not chained" not in browser.get("/audit").text


def test_an_export_proves_the_log(site: Site, tmp_path: Path) -> None:
    browser = site.visitor(UMA_THE_AUDITOR)
    answer = browser.get("/audit/export")
    file = tmp_path / "audit.jsonl"
    file.write_bytes(answer.content)
    assert verify(file, [VerifierKey.parse(answer.headers["spanwise-audit-key"])]).ok
    assert "Intact" in browser.get("/audit").text


def test_the_whole_log_is_for_those_who_see_everything(site: Site) -> None:
    owner = site.visitor(DANA)
    assert owner.get("/audit/export").status_code == 403
    assert owner.get("/v1/audit/export").status_code == 403
    assert site.service(UMA_THE_AUDITOR).get("/v1/audit/export").status_code == 200
    assert site.visitor(NADIA).get("/audit").status_code == 403


def test_an_owner_sees_the_entries_of_their_function(site: Site) -> None:
    reply = site.operations.decide()
    page = site.visitor(DANA).get("/audit").text
    assert f"/decisions/{reply.decision}" in page
    assert "workspace.applied" not in page
    assert "account.created" not in page


def test_another_function_is_not_there(site: Site) -> None:
    reply = site.operations.decide()
    browser = site.visitor(OWNER_OF_FINANCE)
    for address in ("/audit", f"/audit?subject={reply.decision}"):
        page = browser.get(address).text
        assert "/decisions/" not in page
        assert "No entry" in page


def test_one_subject_and_older_pages(site: Site) -> None:
    replies = [site.operations.decide() for _ in range(60)]
    browser = site.visitor(DANA)
    about = browser.get("/audit", params={"subject": f"decision:{replies[3].decision}"}).text
    assert about.count("data-row") == 1
    newest = browser.get("/audit").text
    assert newest.count("data-row") == 50
    assert replies[0].decision not in newest
    older = browser.get("/audit", params={"before": _entry_of(site, replies[10].decision)}).text
    assert replies[0].decision in older


def _entry_of(site: Site, decision: str) -> str:
    [placed] = recent(site.platform.store, subject=decision, limit=2)
    return placed.entry.id
