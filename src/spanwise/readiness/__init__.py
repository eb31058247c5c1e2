"""Which function is next, and may this one go further: criteria, probes, stages, sequence."""
