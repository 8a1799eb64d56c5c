"""For tests of this block and of those above: a sequencer that does its work when told to, and a log brought back in time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from motcham.blocks.ledger import store
from motcham.blocks.ledger.models import Entry, Pending
from motcham.blocks.ledger.notes import Key
from motcham.blocks.ledger.outside import Outside
from motcham.blocks.ledger.sequencer import Sequencer
from motcham.blocks.ledger.witness import Witness, WitnessClient, serve

NAME = "test.city"
TABLES = ("ledger_pending", "ledger_entry", "ledger_tile", "ledger_log")


def connect(**options: Any) -> psycopg.Connection[Any]:
    """Open a connection of its own to the database under test."""
    found = connection.settings_dict
    place = {
        "dbname": found["NAME"],
        "user": found["USER"],
        "password": found["PASSWORD"],
        "host": found["HOST"],
        "port": found["PORT"],
    }
    return psycopg.connect(**{key: value for key, value in place.items() if value}, **options)


def a_sequencer(home: Path, **options: Any) -> Sequencer:
    """Build a sequencer over the database under test that remembers in `home`, looks at all that waits each time, and keeps its lease
    however slow the machine is."""
    return Sequencer(
        connect=lambda: connect(prepare_threshold=None, application_name="sequencer under test"),
        outside=Outside(home),
        name=NAME,
        **{"longest_unlooked": 0.0, "lease": 3600.0, **options},
    )


def written(kind: str) -> int:
    """Return how many entries of a kind there are, folded in or not yet."""
    return Pending.objects.filter(kind=kind).count() + Entry.objects.filter(kind=kind).count()


def settle(sequencer: Sequencer) -> bool:
    """Place and sign all that is committed, once; return whether it was signed."""
    with connect(autocommit=True) as own:
        with own.cursor() as cursor:
            store.open_log(cursor, f"{NAME}/1")
        sequencer.turn(own)  # takes the lease
        sequencer.sign(own)  # sees that the outside memory agrees
        while sequencer.turn(own):
            pass
        return sequencer.sign(own)


def settle_anew(home: Path, **options: Any) -> bool:
    """Place and sign all that is committed, with a fresh sequencer, the one before being gone."""
    with connect() as own:
        own.execute("UPDATE ledger_log SET lease_until = NULL")
    return settle(a_sequencer(home, **options))


@contextmanager
def running(sequencer: Sequencer) -> Iterator[threading.Thread]:
    """Run the loop of a sequencer in a thread."""
    stop = threading.Event()
    thread = threading.Thread(target=sequencer.run, args=(stop,))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join()


@contextmanager
def a_witness(home: Path, *, port: int = 0) -> Iterator[WitnessClient]:
    """Run a witness that knows the log of `home`, on a port of this machine."""
    witness = Witness(
        folder=home / "witness", name="witness.test", logs=lambda: [Key.parse(key) for key in Outside(home).published_keys()]
    )
    server = serve(witness, host="127.0.0.1", port=port)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    client = WitnessClient(lambda: f"http://127.0.0.1:{server.server_port}")
    try:
        yield client
    finally:
        client.close()
        server.shutdown()
        server.server_close()
        thread.join()


class BackUp:
    """The log's tables as they were at a moment, to be brought back as a restore would."""

    def __init__(self) -> None:
        with connect(autocommit=True) as own:
            self._rows = {table: own.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}

    def restore(self) -> None:
        """Forget what came later."""
        with connect() as own, own.cursor() as cursor:
            for table, rows in self._rows.items():
                cursor.execute(f"TRUNCATE {table}")
                if rows:
                    cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)
