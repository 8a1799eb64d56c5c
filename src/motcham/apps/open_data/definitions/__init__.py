"""The case types of open data."""
