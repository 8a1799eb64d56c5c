"""Sealing streams: what was written comes back, and nothing else does."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham.project import sealed

KEY = bytes(range(32))


def seal(data: bytes, *, key: bytes = KEY, name: str = "base") -> bytes:
    file = io.BytesIO()
    with sealed.Sealer(file, key=key, name=name) as sealer:
        sealer.write(data)
    return file.getvalue()


def unseal(data: bytes, *, key: bytes = KEY, name: str = "base") -> bytes:
    return b"".join(sealed.unsealed(io.BytesIO(data), key=key, name=name))


@pytest.mark.parametrize("size", [0, 1, sealed.CHUNK - 1, sealed.CHUNK, sealed.CHUNK + 1, 3 * sealed.CHUNK])
def test_what_was_sealed_comes_back_at_every_edge_of_a_chunk(size: int) -> None:
    data = bytes(size)
    assert unseal(seal(data)) == data


@given(st.binary(max_size=200), st.data())
def test_one_changed_byte_is_noticed_wherever_it_is(data: bytes, draw: st.DataObject) -> None:
    whole = bytearray(seal(data))
    whole[draw.draw(st.integers(0, len(whole) - 1))] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(sealed.NotSealed):
        unseal(bytes(whole))


def test_a_cut_between_chunks_another_key_another_name_and_an_addition_are_noticed() -> None:
    whole = seal(bytes(2 * sealed.CHUNK + 5))
    first_chunk_ends = len(sealed.MAGIC) + sealed.SALT + 5 + sealed.CHUNK + sealed.TAG
    for attempt in (
        lambda: unseal(whole[:first_chunk_ends]),
        lambda: unseal(whole, key=bytes(32)),
        lambda: unseal(whole, name="other"),
        lambda: unseal(whole + b"x"),
    ):
        with pytest.raises(sealed.NotSealed):
            attempt()


def test_reading_in_pieces_gives_the_same() -> None:
    data = bytes(range(256)) * 5000
    reader = sealed.Unsealed(sealed.unsealed(io.BytesIO(seal(data)), key=KEY, name="base"))
    assert b"".join(iter(lambda: reader.read(1000), b"")) == data


def test_a_key_is_readable_by_its_owner_only_and_never_replaced(tmp_path: Path) -> None:
    sealed.new_key(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert len(sealed.read_key(tmp_path / "key")) == 32
    with pytest.raises(FileExistsError):
        sealed.new_key(tmp_path / "key")
