"""The audit log: chained in order, signed at intervals, exported, and verified offline."""
