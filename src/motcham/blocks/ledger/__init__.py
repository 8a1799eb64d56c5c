"""The proof that something happened: an append-only Merkle log of salted commitments, signed, witnessed, open to anyone.

It promises that what was appended in a committed transaction gets a position, that a position never changes, and that
two histories are never signed under one name. It will never publish anything about an entry but its commitment.
"""
