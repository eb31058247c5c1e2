"""What crosses the edge: requests, replies and the decision record, as msgspec structs."""
