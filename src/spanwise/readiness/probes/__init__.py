"""What is asked about each criterion, over live data."""
