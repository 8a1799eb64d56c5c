"""Signed notes and cosignatures, against the examples of the specifications."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcham.blocks.ledger.notes import COSIGNATURE, ED25519, BadNote, Checkpoint, Key, Note, Signer

EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
LOG = Signer("city.example/1", ED25519, Ed25519PrivateKey.from_private_bytes(b"l" * 32))
WITNESS = Signer("witness.example", COSIGNATURE, Ed25519PrivateKey.from_private_bytes(b"w" * 32))
CHECKPOINT = Checkpoint("city.example/1", 7, b"r" * 32)


def signed(text: str = CHECKPOINT.text) -> Note:
    return Note.parse(f"{text}\n{LOG.line(text)}{WITNESS.line(text, 1_700_000_000)}")


def test_the_example_of_the_specification_verifies():
    key = Key.parse(EXAMPLE_KEY)
    assert str(key) == EXAMPLE_KEY
    assert Note.parse(EXAMPLE).verify(key) == 0
    assert str(Note.parse(EXAMPLE)) == EXAMPLE


def test_a_checkpoint_is_read_back_as_it_was_signed_and_cosigned():
    note = signed()
    assert Checkpoint.parse(note.text) == CHECKPOINT
    assert note.verify(LOG.key) == 0
    assert note.verify(WITNESS.key) == 1_700_000_000
    assert Key.parse(str(WITNESS.key)) == WITNESS.key


def test_the_time_of_a_cosignature_cannot_be_changed():
    name, raw = "witness.example", WITNESS.line(CHECKPOINT.text, 1_700_000_000)
    later = WITNESS.line(CHECKPOINT.text, 1_800_000_000)
    old, new = (base64.b64decode(line.split()[2]) for line in (raw, later))
    mixed = base64.b64encode(new[:12] + old[12:]).decode()
    with pytest.raises(BadNote, match="does not verify"):
        Note.parse(f"{CHECKPOINT.text}\n— {name} {mixed}\n").verify(WITNESS.key)


def test_a_changed_text_no_longer_verifies():
    forged = Note.parse(str(signed()).replace("\n7\n", "\n8\n"))
    for key in (LOG.key, WITNESS.key):
        with pytest.raises(BadNote, match="does not verify"):
            forged.verify(key)


def test_an_unknown_key_of_the_same_name_has_not_signed():
    other = Signer(LOG.name, ED25519, Ed25519PrivateKey.from_private_bytes(b"o" * 32))
    with pytest.raises(BadNote, match="has not signed"):
        signed().verify(other.key)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n— name !!!!\n",
        "text\n\n— name AAAAAAAA",
        "te\txt\n\n— name AAAAAAAA\n",
        "\n\n— name AAAAAAAA\n",
        "a" * 70_000 + "\n\n— name AAAAAAAA\n",
    ],
)
def test_what_is_not_a_note_is_refused(note):
    with pytest.raises(BadNote):
        Note.parse(note)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name\n",
        "name\n1\n",
        "name\n01\nAAAA\n",
        f"name\n-1\n{'A' * 43}=\n",
        "name\n1\nAAAA\n",
        f"n\n{'9' * 30}\n{'A' * 43}=\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text):
    with pytest.raises(BadNote):
        Checkpoint.parse(text)


def test_lines_after_the_root_are_allowed():
    assert Checkpoint.parse(CHECKPOINT.text + "extension\n") == CHECKPOINT


@pytest.mark.parametrize(
    "key", ["", "name", EXAMPLE_KEY.replace("530d", "530e"), "a+b+AQ==", "a+b+!", "+" + EXAMPLE_KEY.partition("+")[2]]
)
def test_what_is_not_a_key_is_refused(key):
    with pytest.raises(BadNote):
        Key.parse(key)
