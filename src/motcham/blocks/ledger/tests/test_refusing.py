"""A database brought back in time, a lost key, a lost memory, a witness that objects: the log stands still and says why."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from motcham.blocks.ledger import api, testing
from motcham.blocks.ledger.define import Alarm, State
from motcham.blocks.ledger.notes import Checkpoint, Key, Note
from motcham.blocks.ledger.outside import Outside
from motcham.blocks.ledger.sequencer import open_new_origin
from motcham.blocks.ledger.testing import settle_anew as settle
from motcham.blocks.ledger.tests.test_sequencer import write

pytestmark = pytest.mark.django_db(transaction=True)


def health():
    found = api.health()
    assert found is not None
    return found


def a_signed_log(tmp_path, count: int = 300, **options) -> testing.BackUp:
    write(count)
    assert settle(tmp_path, **options)
    return testing.BackUp()


def test_a_restored_backup_is_not_signed_until_the_log_takes_a_new_name(tmp_path):
    back_up = a_signed_log(tmp_path)
    lost = write(50)
    assert settle(tmp_path)
    signed_before = Outside(tmp_path).remembered()
    back_up.restore()
    kept = write(80)
    assert not settle(tmp_path)
    assert health().alarm == Alarm.ROLLED_BACK
    assert "350 entries were signed, the database has 300" in health().alarm_detail
    assert health().signed_size == 300
    assert {entry.state for entry in api.status(kept).values()} == {State.WAITING}, "it stands still altogether"
    assert Outside(tmp_path).remembered() == signed_before

    with testing.connect(autocommit=True) as own:
        old, new = open_new_origin(own, outside=Outside(tmp_path), name=testing.NAME, reason="restored")
    assert (old, new) == ("test.city/1", "test.city/2")
    assert settle(tmp_path)
    assert (health().origin, health().alarm, health().signed_size) == ("test.city/2", "", 300 + 80 + 1)
    assert not api.status(lost), "what the backup did not hold is gone, and visibly so"
    note = Note.parse(api.checkpoint() or "")
    assert note.text.startswith("test.city/2\n381\n")
    with testing.connect() as own:
        payload = own.execute("SELECT payload FROM ledger_entry WHERE kind = 'ledger.origin_opened'").fetchone()
    assert payload is not None
    data = json.loads(payload[0])["data"]
    assert Note.parse(data["remembered"]) == signed_before
    assert (data["previous"], data["reason"]) == ("test.city/1", "restored")
    archived = list((tmp_path / "ledger" / "archive").iterdir())
    assert [Note.parse(path.read_text()) for path in archived] == [signed_before]


def test_a_name_that_the_database_has_forgotten_is_never_used_again(tmp_path):
    back_up = a_signed_log(tmp_path, 3)
    with testing.connect(autocommit=True) as own:
        open_new_origin(own, outside=Outside(tmp_path), name=testing.NAME, reason="a trial")
    assert settle(tmp_path)
    back_up.restore()
    assert not settle(tmp_path)
    assert health().alarm == Alarm.OTHER_HISTORY
    with testing.connect(autocommit=True) as own:
        assert open_new_origin(own, outside=Outside(tmp_path), name=testing.NAME, reason="restored")[1] == "test.city/3"
    assert settle(tmp_path)


def test_a_new_origin_over_an_empty_database_takes_a_new_name_too(tmp_path):
    a_signed_log(tmp_path, 3)
    with testing.connect() as own:
        own.execute(f"TRUNCATE {', '.join(testing.TABLES)}")
    assert not settle(tmp_path)
    assert health().alarm == Alarm.ROLLED_BACK
    with testing.connect(autocommit=True) as own:
        assert open_new_origin(own, outside=Outside(tmp_path), name=testing.NAME, reason="begun anew")[1] == "test.city/2"
    assert settle(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE ledger_tile SET hashes = overlay(hashes PLACING '\\x00000000' FROM 1) WHERE level = 0 AND index = 0",
        "UPDATE ledger_tile SET hashes = overlay(hashes PLACING '\\x00000000' FROM 1) WHERE level = 1 AND index = 0",
        "DELETE FROM ledger_tile WHERE level = 0 AND index = 1",
        "DELETE FROM ledger_tile WHERE level = 1",
    ],
)
def test_a_changed_or_missing_tile_stops_the_log(tmp_path, damage):
    a_signed_log(tmp_path)
    with testing.connect() as own:
        own.execute(damage)
    write(3)
    stopped = not settle(tmp_path)
    # A full tile below the right edge is summed up by the level above; that one is for the verifier to find.
    assert stopped == ("level = 0 AND index = 0" not in damage)
    assert health().alarm == (Alarm.OTHER_HISTORY if stopped else "")


def test_a_lost_memory_stops_the_log_where_no_witness_remembers(tmp_path):
    a_signed_log(tmp_path, 3)
    kept = Outside(tmp_path).checkpoint_path.read_text()
    Outside(tmp_path).checkpoint_path.unlink()
    assert not settle(tmp_path)
    assert health().alarm == Alarm.MEMORY_LOST
    Outside(tmp_path).checkpoint_path.write_text(kept)
    assert settle(tmp_path)
    assert health().alarm == ""


def test_a_memory_cut_short_is_no_memory_to_rely_on(tmp_path):
    a_signed_log(tmp_path, 3)
    path = Outside(tmp_path).checkpoint_path
    path.write_text(path.read_text()[:40])
    assert not settle(tmp_path)
    assert health().alarm == Alarm.MEMORY_LOST


def test_another_key_stops_the_log(tmp_path):
    a_signed_log(tmp_path, 3)
    (tmp_path / "keys" / "ledger.key").unlink()
    assert not settle(tmp_path)
    assert health().alarm == Alarm.OTHER_KEY


def test_a_memory_signed_with_another_key_stops_the_log(tmp_path):
    a_signed_log(tmp_path, 3)
    note = Outside(tmp_path).remembered()
    assert note is not None
    forged = Note(note.text, (note.lines[0][:60] + ("A" if note.lines[0][60] != "A" else "B") + note.lines[0][61:],))
    Outside(tmp_path).checkpoint_path.write_text(str(forged))
    assert not settle(tmp_path)
    assert health().alarm == Alarm.OTHER_KEY


def test_the_key_is_readable_by_its_owner_only_and_never_in_the_database(tmp_path):
    a_signed_log(tmp_path, 1)
    path = tmp_path / "keys" / "ledger.key"
    assert path.stat().st_mode & 0o777 == 0o600
    secret = Outside(tmp_path).private_key().private_bytes_raw()
    assert isinstance(Outside(tmp_path).private_key(), Ed25519PrivateKey)
    with testing.connect() as own:
        (row,) = own.execute("SELECT ledger_log::text FROM ledger_log").fetchone() or ("",)
    assert secret.hex() not in row


def test_the_witness_signs_with_the_log_and_its_key_is_remembered(tmp_path):
    with testing.a_witness(tmp_path) as witness:
        a_signed_log(tmp_path, witness=witness)
        note = Note.parse(api.checkpoint() or "")
        assert note.verify(Key.parse(health().witness_key)) > 1_700_000_000
        assert health().witness_key == Outside(tmp_path).witness_key() == witness.key()
        write(5)
        assert settle(tmp_path, witness=witness)


def test_database_and_memory_brought_back_together_are_caught_by_the_witness(tmp_path):
    with testing.a_witness(tmp_path) as witness:
        back_up = a_signed_log(tmp_path, witness=witness)
        memory = Outside(tmp_path).checkpoint_path.read_text()
        write(50)
        assert settle(tmp_path, witness=witness)
        back_up.restore()
        Outside(tmp_path).checkpoint_path.write_text(memory)
        write(20)
        assert not settle(tmp_path, witness=witness)
        assert health().alarm == Alarm.ROLLED_BACK
        assert "the witness has seen 350 entries" in health().alarm_detail
        assert health().signed_size == 300


def test_another_history_that_grew_past_the_old_one_is_refused_by_the_witness(tmp_path):
    with testing.a_witness(tmp_path) as witness:
        back_up = a_signed_log(tmp_path, witness=witness)
        memory = Outside(tmp_path).checkpoint_path.read_text()
        write(50)
        assert settle(tmp_path, witness=witness)
        back_up.restore()
        Outside(tmp_path).checkpoint_path.write_text(memory)
        write(90)
        with testing.connect(autocommit=True) as own:  # placed while the witness could not be asked
            own.execute("UPDATE ledger_log SET lease_until = NULL")
            alone = testing.a_sequencer(tmp_path)
            alone._trusted = 1
            while alone.turn(own):
                pass
        assert not settle(tmp_path, witness=witness)
        assert health().alarm == Alarm.WITNESS_REFUSES
        assert "422" in health().alarm_detail


def test_a_lost_memory_is_made_good_by_the_witness(tmp_path):
    with testing.a_witness(tmp_path) as witness:
        a_signed_log(tmp_path, witness=witness)
        Outside(tmp_path).checkpoint_path.unlink()
        write(5)
        assert settle(tmp_path, witness=witness)
    assert Checkpoint.parse((Outside(tmp_path).remembered() or Note("", ())).text).size == 305


def test_while_the_witness_is_away_entries_get_their_places_and_no_signature(tmp_path):
    with testing.a_witness(tmp_path) as witness:
        a_signed_log(tmp_path, 3, witness=witness)
    ids = write(4)
    assert not settle(tmp_path, witness=witness)
    assert (health().alarm, health().size, health().signed_size) == (Alarm.WITNESS_AWAY, 7, 3)
    assert {entry.state for entry in api.status(ids).values()} == {State.PLACED}
    with testing.a_witness(tmp_path) as witness:
        assert settle(tmp_path, witness=witness)
    assert (health().alarm, health().signed_size) == ("", 7)


def test_a_witness_with_another_key_is_not_believed(tmp_path):
    with testing.a_witness(tmp_path) as witness:
        a_signed_log(tmp_path, 3, witness=witness)
    (tmp_path / "witness" / "witness.key").unlink()
    write(1)
    with testing.a_witness(tmp_path) as witness:
        assert not settle(tmp_path, witness=witness)
    assert health().alarm == Alarm.WITNESS_REFUSES


def test_a_folder_that_cannot_be_written_stops_signing_only(tmp_path):
    a_signed_log(tmp_path, 3)
    path = Outside(tmp_path).checkpoint_path
    kept = path.read_text()
    path.unlink()
    path.mkdir()
    (path / "in the way").touch()
    assert not settle(tmp_path)
    assert health().alarm == Alarm.NOT_WRITABLE
    (path / "in the way").unlink()
    path.rmdir()
    path.write_text(kept)
    write(2)
    assert settle(tmp_path)
    assert health().signed_size == 5
