"""Pure routing: policy, certificate and confidence give a route and its reasons."""
