"""Tells the national portal of each dossier and each step in it, in order, once, and shows officers what it did not take."""
