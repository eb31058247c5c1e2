"""The real incident log, with a contract that a data owner might write."""

from copy import deepcopy
from pathlib import Path

import pytest

from spanwise.core.actor import PLATFORM
from spanwise.data.compile import check_problems
from spanwise.data.contracts import contract_state
from spanwise.data.ingest import ingest
from spanwise.data.lookups import lookup
from spanwise.data.quarantine import held_rows
from spanwise.spec.models.contracts import DataContract
from spanwise.spec.models.products import Product
from spanwise.store import products
from spanwise.store.database import Store

STATES = ["New", "Active", "Resolved", "Closed"]
STATES += [f"Awaiting {who}" for who in ("User Info", "Vendor", "Problem", "Evidence")]
WHOLE = {"logicalType": "integer", "required": True, "logicalTypeOptions": {"minimum": 0}}
CODE = {"logicalType": "integer", "logicalTypeOptions": {"minimum": 1}}
CONTRACT = DataContract.model_validate(
    {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "incidents",
        "version": "1.0.0",
        "schema": [
            {
                "name": "incident_events",
                "properties": [
                    {
                        "name": "number",
                        "logicalType": "string",
                        "required": True,
                        "logicalTypeOptions": {"pattern": r"\d{7}"},
                    },
                    {
                        "name": "state",
                        "physicalName": "ident_state",
                        "required": True,
                        "enum": [{"value": state} for state in STATES],
                    },
                    {"name": "active", "logicalType": "boolean", "required": True},
                    {"name": "reassignment_count", **WHOLE},
                    {"name": "sys_mod_count", **WHOLE},
                    {"name": "opened_at", "logicalType": "timestamp", "required": True},
                    {
                        "name": "updated_at",
                        "physicalName": "sys_updated_at",
                        "logicalType": "timestamp",
                        "required": True,
                    },
                    {"name": "category", **CODE},
                    {"name": "assignment_group", **CODE},
                    {
                        "name": "priority",
                        "logicalType": "integer",
                        "enum": [{"value": n} for n in (1, 2, 3, 4)],
                    },
                    {"name": "resolved_at", "logicalType": "timestamp"},
                ],
            }
        ],
    }
)
PRODUCT = Product.model_validate(
    {
        "product": "operations.incidents",
        "contract": "incidents",
        "key": "number",
        "as_of": "updated_at",
        "format": {"nulls": ["?"], "dates": "%d/%m/%Y %H:%M"},
    }
)


@pytest.mark.real_data
def test_the_newest_update_of_each_incident_is_published(store: Store, incident_log: Path) -> None:
    assert check_problems(CONTRACT, PRODUCT) == []
    report = ingest(
        store, PRODUCT, CONTRACT, incident_log, PLATFORM, source="incident_events.csv.gz"
    )
    assert (report.received, report.accepted, report.quarantined) == (53_356, 53_356, 0)
    assert report.notices[0].startswith("Not in the contract, and left out: assigned_to, caller_id")
    extent = products.extent(store, "operations.incidents")
    assert extent.rows == 8_312
    row = lookup(store, "operations.incidents", "0001436")
    assert row is not None
    assert row.content == {
        "number": "0001436",
        "state": "Closed",
        "active": False,
        "reassignment_count": 0,
        "sys_mod_count": 3,
        "opened_at": "2016-03-02T15:35:00.000Z",
        "updated_at": "2016-03-08T12:00:00.000Z",
        "category": 20,
        "assignment_group": 30,
        "priority": 3,
        "resolved_at": "2016-03-03T11:59:00.000Z",
    }
    assert contract_state(store, "operations.incidents") == "ok"


@pytest.mark.real_data
def test_a_stricter_contract_holds_the_rows_that_break_it(store: Store, incident_log: Path) -> None:
    document = deepcopy(CONTRACT.document)
    document["schema"][0]["properties"][8]["required"] = True  # the first updates have no group
    strict = DataContract.model_validate(document)
    report = ingest(store, PRODUCT, strict, incident_log, PLATFORM, source="incidents")
    assert report.received == report.accepted + report.quarantined == 53_356
    assert report.reasons == {"assignment_group: required": report.quarantined}
    assert contract_state(store, "operations.incidents") == "broken"
    held = held_rows(store, "operations.incidents", limit=1)
    assert str(held[0].reasons[0]) == "assignment_group is missing"
