"""Settings, the wiring of all parts, and the worker in the background."""
