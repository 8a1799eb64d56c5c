"""Một Chạm: the digital platform of a city."""
