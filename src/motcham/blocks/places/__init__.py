"""Where things are: the areas of the city with their validity, which of them a point lies in, and the maps drawn of them.

Promises: an area is named by (code, valid_from), since codes were recycled on 2025-07-01; a point in a gap or an overlap
between two boundaries gets candidates, never a silent guess. It has no tables: a record keeps the pair as plain values.
"""
