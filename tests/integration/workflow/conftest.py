"""The operations desk of the example, on a real store."""

from tests.support.fixtures import operations, store, two_processes

__all__ = ["operations", "store", "two_processes"]
