"""What only shows across documents: references, moments, and rules that contradict each other."""
