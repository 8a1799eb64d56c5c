"""Appending, looking up and erasing, as the blocks above do it."""

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from motcham.blocks.ledger import api, rules, testing
from motcham.blocks.ledger.define import APPEND, NoEntry, NotYetSigned, State
from motcham.blocks.ledger.notes import Checkpoint, Note

pytestmark = pytest.mark.django_db(transaction=True)


def signed(tmp_path: Path) -> Checkpoint:
    assert testing.settle(testing.a_sequencer(tmp_path))
    return Checkpoint.parse(Note.parse(api.checkpoint() or "").text)


def test_an_entry_is_one_statement_and_opens_its_commitment():
    at = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        receipt = api.append(kind="case.opened", subject="case:1", payload={"type": "đèn đường", "n": 1}, at=at)
    assert len(queries) == 1
    opening = api.opening(receipt.entry_id)
    assert opening.salt is not None
    assert opening.payload is not None
    assert len(opening.salt) == 16
    assert json.loads(opening.payload) == {
        "at": "2026-01-05T09:30:00.000000Z",
        "kind": "case.opened",
        "subject": "case:1",
        "data": {"type": "đèn đường", "n": 1},
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT commitment FROM ledger_pending")
        assert bytes(cursor.fetchone()[0]) == hashlib.sha256(opening.salt + opening.payload).digest()


def test_the_same_act_twice_has_two_commitments(tmp_path):
    ids = [api.append(kind="k", subject="s", payload={}, at=datetime(2026, 1, 1, tzinfo=UTC)).entry_id for _ in range(2)]
    signed(tmp_path)
    assert len({api.proof(entry_id).commitment for entry_id in ids}) == 2


def test_dates_decimals_and_uuids_are_written_as_text():
    payload = {"on": date(2026, 2, 17), "at": datetime(2026, 2, 17, tzinfo=UTC), "fee": Decimal("1.50"), "ref": UUID(int=7)}
    opening = api.opening(api.append(kind="k", subject="s", payload=payload).entry_id)
    assert opening.payload is not None
    assert json.loads(opening.payload)["data"] == {
        "on": "2026-02-17",
        "at": "2026-02-17T00:00:00+00:00",
        "fee": "1.50",
        "ref": "00000000-0000-0000-0000-000000000007",
    }


@pytest.mark.parametrize("value", [object(), float("nan"), {1, 2}])
def test_what_is_not_json_is_refused_before_anything_is_written(value):
    with pytest.raises((TypeError, ValueError)):
        api.append(kind="k", subject="s", payload={"x": value})


def test_an_act_that_is_rolled_back_leaves_no_entry(tmp_path):
    with transaction.atomic():
        lost = api.append(kind="k", subject="s", payload={}).entry_id
        transaction.set_rollback(True)
    kept = api.append(kind="k", subject="s", payload={}).entry_id
    assert signed(tmp_path).size == 1
    assert set(api.status([lost, kept])) == {kept}


def test_other_sql_appends_in_the_same_statement_and_a_pipeline_in_one_round_trip(tmp_path):
    with testing.connect() as own:
        own.execute("SELECT ledger_append('k', 'case:' || n, jsonb_build_object('n', n)) FROM generate_series(1, 3) AS n")
        with own.pipeline():
            cursors = [own.execute(APPEND, ("k", "s", "{}", None)) for _ in range(2)]
            ids = [cursor.fetchone()[0] for cursor in cursors]
    assert signed(tmp_path).size == 5
    assert all(entry.state is State.SIGNED for entry in api.status(ids).values())


def test_an_entry_goes_from_waiting_to_signed_and_its_proof_leads_to_the_signed_root(tmp_path):
    ids = [api.append(kind="k", subject=f"s:{i}", payload={"i": i}).entry_id for i in range(300)]
    assert api.status([ids[0], 10**12])[ids[0]].state is State.WAITING
    with pytest.raises(NotYetSigned):
        api.proof(ids[0])
    mark = api.proof_mark(ids[:3])
    assert (mark.recorded, mark.signed) == (3, 0)
    checkpoint = signed(tmp_path)
    assert checkpoint.size == 300
    for entry_id in (ids[0], ids[255], ids[256], ids[299]):
        proof = api.proof(entry_id)
        leaf = rules.leaf_hash(proof.commitment)
        assert rules.verify_inclusion(leaf=leaf, index=proof.position, size=300, path=proof.path, root=checkpoint.root)
    mark = api.proof_mark(ids[:3])
    assert (mark.recorded, mark.signed, mark.last) == (3, 3, ids[2])


def test_an_entry_nobody_wrote_is_missing():
    for call in (api.proof, api.opening):
        with pytest.raises(NoEntry):
            call(10**12)
    assert api.proof_mark([10**12]).last is None


def test_erasing_a_subject_destroys_salt_and_contents_and_keeps_every_proof(tmp_path):
    sequencer = testing.a_sequencer(tmp_path)
    ids = [api.append(kind="k", subject=f"person:{i % 2}", payload={"i": i}).entry_id for i in range(4)]
    assert testing.settle(sequencer)
    before = api.proof(ids[1])
    ids += [api.append(kind="k", subject="person:1", payload={"late": True}).entry_id]
    assert api.erase(subject="person:1") == 3
    assert api.erase(subject="person:1") == 0
    assert api.checkpoint() == before.checkpoint
    assert testing.settle(sequencer)
    for entry_id in (ids[1], ids[3], ids[4]):
        opening = api.opening(entry_id)
        assert (opening.salt, opening.payload) == (None, None)
    assert api.opening(ids[0]).payload is not None
    root = Checkpoint.parse(Note.parse(api.checkpoint() or "").text).root
    proof = api.proof(ids[1])
    assert proof.commitment == before.commitment
    leaf = rules.leaf_hash(proof.commitment)
    assert rules.verify_inclusion(leaf=leaf, index=proof.position, size=5, path=proof.path, root=root)


def test_a_bulk_load_is_one_entry_from_which_each_row_can_be_proved(tmp_path):
    rows = [{"code": f"{n:05d}"} for n in range(1000)]
    receipt = api.append_bulk(kind="places.loaded", subject="areas", rows=rows)
    assert signed(tmp_path).size == 1
    opening = api.opening(receipt.entry_id)
    assert opening.payload is not None
    data = json.loads(opening.payload)["data"]
    written = [json.dumps(row, separators=(",", ":")).encode() for row in rows]
    count, root = rules.bulk_root(secret=bytes.fromhex(data["secret"]), rows=written)
    assert (data["rows"], data["root"]) == (count, root.hex())


def test_a_commitment_cannot_be_of_another_length():
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_pending (kind, subject, recorded_at, commitment) VALUES ('k', 's', now(), 'short')")
