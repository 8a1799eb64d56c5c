"""The verifier's own arithmetic, against the published vectors; what it does with a log is tested beside the log."""

import json

import pytest
from motcham_verify.cli import run
from motcham_verify.ledger import Seen, Wrong, read_proof
from motcham_verify.merkle import Frontier, leaf, root_of_path, subtree
from motcham_verify.note import Bad, Checkpoint, Key
from motcham_verify.remote import Remote, tile_address

LEAVES = [
    bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
PATH_5_OF_8 = [
    bytes.fromhex("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
    bytes.fromhex("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
    bytes.fromhex("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
]
NOTE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_of_certificate_transparency(size):
    tree = Frontier()
    for data in LEAVES[:size]:
        tree.add(leaf(data))
    assert tree.root().hex() == ROOTS[size]
    assert Frontier(tree.size, tree.hashes).root() == tree.root()


def test_a_complete_subtree_can_be_added_at_once():
    hashes = [leaf(data) for data in LEAVES]
    tree = Frontier()
    tree.add(subtree(hashes[:4]), 2)
    for found in hashes[4:]:
        tree.add(found)
    assert tree.root().hex() == ROOTS[8]
    with pytest.raises(ValueError, match="multiple of its width"):
        Frontier(1, hashes[:1]).add(hashes[0], 2)
    with pytest.raises(ValueError, match="one hash for each"):
        Frontier(3, hashes[:1])


def test_a_path_leads_to_the_root_and_one_of_another_length_nowhere():
    assert root_of_path(LEAVES[5], 5, 8, PATH_5_OF_8).hex() == ROOTS[8]
    for index, size, path in ((5, 8, PATH_5_OF_8[:2]), (5, 8, [*PATH_5_OF_8, b"x" * 32]), (8, 8, PATH_5_OF_8), (0, 0, [])):
        with pytest.raises(ValueError, match="path"):
            root_of_path(LEAVES[5], index, size, path)


def test_tile_addresses_are_those_of_the_specification():
    assert tile_address(0, 1234067, 256) == "tile/0/x001/x234/067"
    assert tile_address("entries", 0, 17) == "tile/entries/000.p/17"


@pytest.mark.parametrize("text", ["", "a+b+c", NOTE_KEY.replace("530d", "0000"), "+530d903a+AQ=="])
def test_a_key_that_is_not_one_is_refused(text):
    with pytest.raises(Bad):
        Key.parse(text)


@pytest.mark.parametrize("note", ["", "origin\n1\n", "origin\n01\nAAAA\n\n— x y\n", f"origin\n1\n{'A' * 40}\n\n— x y\n"])
def test_a_checkpoint_that_is_not_one_is_refused(note):
    with pytest.raises(Bad):
        Checkpoint.parse(note)


@pytest.mark.parametrize(
    "text",
    ["", "{}", '{"proof": "x", "commitment": "zz"}', "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nindex x\n\nnote"],
)
def test_a_proof_file_that_is_not_one_is_named(tmp_path, text):
    path = tmp_path / "entry.tlog-proof"
    path.write_text(text)
    with pytest.raises(Wrong, match="proof_file"):
        read_proof(path)


def test_a_damaged_memory_is_not_relied_on(tmp_path):
    path = tmp_path / "state.json"
    for text in (
        "",
        "{}",
        json.dumps(
            {"origin": "o", "key": "", "witness_key": "", "size": 1, "root": "00", "frontier": ["11" * 32], "checked_at": 0}
        ),
    ):
        path.write_text(text)
        with pytest.raises(ValueError, match=r"state\.json"):
            Seen.read(path)
    assert Seen.read(tmp_path / "none") is None


def test_an_address_may_be_given_without_its_scheme():
    assert Remote("city.example/ledger").address == "https://city.example/ledger/"
    for address in ("", "ftp://city.example/", "https:///ledger"):
        with pytest.raises(ValueError, match=address or "^$"):
            Remote(address)


def test_a_log_that_is_not_there_was_not_checked(tmp_path, capsys):
    arguments = ["ledger", "http://127.0.0.1:9/", "--state", str(tmp_path / "state"), "--json"]
    assert run(arguments) == 3
    assert json.loads(capsys.readouterr().out)["holds"] is None
