"""The open log as a browser and as a program see it."""

import json
from pathlib import Path
from typing import Any

import pytest

from motcham.blocks.ledger import api, rules, testing, urls
from motcham.blocks.ledger.notes import ED25519, Checkpoint, Key, Note
from motcham.blocks.ledger.tests.test_sequencer import write
from motcham.kernel.access import Public

pytestmark = pytest.mark.django_db(transaction=True)


def settle(home: Path, **options: Any) -> None:
    assert testing.settle_anew(home, **options)


def test_before_the_first_signature_the_files_are_missing_and_the_page_says_so(client):
    for path in ("checkpoint", "key", "tile/0/000", "entry/1", "entry/1.json"):
        assert client.get(f"/ledger/{path}").status_code == 404
    assert client.get("/ledger/").status_code == 200


def test_the_files_are_what_the_specification_says(client, tmp_path):
    write(300)
    settle(tmp_path)
    response = client.get("/ledger/checkpoint")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    note = Note.parse(response.content.decode())
    key = Key.parse(client.get("/ledger/key").content.decode())
    assert key.kind == ED25519
    note.verify(key)
    checkpoint = Checkpoint.parse(note.text)
    assert (checkpoint.origin, checkpoint.size) == (key.name, 300)
    entries = b""
    for path, width in (("000", 256), ("001.p/44", 44)):
        bundle = client.get(f"/ledger/tile/entries/{path}")
        hashes = client.get(f"/ledger/tile/0/{path}")
        assert bundle["Content-Type"] == hashes["Content-Type"] == "application/octet-stream"
        assert (len(bundle.content), len(hashes.content)) == (34 * width, 32 * width)
        leaves = [bundle.content[at + 2 : at + 34] for at in range(0, len(bundle.content), 34)]
        assert b"".join(map(rules.leaf_hash, leaves)) == hashes.content
        entries += b"".join(leaves)
    assert rules.merkle_root(b"".join(map(rules.leaf_hash, rules.split_hashes(entries)))) == checkpoint.root
    assert client.get("/ledger/tile/1/000.p/1").content == rules.merkle_root(client.get("/ledger/tile/0/000").content)


@pytest.mark.parametrize(
    "address",
    ["0/001", "0/001.p/45", "0/002.p/1", "1/000", "1/000.p/2", "2/000.p/1", "x/000", "0/000.p/256", "entries/001", "0/1"],
)
def test_what_the_tree_has_not_grown_to_is_missing(client, tmp_path, address):
    write(300)
    settle(tmp_path)
    assert client.get(f"/ledger/tile/{address}").status_code == 404


def test_an_earlier_partial_tile_is_still_served(client, tmp_path):
    write(300)
    settle(tmp_path)
    early = client.get("/ledger/tile/0/001.p/44").content
    write(300)
    settle(tmp_path)
    assert client.get("/ledger/tile/0/001.p/44").content == early
    assert client.get("/ledger/tile/0/001").content.startswith(early)


def test_full_tiles_are_kept_for_ever_and_what_moves_is_asked_for_again(client, tmp_path):
    write(300)
    settle(tmp_path)
    tile = client.get("/ledger/tile/0/000")
    assert "immutable" in tile["Cache-Control"] and "Vary" not in tile.headers, "the same bytes for whoever asks"
    for path in ("checkpoint", "key", "tile/0/001.p/44"):
        response = client.get(f"/ledger/{path}")
        assert "immutable" not in response["Cache-Control"]
        assert client.get(f"/ledger/{path}", headers={"If-None-Match": response["ETag"]}).status_code == 304
    old = client.get("/ledger/checkpoint")["ETag"]
    write(1)
    settle(tmp_path)
    assert client.get("/ledger/checkpoint", headers={"If-None-Match": old}).status_code == 200


def test_an_entry_shows_its_place_and_its_proof_and_nothing_of_what_it_says(client, tmp_path):
    entry_id = api.append(kind="case.opened", subject="case:secret-subject", payload={"name": "Nguyễn Văn An"}).entry_id
    waiting = client.get(f"/ledger/entry/{entry_id}")
    assert waiting.status_code == 200
    assert client.get(f"/ledger/entry/{entry_id}.json").status_code == 404
    settle(tmp_path)
    proof = api.proof(entry_id)
    for suffix in ("", ".json", ".tlog-proof"):
        response = client.get(f"/ledger/entry/{entry_id}{suffix}")
        assert response.status_code == 200
        for hidden in ("Nguyễn", "secret-subject", "case.opened"):
            assert hidden not in response.content.decode()
    data = json.loads(client.get(f"/ledger/entry/{entry_id}.json").content)
    assert data["commitment"] == proof.commitment.hex()
    assert data["checkpoint"] == proof.checkpoint
    text = client.get(f"/ledger/entry/{entry_id}.tlog-proof").content.decode()
    assert text.startswith("c2sp.org/tlog-proof@v1\nextra ")
    assert text.endswith("\n\n" + proof.checkpoint)
    assert proof.commitment.hex() in client.get(f"/ledger/entry/{entry_id}").content.decode()


def test_the_search_leads_to_the_entry_and_mends_what_is_no_number(client, tmp_path):
    write(1)
    settle(tmp_path)
    assert client.get("/ledger/?entry= 12 ").headers["Location"] == "/ledger/entry/12"
    assert client.get("/ledger/?entry=%231").headers["Location"] == "/ledger/entry/1"
    for wrong in ("abc", "1" * 30, "<b>", "١"):
        response = client.get("/ledger/", {"entry": wrong})
        assert response.status_code == 200
        assert 'aria-invalid="true"' in response.content.decode()
    assert client.get("/ledger/entry/999999999").status_code == 404
    assert client.get(f"/ledger/entry/{10**30}").status_code == 404


def test_the_page_tells_an_alarm_and_a_process_that_is_down(client, tmp_path):
    write(3)
    settle(tmp_path)
    calm = client.get("/ledger/").content.decode()
    assert 'role="alert"' not in calm
    with testing.connect() as own:
        own.execute("UPDATE ledger_log SET lease_until = NULL")
    assert client.get("/ledger/").content.decode() != calm
    (tmp_path / "keys" / "ledger.key").unlink()
    assert not testing.settle(testing.a_sequencer(tmp_path))
    assert 'role="alert"' in client.get("/ledger/").content.decode()


def test_the_log_is_open_to_read_and_to_nothing_else(client):
    for pattern in urls.urlpatterns:
        assert isinstance(pattern.callback.access, Public)
    for path in ("", "checkpoint", "key", "tile/0/000", "entry/1"):
        assert client.post(f"/ledger/{path}").status_code == 405
