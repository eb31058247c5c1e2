"""One file a claim; each prints its figures beside what it is compared with, as ratios."""
