"""Tests of the public services."""
