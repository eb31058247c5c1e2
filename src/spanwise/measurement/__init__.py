"""Is it better than before, or quietly worse: outcomes, certificates, metrics, scorecards."""
