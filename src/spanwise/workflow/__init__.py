"""The way of one case: decided, delivered to the point where a person decides, resolved."""
