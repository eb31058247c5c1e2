"""The operations desk of the example, on a real store."""

from tests.support.fixtures import operations, store

__all__ = ["operations", "store"]
