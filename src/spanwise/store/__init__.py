"""The operational store: every SQL statement, one writer, durable when a commit returns."""
