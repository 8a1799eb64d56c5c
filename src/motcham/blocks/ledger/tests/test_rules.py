"""The tree against the published vectors of Certificate Transparency and against a naive reading of RFC 6962."""

import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham.blocks.ledger import rules
from motcham.blocks.ledger.rules import ENTRIES, Node, Range

LEAVES = [
    bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
HASHES = [rules.leaf_hash(leaf) for leaf in LEAVES]
ROOTS = [
    *[
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
]
INCLUSION = {
    (0, 1): "",
    (0, 8): """96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4""",
    (5, 8): """bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b
        ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    (2, 3): "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    (1, 5): """6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
        5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
}
CONSISTENCY = {
    (1, 1): "",
    (1, 8): INCLUSION[0, 8],
    (6, 8): """0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a
        ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0
        d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7""",
    (2, 5): """5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e
        bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b""",
}


def naive_root(hashes: list[bytes]) -> bytes:
    """Read RFC 6962, 2.1, word for word."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256().digest()
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def naive_consistency(m: int, hashes: list[bytes], whole: bool = True) -> list[bytes]:
    """Read RFC 6962, 2.1.2 (SUBPROOF), word for word."""
    if m == len(hashes):
        return [] if whole else [naive_root(hashes)]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if m <= k:
        return [*naive_consistency(m, hashes[:k], whole), naive_root(hashes[k:])]
    return [*naive_consistency(m - k, hashes[k:], False), naive_root(hashes[:k])]


def nodes(hashes: list[bytes]) -> Node:
    return lambda height, index: naive_root(hashes[index << height : (index + 1) << height])


def hashed(ranges: list[Range], hashes: list[bytes]) -> list[bytes]:
    return [rules.range_hash(part, nodes(hashes)) for part in ranges]


def hashes_of(size: int) -> list[bytes]:
    return [rules.leaf_hash(i.to_bytes(4, "big")) for i in range(size)]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert rules.merkle_root(b"") == rules.range_hash((0, 0), nodes([])) == rules.EMPTY_ROOT == sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size):
    assert rules.merkle_root(b"".join(HASHES[:size])).hex() == ROOTS[size - 1]
    assert rules.range_hash((0, size), nodes(HASHES)).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_paths_are_those_of_certificate_transparency(index, size):
    path = hashed(rules.inclusion_ranges(index, size), HASHES)
    assert [step.hex() for step in path] == INCLUSION[index, size].split()
    assert rules.verify_inclusion(leaf=HASHES[index], index=index, size=size, path=path, root=bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_paths_are_those_of_certificate_transparency(old, new):
    path = hashed(rules.consistency_ranges(old, new), HASHES)
    assert [step.hex() for step in path] == CONSISTENCY[old, new].split()


@given(size=st.integers(1, 600), data=st.data())
def test_every_leaf_is_proved_and_no_other_leaf_is(size, data):
    hashes = hashes_of(size)
    index = data.draw(st.integers(0, size - 1))
    path = hashed(rules.inclusion_ranges(index, size), hashes)
    proof = {"leaf": hashes[index], "index": index, "size": size, "path": path, "root": naive_root(hashes)}
    assert rules.verify_inclusion(**proof)
    assert not rules.verify_inclusion(**{**proof, "leaf": rules.leaf_hash(b"another")})
    assert not rules.verify_inclusion(**{**proof, "index": (index + 1) % size if size > 1 else 1})
    assert not rules.verify_inclusion(**{**proof, "path": [*path, hashes[0]]})
    assert not path or not rules.verify_inclusion(**{**proof, "path": path[:-1]})
    assert not rules.verify_inclusion(**{**proof, "root": sha256(b"another").digest()})


@given(new=st.integers(1, 600), data=st.data())
def test_every_beginning_is_proved_and_no_other_history_is(new, data):
    hashes = hashes_of(new)
    old = data.draw(st.integers(0, new))
    path = hashed(rules.consistency_ranges(old, new), hashes)
    assert path == ([] if old == 0 else naive_consistency(old, hashes))
    proof = {"old": old, "new": new, "old_root": naive_root(hashes[:old]), "new_root": naive_root(hashes), "path": path}
    assert rules.verify_consistency(**proof)
    assert not rules.verify_consistency(**{**proof, "old_root": sha256(b"another").digest()})
    assert not rules.verify_consistency(**{**proof, "path": [*path, hashes[0]]})
    if old:
        assert not rules.verify_consistency(**{**proof, "new_root": sha256(b"another").digest()})
    for place in range(len(path)):
        forged = [*path[:place], sha256(b"another").digest(), *path[place + 1 :]]
        assert not rules.verify_consistency(**{**proof, "path": forged})


def test_proofs_outside_the_tree_are_refused():
    for index, size in ((-1, 4), (4, 4), (0, 0)):
        with pytest.raises(ValueError, match="not in a tree"):
            rules.inclusion_ranges(index, size)
        assert not rules.verify_inclusion(leaf=HASHES[0], index=index, size=size, path=[], root=HASHES[0])
    for old, new in ((5, 4), (-1, 4)):
        with pytest.raises(ValueError, match="cannot begin"):
            rules.consistency_ranges(old, new)
        assert not rules.verify_consistency(old=old, new=new, old_root=HASHES[0], new_root=HASHES[0], path=[])
    assert not rules.verify_consistency(old=3, new=4, old_root=HASHES[0], new_root=HASHES[0], path=[])


def grown(batches: list[int]) -> tuple[dict[rules.TileKey, bytes], list[bytes]]:
    """Fold batches of leaves one after another, as the sequencer does."""
    tiles: dict[rules.TileKey, bytes] = {}
    leaves: list[bytes] = []
    for count in batches:
        added = [sha256(i.to_bytes(4, "big")).digest() for i in range(len(leaves), len(leaves) + count)]
        edge = {key: tiles[key] for key in rules.right_edge(len(leaves))}
        changed = rules.fold(size=len(leaves), edge=edge, leaves=b"".join(added))
        assert not [key for key in changed if len(tiles.get(key, b"")) == rules.TILE_BYTES], "a full tile was written again"
        tiles.update(changed)
        leaves += added
    return tiles, leaves


@given(st.lists(st.integers(0, 700), max_size=6), st.data())
def test_tiles_are_those_of_the_specification_whatever_the_batches(batches, data):
    tiles, leaves = grown(batches)
    size = len(leaves)
    hashes = [rules.leaf_hash(leaf) for leaf in leaves]
    assert {key: len(tiles[key]) // 32 for key in rules.right_edge(size)} == rules.right_edge(size)
    for (level, index), tile in tiles.items():
        if level == ENTRIES:
            expected = leaves[index * 256 : (index + 1) * 256]
        else:
            span = 256**level
            starts = range(index * 256 * span, min((index + 1) * 256 * span, size - span + 1), span)
            expected = [naive_root(hashes[start : start + span]) for start in starts]
        assert rules.split_hashes(tile) == expected
    old = data.draw(st.integers(0, size))
    ranges = [(0, old), (0, size), *rules.consistency_ranges(old, size)]
    node = rules.node_from({key: tiles[key] for key in rules.tiles_for(ranges)})
    assert rules.range_hash((0, old), node) == naive_root(hashes[:old])
    assert [rules.range_hash(part, node) for part in ranges[2:]] == hashed(ranges[2:], hashes)


def test_a_tree_of_seventy_thousand_has_the_tiles_that_the_specification_names():
    tiles, _ = grown([70_000])
    widths = {key: len(tile) // 32 for key, tile in tiles.items() if key[0] >= 0}
    assert sum(width == 256 for (level, _), width in widths.items() if level == 0) == 273
    assert {key: width for key, width in widths.items() if width < 256} == {(0, 273): 112, (1, 1): 17, (2, 0): 1}
    assert rules.right_edge(256) == {(1, 0): 1}


def test_folding_refuses_an_edge_of_another_tree():
    with pytest.raises(ValueError, match="holds 1 hashes where the tree has 2"):
        rules.fold(size=2, edge={(ENTRIES, 0): b"x" * 32, (0, 0): b"x" * 32}, leaves=b"y" * 32)


def test_a_node_of_a_tile_that_is_too_short_is_missing():
    with pytest.raises(KeyError):
        rules.node_from({(0, 0): b"x" * 64})(2, 0)


@given(st.integers(-1, 63), st.integers(0, 2**62), st.integers(1, 256))
def test_tile_addresses_are_read_as_they_are_written(level, index, width):
    assert rules.parse_tile_path(rules.tile_path(level, index, width)) == (level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        *("0/1", "00/001", "0/0001", "0/x000/001", "64/000", "0/001.p/0", "0/001.p/256", "0/001.p/01", "0/x000/000", "0/001.p/"),
        *("data/001", "0/001/002", "x/001", "0/x001", "-1/000", "0/٠٠١", "0/" + "x999/" * 9 + "999"),
    ],
)
def test_other_spellings_of_an_address_are_refused(path):
    with pytest.raises(ValueError, match=f"^{re.escape(path)}$"):
        rules.parse_tile_path(path)


def test_a_bundle_leads_each_entry_with_its_length():
    assert rules.bundle(b"a" * 32 + b"b" * 32) == b"\x00\x20" + b"a" * 32 + b"\x00\x20" + b"b" * 32


def test_a_row_of_a_bulk_load_is_proved_without_opening_the_others():
    rows = [str(i).encode() for i in range(5)]
    count, root = rules.bulk_root(secret=b"secret", rows=rows)
    hashes = [rules.leaf_hash(rules.commitment(rules.bulk_salt(secret=b"secret", index=i), row)) for i, row in enumerate(rows)]
    path = hashed(rules.inclusion_ranges(3, count), hashes)
    assert rules.verify_inclusion(leaf=hashes[3], index=3, size=count, path=path, root=root)
    assert root != rules.bulk_root(secret=b"other", rows=rows)[1]
