from tests.support.people import DANA, DESK, NADIA, person
from tests.support.site import Site

from spanwise.core.actor import Role
from spanwise.store.products import Batch, list_batches

PRODUCT = "operations.incidents"
OWNER_OF_FINANCE = person("fay.owner", Role.FUNCTION_OWNER, "finance")


def test_the_list_counts_rows_and_quarantine(site: Site) -> None:
    [line] = site.visitor(DANA).get("/v1/products").json()["products"]
    assert line["name"] == PRODUCT
    assert (line["received"], line["accepted"], line["quarantined"]) == (5, 5, 0)
    assert (line["contract"], line["freshness"], line["rows"]) == ("ok", "fresh", 5)


def test_the_page_shows_the_contract_and_the_last_batch(site: Site) -> None:
    browser = site.visitor(DANA)
    assert PRODUCT in browser.get("/products").text
    page = browser.get(f"/products/{PRODUCT}").text
    assert "The quarantine is empty" in page
    assert "one of 1, 2, 3, high, medium, low" in page


def test_rows_by_the_api_and_those_that_break_the_contract(site: Site) -> None:
    good = site.operations.incident("vpn", number="INC-new")
    bad = site.operations.incident("vpn", number="INC-bad", impact="none")
    answer = site.service(DESK).post(f"/v1/products/{PRODUCT}/rows", json=[good, bad])
    assert answer.status_code == 200
    report = answer.json()
    assert (report["received"], report["accepted"], report["quarantined"]) == (2, 1, 1)
    page = site.visitor(DANA).get(f"/products/{PRODUCT}").text
    assert "impact is not one of" in page
    # Nobody may read the outcome columns of a raw row without a grant; the example grants them.
    assert "INC-bad" in page


def test_the_quarantine_goes_on_on_a_next_page(site: Site) -> None:
    rows = [site.operations.incident("vpn", number=f"N{i}", impact="none") for i in range(21)]
    site.operations.ingest(*rows)
    browser = site.visitor(DANA)
    first = browser.get(f"/products/{PRODUCT}").text
    assert "line 20<" in first
    assert "line 21<" not in first
    [batch] = {row.id for row in _batches(site) if row.quarantined}
    rest = browser.get(f"/products/{PRODUCT}", params={"batch": batch, "line": 20}).text
    assert "line 21<" in rest
    assert "line 20<" not in rest


def test_rows_need_a_token_that_may_ingest(site: Site) -> None:
    address = f"/v1/products/{PRODUCT}/rows"
    assert site.service(NADIA).post(address, json=[]).status_code == 403
    assert site.visitor(DANA).post(address, json=[]).status_code == 401
    assert site.service(DESK).post("/v1/products/operations.x/rows", json=[]).status_code == 404
    assert site.service(DESK).post(address, json={"not": "a list"}).status_code == 422


def test_another_function_is_not_there(site: Site) -> None:
    browser = site.visitor(OWNER_OF_FINANCE)
    assert browser.get(f"/products/{PRODUCT}").status_code == 404
    assert PRODUCT not in browser.get("/products").text
    assert browser.get("/v1/products").json() == {"products": []}


def test_reviewers_do_not_look_at_data(site: Site) -> None:
    assert site.visitor(NADIA).get("/products").status_code == 403


def _batches(site: Site) -> list[Batch]:
    return list_batches(site.platform.store, PRODUCT, limit=10)
