"""Benchmarks: each prints its figures and the ratio to a named reference that it measures in turn with it."""
