"""The Merkle tree of RFC 6962, from the verifier's side: written apart from the platform's own, on purpose.

A *frontier* is all that must be remembered of a tree to go on from it: the hashes of its complete subtrees, tallest first,
one for each binary digit 1 of its size.
"""

from __future__ import annotations

from hashlib import sha256


def leaf(data: bytes) -> bytes:
    """Hash an entry."""
    return sha256(b"\x00" + data).digest()


def parent(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree of which only the right edge is kept; hashes of complete subtrees of equal height are added one by one."""

    def __init__(self, size: int = 0, hashes: list[bytes] | None = None) -> None:
        self.size = size
        self.hashes = list(hashes or [])
        if len(self.hashes) != size.bit_count():
            raise ValueError("a frontier has one hash for each digit 1 of its size")

    def add(self, subtree: bytes, height: int = 0) -> None:
        """Add the complete subtree of 2^height leaves that follows."""
        step = self.size >> height
        if step << height != self.size:
            raise ValueError("a subtree begins at a multiple of its width")
        while step & 1:
            subtree = parent(self.hashes.pop(), subtree)
            step >>= 1
        self.hashes.append(subtree)
        self.size += 1 << height

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        if not self.hashes:
            return sha256().digest()
        *rest, total = self.hashes
        for left in reversed(rest):
            total = parent(left, total)
        return total

    def copy(self) -> Frontier:
        """Return another that can go its own way."""
        return Frontier(self.size, self.hashes)


def subtree(hashes: list[bytes]) -> bytes:
    """Hash a complete row of 2^n neighbours into one."""
    while len(hashes) > 1:
        hashes = [parent(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


def root_of_path(data: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Return the root to which an inclusion path leads; ValueError where its length is not that of the tree."""
    if not 0 <= index < size:
        raise ValueError("the path is of an entry that is not in the tree")
    total, place, last = leaf(data), index, size - 1
    steps = iter(path)
    try:
        while last:
            if place & 1:
                total = parent(next(steps), total)
            elif place < last:
                total = parent(total, next(steps))
            place, last = place >> 1, last >> 1
    except StopIteration:
        raise ValueError("the path is too short") from None
    if next(steps, None) is not None:
        raise ValueError("the path is too long")
    return total
