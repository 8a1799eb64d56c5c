"""Shared words, errors, calendar and clock, registry, discovery and events: no tables, no pages."""
