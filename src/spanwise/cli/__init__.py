"""The terminal: one module a command, loaded only when it is called."""
