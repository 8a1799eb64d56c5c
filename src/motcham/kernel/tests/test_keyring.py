"""The keyring: what it seals opens only with the right key, purpose and place; old versions still open."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham.kernel.keyring import KeyMissing, Keyring, SealBroken


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    return Keyring(tmp_path_factory.mktemp("keys") / "keys")


@given(plaintext=st.binary(max_size=200), aad=st.binary(max_size=20))
def test_what_is_sealed_opens_again(keyring: Keyring, plaintext: bytes, aad: bytes) -> None:
    sealed = keyring.seal("case.answers", plaintext, aad)

    assert keyring.unseal("case.answers", sealed, aad) == plaintext
    assert sealed != keyring.seal("case.answers", plaintext, aad)


@pytest.mark.parametrize(("purpose", "aad"), [("case.contact", b"here"), ("case.answers", b"there")])
def test_another_purpose_or_place_does_not_open(keyring: Keyring, purpose: str, aad: bytes) -> None:
    sealed = keyring.seal("case.answers", b"0901234567", b"here")

    with pytest.raises(SealBroken):
        keyring.unseal(purpose, sealed, aad)


@given(data=st.data())
def test_a_changed_or_cut_seal_is_refused(keyring: Keyring, data) -> None:
    sealed = keyring.seal("p", b"plain", b"")
    place = data.draw(st.integers(0, len(sealed) - 1))
    changed = bytes([*sealed[:place], sealed[place] ^ 1, *sealed[place + 1 :]])

    for broken in (changed, sealed[:place]):
        with pytest.raises((SealBroken, KeyMissing)):
            keyring.unseal("p", broken, b"")


def test_old_versions_open_after_a_rotation_and_new_ones_seal(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    old = keyring.seal("p", b"plain", b"")

    assert keyring.rotate() == 2

    new = keyring.seal("p", b"plain", b"")
    assert keyring.unseal("p", old, b"") == keyring.unseal("p", new, b"") == b"plain"
    assert old[1:3] == b"\x00\x01" and new[1:3] == b"\x00\x02"


def test_a_process_that_runs_already_opens_what_another_sealed_after_a_rotation(tmp_path: Path) -> None:
    running, other = Keyring(tmp_path), Keyring(tmp_path)
    other.rotate()

    assert running.unseal("p", other.seal("p", b"plain", b""), b"") == b"plain"


def test_a_lost_key_is_named(tmp_path: Path) -> None:
    sealed = Keyring(tmp_path / "old").seal("p", b"plain", b"")
    keyring = Keyring(tmp_path / "new")
    newer = bytes([*sealed[:1], 0, 7, *sealed[3:]])

    with pytest.raises(KeyMissing, match="key version 7 is not on this machine"):
        keyring.unseal("p", newer, b"")
    with pytest.raises(SealBroken):
        keyring.unseal("p", sealed, b"")


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    Keyring(tmp_path / "keys")

    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    files = list((tmp_path / "keys").iterdir())
    assert [file.name for file in files] == ["keyring-0001.json"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_many_first_users_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keyrings = list(pool.map(lambda _: Keyring(tmp_path / "keys"), range(16)))

    sealed = keyrings[0].seal("p", b"plain", b"")
    assert {keyring.unseal("p", sealed, b"") for keyring in keyrings} == {b"plain"}


def test_two_rotations_at_once_make_one_version_and_lose_none(tmp_path: Path) -> None:
    first, second = Keyring(tmp_path), Keyring(tmp_path)
    first.rotate()
    sealed = first.seal("p", b"plain", b"")

    assert second.rotate() == 2

    assert Keyring(tmp_path).unseal("p", sealed, b"") == b"plain"


def test_a_value_is_found_by_its_fingerprint_also_after_a_rotation(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    stored = keyring.fingerprint("case.contact", "0901234567")
    keyring.rotate()

    assert stored in keyring.fingerprints("case.contact", "0901234567")
    assert stored != keyring.fingerprint("case.contact", "0901234567")
    assert stored not in keyring.fingerprints("case.contact", "0901234568")
    assert stored not in keyring.fingerprints("person.number", "0901234567")


def test_a_fingerprint_is_of_no_use_without_the_key(tmp_path: Path) -> None:
    first, second = (Keyring(tmp_path / name) for name in "ab")

    assert first.fingerprint("p", "0901234567") != second.fingerprint("p", "0901234567")
