"""Nothing skipped, nobody stalled, one at work, and back to work when the database is."""

import threading
import time
from collections.abc import Callable

import pytest

from motcham.blocks.ledger import api, rules, store, testing
from motcham.blocks.ledger.define import APPEND, State
from motcham.blocks.ledger.notes import Checkpoint, Note

pytestmark = pytest.mark.django_db(transaction=True)
PAUSE = threading.Event()


def eventually(true: Callable[[], bool], seconds: float = 180) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        PAUSE.wait(0.01)


def write(count: int, subject: str = "s") -> list[int]:
    with testing.connect() as own:
        return [own.execute(APPEND, ("k", subject, "{}", None)).fetchone()[0] for _ in range(count)]


def signed_size() -> int:
    health = api.health()
    return health.signed_size if health else 0


def whole_log() -> tuple[list[int], list[bytes]]:
    with testing.connect() as own:
        rows = own.execute("SELECT position, entry_id, commitment FROM ledger_entry ORDER BY position").fetchall()
    assert [position for position, *_ in rows] == list(range(len(rows)))
    return [entry_id for _, entry_id, _ in rows], [bytes(commitment) for *_, commitment in rows]


def assert_signed_root_is_of(commitments: list[bytes]) -> None:
    checkpoint = Checkpoint.parse(Note.parse(api.checkpoint() or "").text)
    assert checkpoint.size == len(commitments)
    assert checkpoint.root == rules.merkle_root(b"".join(map(rules.leaf_hash, commitments)))


def test_many_writers_and_one_long_transaction_skip_nothing_and_stall_nobody(tmp_path):
    long = testing.connect()
    late = [long.execute(APPEND, ("k", "long", "{}", None)).fetchone()[0] for _ in range(3)]
    kept: list[int] = []

    def writer(number: int) -> None:
        with testing.connect() as own:
            for turn in range(30):
                ids = [own.execute(APPEND, ("k", f"w:{number}", "{}", None)).fetchone()[0] for _ in range(turn % 4 + 1)]
                if turn % 5 == 4:
                    own.rollback()
                else:
                    own.commit()
                    kept.extend(ids)

    with testing.running(testing.a_sequencer(tmp_path, pace=0.02, batch=50)):
        writers = [threading.Thread(target=writer, args=(number,)) for number in range(8)]
        for thread in writers:
            thread.start()
        for thread in writers:
            thread.join()
        eventually(lambda: signed_size() == len(kept))
        assert min(late) < min(kept)
        assert not api.status(late)
        long.commit()
        long.close()
        eventually(lambda: signed_size() == len(kept) + 3)
    ids, commitments = whole_log()
    assert sorted(ids) == sorted(kept + late)
    assert_signed_root_is_of(commitments)
    assert all(entry.state is State.SIGNED for entry in api.status(ids).values())


def test_a_late_commit_is_found_even_when_looking_from_the_start_is_slow(tmp_path):
    sequencer = testing.a_sequencer(tmp_path)
    long = testing.connect()
    late = long.execute(APPEND, ("k", "long", "{}", None)).fetchone()[0]
    write(5)
    assert testing.settle(sequencer)
    sequencer._whole_after = time.monotonic() + 3600  # as after a look that took very long
    long.commit()
    long.close()
    write(5)
    assert testing.settle(sequencer)
    assert signed_size() == 10
    assert api.status([late])[late].state is State.WAITING
    sequencer._whole_after = 0
    assert testing.settle(sequencer)
    assert api.status([late])[late].state is State.SIGNED


def test_an_entry_that_an_eraser_holds_is_left_for_the_next_time(tmp_path):
    sequencer = testing.a_sequencer(tmp_path)
    held, free = write(1, "held")[0], write(1, "free")[0]
    with testing.connect() as eraser:
        eraser.execute("UPDATE ledger_pending SET salt = NULL, payload = NULL WHERE subject = 'held'")
        assert testing.settle(sequencer)
        assert {entry_id for entry_id, entry in api.status([held, free]).items() if entry.state is State.SIGNED} == {free}
    assert testing.settle(sequencer)
    assert api.status([held])[held].position == 1
    assert api.opening(held).payload is None


def test_a_tree_grown_in_odd_batches_is_the_tree_of_its_leaves(tmp_path):
    sequencer = testing.a_sequencer(tmp_path, batch=97)
    for count in (1, 255, 1, 300, 0, 700):
        write(count)
        assert testing.settle(sequencer)
        assert_signed_root_is_of(whole_log()[1])


def test_a_second_sequencer_waits_and_takes_over_when_the_lease_ends(tmp_path):
    first, second = (testing.a_sequencer(tmp_path) for _ in range(2))
    write(3)
    assert testing.settle(first)
    write(3)
    testing.settle(second)
    assert signed_size() == 3
    with testing.connect() as own:
        own.execute("UPDATE ledger_log SET lease_until = clock_timestamp() - interval '1 second'")
    assert testing.settle(second)
    assert signed_size() == 6
    write(3)
    testing.settle(first)
    assert signed_size() == 6


def test_a_sequencer_that_is_told_to_stop_hands_over_at_once(tmp_path):
    with testing.running(testing.a_sequencer(tmp_path, pace=0.02)):
        write(3)
        eventually(lambda: signed_size() == 3)
    health = api.health()
    assert health is not None
    assert not health.running
    write(3)
    assert testing.settle(testing.a_sequencer(tmp_path))
    assert signed_size() == 6


def test_a_sequencer_whose_connection_is_cut_goes_on(tmp_path):
    with testing.running(testing.a_sequencer(tmp_path, pace=0.02)):
        write(3)
        eventually(lambda: signed_size() == 3)
        with testing.connect(autocommit=True) as own:
            cut = own.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'sequencer under test'"
            ).fetchall()
        assert cut == [(True,)]
        write(3)
        eventually(lambda: signed_size() == 6)


def test_a_crash_between_placing_and_signing_is_mended_by_the_next_turn(tmp_path):
    sequencer = testing.a_sequencer(tmp_path)
    write(3)
    assert testing.settle(sequencer)
    write(4)
    with testing.connect(autocommit=True) as own:
        assert sequencer.turn(own) == 4
    assert signed_size() == 3
    assert testing.settle(testing.a_sequencer(tmp_path)) is True  # the lease is still the first one's
    with testing.connect() as own:
        own.execute("UPDATE ledger_log SET lease_until = NULL")
    assert testing.settle(testing.a_sequencer(tmp_path))
    assert signed_size() == 7


def test_the_next_partition_is_there_before_it_is_needed(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "PARTITION", 100)
    with testing.connect() as own:
        own.execute("DROP TABLE IF EXISTS ledger_entry_1")
        own.execute("ALTER TABLE ledger_entry DETACH PARTITION ledger_entry_0")
        own.execute("ALTER TABLE ledger_entry_0 RENAME TO whole")
        own.execute("CREATE TABLE ledger_entry_0 PARTITION OF ledger_entry FOR VALUES FROM (0) TO (100)")
    try:
        sequencer = testing.a_sequencer(tmp_path, batch=60)
        ids = write(350)
        assert testing.settle(sequencer)
        assert_signed_root_is_of(whole_log()[1])
        assert len(api.status(ids)) == 350
        with testing.connect() as own:
            made = own.execute("SELECT count(*) FROM pg_inherits WHERE inhparent = 'ledger_entry'::regclass").fetchone()
        assert made == (5,)
    finally:
        with testing.connect() as own:
            for number in range(5):
                own.execute(f"DROP TABLE IF EXISTS ledger_entry_{number}")
            own.execute("ALTER TABLE whole RENAME TO ledger_entry_0")
            own.execute("ALTER TABLE ledger_entry ATTACH PARTITION ledger_entry_0 FOR VALUES FROM (0) TO (16777216)")
