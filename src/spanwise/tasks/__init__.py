"""Durable human work: states, claims, escalation by timers, and the inbox."""
