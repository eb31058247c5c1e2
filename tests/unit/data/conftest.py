"""Contracts and products in a line, and a workbench for bytes."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from spanwise.data.compile import compile_check
from spanwise.data.readers import read_text
from spanwise.data.records import chunks
from spanwise.data.workbench import Accepted, Refused, Workbench
from spanwise.spec.models.contracts import DataContract
from spanwise.spec.models.products import Product

LATEST_MS = 4_102_444_800_000  # 2100

MakeContract = Callable[..., DataContract]
MakeProduct = Callable[..., Product]
Judge = Callable[..., tuple[list[Accepted], list[Refused]]]


@pytest.fixture
def make_contract() -> MakeContract:
    """A contract of one table: `make_contract({"name": "id"}, …, quality=[…])`."""

    def make(*properties: dict[str, Any], **table: Any) -> DataContract:
        document = {
            "apiVersion": "v3.2.0",
            "kind": "DataContract",
            "id": "orders",
            "version": "1.0.0",
            "schema": [{"name": "orders", "properties": list(properties), **table}],
        }
        return DataContract.model_validate(document)

    return make


@pytest.fixture
def make_product() -> MakeProduct:
    """A product with the key `id` and the time `at`."""

    def make(**changes: Any) -> Product:
        document = {"product": "sales.orders", "contract": "orders", "key": "id", "as_of": "at"}
        return Product.model_validate({**document, **changes})

    return make


@pytest.fixture
def judge() -> Judge:
    """Accepted and refused rows of the bytes of a file."""

    def run(
        contract: DataContract, product: Product, content: bytes, *, name: str = "orders.csv"
    ) -> tuple[list[Accepted], list[Refused]]:
        check = compile_check(contract, product)
        with (
            read_text(BytesIO(content), name, check) as reading,
            Workbench(check, reading.layout) as bench,
        ):
            for chunk in chunks(reading.records):
                bench.load(chunk)
            received, accepted = bench.judge(latest_ms=LATEST_MS)
            refused = list(bench.refused())
            assert received == accepted + len(refused)
            return list(bench.accepted()), refused

    return run
