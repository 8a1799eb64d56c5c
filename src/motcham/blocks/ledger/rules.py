"""The Merkle tree of RFC 6962 and its C2SP tiles: how hashes are folded, proved and checked. Pure functions.

Two pictures carry the whole module. A *node* `(height, index)` is the hash of the complete subtree over the leaves
`index << height … (index + 1) << height`. A *range* `[start, end)` of leaves, as RFC 6962 splits it, is a row of such
nodes, tallest first, hashed together from the right. Every root and every step of a proof is the hash of one range.
Tiles only store the nodes whose height is a multiple of eight; the nodes between are hashed again when wanted.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

HASH = 32
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
TILE_BYTES = TILE_WIDTH * HASH
EMPTY_ROOT = hashlib.sha256().digest()
ENTRIES = -1
"""The level that holds the leaves themselves (commitments) where the levels from 0 up hold hashes."""

Node = Callable[[int, int], bytes]
Range = tuple[int, int]
TileKey = tuple[int, int]
Tiles = Mapping[TileKey, bytes]


def leaf_hash(data: bytes) -> bytes:
    """Hash a leaf.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours into their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def commitment(salt: bytes, payload: bytes) -> bytes:
    """Return the public leaf of an entry; without the salt it says nothing about the payload."""
    return hashlib.sha256(salt + payload).digest()


# Trees


def merkle_root(row: bytes) -> bytes:
    """Hash a row of leaf hashes (or of equally tall nodes), end to end, into one; an odd last one moves up unchanged."""
    if not row:
        return EMPTY_ROOT
    while len(row) > HASH:
        odd = row[-HASH:] if len(row) % (2 * HASH) else b""
        pairs = [hashlib.sha256(b"\x01" + row[at : at + 2 * HASH]).digest() for at in range(0, len(row) - HASH, 2 * HASH)]
        row = b"".join(pairs) + odd
    return row


def peaks(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the complete subtrees `(height, index)` that make up a range, tallest first.

    >>> list(peaks(0, 7))
    [(2, 0), (1, 2), (0, 6)]
    """
    while start < end:
        height = (end - start).bit_length() - 1
        yield height, start >> height
        start += 1 << height


def range_hash(part: Range, node: Node) -> bytes:
    """Hash one range of leaves, given the nodes of the tree."""
    row = [node(height, index) for height, index in peaks(*part)]
    if not row:
        return EMPTY_ROOT
    total = row.pop()
    while row:
        total = node_hash(row.pop(), total)
    return total


def _split(part: Range) -> int:
    """Return where RFC 6962 divides a range of two or more: after the largest power of two that leaves something."""
    start, end = part
    return start + (1 << ((end - start - 1).bit_length() - 1))


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the ranges whose hashes prove that leaf `index` is in a tree of `size`, from the leaf up."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    start, end = 0, size
    beside: list[Range] = []
    while end - start > 1:
        middle = _split((start, end))
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    return beside[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the ranges whose hashes prove that the tree of `new` begins with the tree of `old`."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} cannot begin with one of {old}")
    if old == 0:
        return []
    start, end = 0, new
    beside: list[Range] = []
    while end != old:
        middle = _split((start, end))
        if old <= middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    if start:  # the old root itself is known to the verifier, a part of it is not
        beside.append((start, end))
    return beside[::-1]


def verify_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Say whether `path` leads from a leaf hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, total = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            total = node_hash(beside, total)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            total = node_hash(total, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and total == root


def verify_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Say whether `path` proves that the tree `new_root` begins with the tree `old_root` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    if old == new:
        return not path and old_root == new_root
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(beside, first), node_hash(beside, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


# Tiles


def split_hashes(tile: bytes) -> list[bytes]:
    """Cut the bytes of a tile into its hashes."""
    return [tile[i : i + HASH] for i in range(0, len(tile), HASH)]


def tile_of(height: int, index: int) -> TileKey:
    """Return the tile in which a node is stored, or from which it is hashed."""
    level, above = divmod(height, TILE_HEIGHT)
    return level, index << above >> TILE_HEIGHT


def node_from(tiles: Tiles) -> Node:
    """Return the reader of nodes over tiles that were fetched before; KeyError where one is missing or too short."""

    def node(height: int, index: int) -> bytes:
        above = height % TILE_HEIGHT
        key = tile_of(height, index)
        start = (index << above) % TILE_WIDTH * HASH
        end = start + (HASH << above)
        if len(tiles[key]) < end:
            raise KeyError(key)
        return merkle_root(tiles[key][start:end])

    return node


def tiles_for(ranges: Iterable[Range]) -> set[TileKey]:
    """Return the tiles that the hashes of these ranges are made from."""
    return {tile_of(height, index) for part in ranges for height, index in peaks(*part)}


def right_edge(size: int) -> dict[TileKey, int]:
    """Return the partial tiles of a tree of this size and their widths; the next leaves go there.

    >>> right_edge(70_000)
    {(-1, 273): 112, (0, 273): 112, (1, 1): 17, (2, 0): 1}
    """
    edge = {(ENTRIES, size >> TILE_HEIGHT): size % TILE_WIDTH}
    level = 0
    while size:
        edge[level, size >> TILE_HEIGHT] = size % TILE_WIDTH
        size >>= TILE_HEIGHT
        level += 1
    return {key: width for key, width in edge.items() if width}


def fold(*, size: int, edge: Tiles, leaves: bytes) -> dict[TileKey, bytes]:
    """Return every tile that changes when `leaves` (commitments, end to end) follow a tree of `size`.

    `edge` holds the partial tiles named by `right_edge(size)`; a full tile is never in it and never comes out again.
    """
    changed: dict[TileKey, bytes] = {}
    _extend(changed, level=ENTRIES, start=size, edge=edge, added=leaves)
    added = b"".join(leaf_hash(leaf) for leaf in split_hashes(leaves))
    level = 0
    while added:
        full = _extend(changed, level=level, start=size, edge=edge, added=added)
        added = b"".join(merkle_root(tile) for tile in full)
        size >>= TILE_HEIGHT
        level += 1
    return changed


def _extend(changed: dict[TileKey, bytes], *, level: int, start: int, edge: Tiles, added: bytes) -> list[bytes]:
    """Lay `added` hashes behind the first `start` of a level; return the tiles that became full."""
    index, width = divmod(start, TILE_WIDTH)
    before = edge[level, index] if width else b""
    if len(before) != width * HASH:
        raise ValueError(f"the tile {level}/{index} holds {len(before) // HASH} hashes where the tree has {width}")
    row = before + added
    full = []
    for offset in range(0, len(row), TILE_BYTES):
        tile = row[offset : offset + TILE_BYTES]
        changed[level, index + offset // TILE_BYTES] = tile
        if len(tile) == TILE_BYTES:
            full.append(tile)
    return full


# Addresses

_TILE_PATH = re.compile(r"(entries|0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Write the address of a tile as C2SP does.

    >>> tile_path(0, 1234067), tile_path(ENTRIES, 5, 17)
    ('0/x001/x234/067', 'entries/005.p/17')
    """
    parts = [f"{index % 1000:03d}"]
    while index := index // 1000:
        parts.append(f"x{index % 1000:03d}")
    name = "entries" if level == ENTRIES else str(level)
    return f"{name}/{'/'.join(reversed(parts))}{'' if width == TILE_WIDTH else f'.p/{width}'}"


def parse_tile_path(path: str) -> tuple[int, int, int]:
    """Read `(level, index, width)` from an address; ValueError unless it is written exactly as `tile_path` writes it."""
    found = _TILE_PATH.fullmatch(path)
    if not found:
        raise ValueError(path)
    level = ENTRIES if found[1] == "entries" else int(found[1])
    index = int(found[2].replace("x", "").replace("/", ""))
    width = int(found[3] or TILE_WIDTH)
    if level > 63 or index >= 1 << 63 or tile_path(level, index, width) != path:
        raise ValueError(path)
    return level, index, width


def bundle(commitments: bytes) -> bytes:
    """Write entries as a C2SP bundle: each led by its length in two bytes."""
    length = HASH.to_bytes(2, "big")
    return b"".join(length + leaf for leaf in split_hashes(commitments))


# Bulk loads


def bulk_root(*, secret: bytes, rows: Iterable[bytes]) -> tuple[int, bytes]:
    """Return the count and the Merkle root of the rows of a bulk load, each salted with `bulk_salt`."""
    hashes = [leaf_hash(commitment(bulk_salt(secret=secret, index=i), row)) for i, row in enumerate(rows)]
    return len(hashes), merkle_root(b"".join(hashes))


def bulk_salt(*, secret: bytes, index: int) -> bytes:
    """Return the salt of one row: shown with the row, it opens no other one."""
    return hmac.digest(secret, index.to_bytes(8, "big"), "sha256")[:16]
