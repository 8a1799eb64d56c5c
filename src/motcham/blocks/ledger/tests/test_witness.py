"""The witness by the letter of c2sp.org/tlog-witness, over real connections."""

import base64
import hashlib
import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcham.blocks.ledger import rules, testing
from motcham.blocks.ledger.notes import ED25519, Checkpoint, Key, Note, Signer
from motcham.blocks.ledger.outside import Outside
from motcham.blocks.ledger.witness import WitnessAway, WitnessClient

LOG = Signer("city.example/1", ED25519, Ed25519PrivateKey.from_private_bytes(b"l" * 32))
OTHER = Signer("city.example/1", ED25519, Ed25519PrivateKey.from_private_bytes(b"o" * 32))
HASHES = [rules.leaf_hash(bytes([n])) for n in range(40)]


def root(size: int) -> bytes:
    return rules.merkle_root(b"".join(HASHES[:size]))


def path(old: int, new: int) -> list[bytes]:
    return [
        rules.range_hash(part, lambda height, index: rules.merkle_root(b"".join(HASHES[index << height : (index + 1) << height])))
        for part in rules.consistency_ranges(old, new)
    ]


def note(size: int, *, signer: Signer = LOG, of: bytes | None = None, origin: str = LOG.name) -> Note:
    text = Checkpoint(origin, size, of or root(size)).text
    return Note(text, (signer.line(text),))


@dataclass
class Caller:
    address: str

    def ask(self, method: str, where: str, body: str = "") -> tuple[int, str, str]:
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=10)
        connection.request(method, where, body.encode())
        answer = connection.getresponse()
        result = answer.status, answer.headers["Content-Type"], answer.read().decode()
        connection.close()
        return result

    def add(self, old: int, proof: list[bytes], sent: Note) -> tuple[int, str, str]:
        lines = "".join(base64.b64encode(step).decode() + "\n" for step in proof)
        return self.ask("POST", "/add-checkpoint", f"old {old}\n{lines}\n{sent}")


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Caller]:
    Outside(tmp_path).publish_key(str(LOG.key))
    with testing.a_witness(tmp_path) as client:
        yield Caller(client._address())


def test_it_cosigns_what_continues_and_shows_what_it_cosigned(witness):
    key = Key.parse(witness.ask("GET", "/key")[2])
    for old, new in ((0, 3), (3, 3), (3, 40)):
        status, _, line = witness.add(old, path(old, new), note(new))
        assert status == 200
        assert Note.parse(f"{note(new).text}\n{line}").verify(key) > 0
    shown = witness.ask("GET", f"/{hashlib.sha256(LOG.name.encode()).hexdigest()}/checkpoint")
    assert shown[0] == 200
    for signer in (LOG.key, key):
        Note.parse(shown[2]).verify(signer)


def test_another_old_size_is_a_conflict_that_tells_the_size_it_holds(witness):
    assert witness.add(0, [], note(7))[0] == 200
    for old in (0, 3, 8):
        assert witness.add(old, path(old, 20), note(20)) == (409, "text/x.tlog.size", "7\n")


def test_what_does_not_continue_is_not_cosigned(witness):
    assert witness.add(0, [], note(7))[0] == 200
    assert witness.add(7, path(6, 20), note(20))[0] == 422
    assert witness.add(7, [], note(7, of=b"x" * 32))[0] == 422
    assert witness.add(7, path(7, 20), note(20, of=b"x" * 32))[0] == 422
    assert witness.add(0, path(3, 7), note(7))[0] == 409
    assert witness.add(7, path(7, 20), note(20))[0] == 200, "a refusal leaves no trace"


def test_a_first_checkpoint_has_no_proof_and_an_empty_tree_its_own_root(witness):
    assert witness.add(0, path(3, 7), note(7))[0] == 422
    assert witness.add(0, [], note(0, of=b"x" * 32))[0] == 422
    assert witness.add(0, [], note(0))[0] == 200


def test_only_logs_it_knows_are_served_and_only_under_their_own_key(witness):
    assert witness.add(0, [], note(7, origin="another.example/1"))[0] == 404
    assert witness.add(0, [], note(7, signer=OTHER))[0] == 403
    forged = note(7)
    assert witness.add(0, [], Note(note(8).text, forged.lines))[0] == 403
    assert witness.add(8, [], note(7))[0] == 400
    for where in ("/", "/key/x", f"/{'0' * 64}/checkpoint", "/../key/checkpoint"):
        assert witness.ask("GET", where)[0] == 404


@pytest.mark.parametrize(
    "body",
    ["", "old 1\n", "old x\n\n", "new 0\n\n", "old 00\n\n", "old 0\nAAAA\n\n", "old 0\n!\n\n", f"old 0\n{'A' * 43}=\n" * 2],
)
def test_a_malformed_request_is_refused(witness, body):
    assert witness.ask("POST", "/add-checkpoint", body + str(note(7)) if body.endswith("\n\n") else body)[0] == 400


def test_a_request_that_is_too_long_or_elsewhere_is_refused(witness):
    assert witness.ask("POST", "/add-checkpoint", "x" * 70_000)[0] == 400
    assert witness.ask("POST", "/elsewhere", "old 0\n")[0] == 404


def test_it_remembers_over_a_restart(tmp_path):
    Outside(tmp_path).publish_key(str(LOG.key))
    with testing.a_witness(tmp_path) as client:
        key = client.key()
        assert client.add(old=0, path=[], note=note(7))[1] is None
    with testing.a_witness(tmp_path) as client:
        assert client.key() == key
        assert client.add(old=0, path=[], note=note(20)) == ("", 7)


def test_a_kept_connection_that_was_closed_is_opened_again(tmp_path):
    Outside(tmp_path).publish_key(str(LOG.key))
    with testing.a_witness(tmp_path) as first:
        port = urlsplit(first._address()).port
        assert port
        assert first.add(old=0, path=[], note=note(7))[1] is None
    with pytest.raises(WitnessAway):
        first.key()
    with testing.a_witness(tmp_path) as second:
        first._address = second._address
        assert first.key() == second.key()
        first.close()


@pytest.mark.parametrize("address", ["", "ftp://127.0.0.1", "127.0.0.1:80"])
def test_an_address_that_is_none_is_told(address):
    with pytest.raises(WitnessAway, match="not an address"):
        WitnessClient(lambda: address).key()
