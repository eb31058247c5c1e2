"""Data products: contracts, ingest, quarantine, freshness and lookups."""
