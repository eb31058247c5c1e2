"""Point lookups: the newest row of a key, as the moment of inference needs it."""

from typing import Any

import msgspec

from spanwise.store import products
from spanwise.store.database import Store

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class ProductRow(msgspec.Struct, frozen=True):
    """The newest row of a key.

    Attributes:
        content: value by field; dates as ISO 8601 text, timestamps in UTC.
        as_of_ms: when the row was true.
        batch_id: the batch that brought it.
    """

    content: dict[str, Any]
    as_of_ms: int
    batch_id: str

    def age_ms(self, now_ms: int) -> int:
        """How old it is; zero for a row that is slightly ahead of our clock."""
        return max(0, now_ms - self.as_of_ms)


def lookup(store: Store, product: str, key: str) -> ProductRow | None:
    """The newest published row of a key; None where there is none.

    Args:
        product: the product's name.
        key: the text of the key field's value.
    """
    row = products.row(store, product, key)
    if row is None:
        return None
    return ProductRow(_decode(row.content), row.as_of_ms, row.batch_id)
