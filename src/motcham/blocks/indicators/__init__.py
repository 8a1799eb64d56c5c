"""Figures that follow the cases: counts by day, agency, ward and category, folded within a second and recomputable by anyone.

An act leaves one row in a queue, in its own transaction; a worker folds the queue into tallies. A tally is a sum over
cases of what each case contributes as it stands now, so a full recompute must give the same rows to the last digit.
"""
