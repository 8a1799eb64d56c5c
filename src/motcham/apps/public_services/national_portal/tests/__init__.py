"""Tests of the export to the national portal."""
