"""Who may read which data for which purpose, and who may do what in the product."""
