"""The sequencer: gives committed entries their positions, folds them into tiles, and signs only what continues. No Django.

One works at a time, by a lease in the log's row; another waits. Placing needs only the database. Signing needs that the
tree continues the checkpoint remembered outside, and the witness's word where there is one. Two that sign at once would
do no harm: positions are settled by committed transactions, so all their checkpoints lie on one history.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from motcham.blocks.ledger import rules, store
from motcham.blocks.ledger.define import Alarm
from motcham.blocks.ledger.notes import ED25519, BadNote, Checkpoint, Key, Note, Signer
from motcham.blocks.ledger.outside import Outside
from motcham.blocks.ledger.store import LogRow
from motcham.blocks.ledger.witness import WitnessAway, WitnessClient, WitnessRefuses

log = logging.getLogger("motcham.ledger")
Connection = psycopg.Connection[Any]

LEASE_SECONDS = 3.0
ALARM_PAUSE = 1.0
PASSING = {Alarm.WITNESS_AWAY, Alarm.NOT_WRITABLE}


class Halt(Exception):
    """The log must not be signed now."""

    def __init__(self, alarm: Alarm, detail: str) -> None:
        super().__init__(detail)
        self.alarm = alarm
        self.detail = detail


class Sequencer:
    """The loop, and what it remembers between turns; everything that matters is in the database or outside it."""

    def __init__(
        self,
        *,
        connect: Callable[[], Connection],
        outside: Outside,
        name: str,
        witness: WitnessClient | None = None,
        witness_key: str = "",
        batch: int = 8_000,
        pace: float = 0.2,
        longest_unlooked: float = 2.0,
        lease: float = LEASE_SECONDS,
    ) -> None:
        self._connect = connect
        self._outside = outside
        self._name = name
        self._witness = witness
        self._witness_key = witness_key
        self._batch = batch
        self._pace = pace
        self._longest_unlooked = longest_unlooked
        self._lease = lease
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"
        self._private = outside.private_key()
        self._trusted = 0  # the generation whose outside memory was seen to agree, over this connection
        self._renew_at = 0.0
        self._mark = 0
        self._whole_after = 0.0

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; a database that goes away is waited for."""
        wait = self._pace
        while not stop.is_set():
            try:
                with self._connect() as connection:
                    connection.autocommit = True
                    self._trusted = 0
                    wait = self._pace
                    self._work(connection, stop)
            except psycopg.Error as error:
                log.warning("the database is away, trying again: %s", str(error).strip().partition("\n")[0])
                stop.wait(wait)
                wait = min(wait * 2, 2.0)

    def _work(self, connection: Connection, stop: threading.Event) -> None:
        with connection.cursor() as cursor:
            store.open_log(cursor, f"{self._name}/1")
        sign_at = 0.0
        while not stop.is_set():
            placed = self.turn(connection)
            if time.monotonic() >= sign_at:
                well = self.sign(connection)
                sign_at = time.monotonic() + (self._pace if well else ALARM_PAUSE)
            if not placed:
                stop.wait(self._pace)
        with connection.cursor() as cursor:
            store.drop_lease(cursor, holder=self._holder)

    # Placing

    def turn(self, connection: Connection) -> int:
        """Place one batch of waiting entries; return how many."""
        with connection.cursor(binary=True) as cursor:
            after = self._where_to_look()
            began = time.monotonic()
            first = store.first_waiting(cursor, after=after)
            if after == 0:
                self._whole_after = time.monotonic() + min(10 * (time.monotonic() - began), self._longest_unlooked)
            if first is None and time.monotonic() < self._renew_at:
                return 0
            with connection.transaction():
                row = store.take_lease(cursor, holder=self._holder, seconds=self._lease)
                if row is None:
                    self._trusted = 0
                    return 0
                self._renew_at = time.monotonic() + self._lease / 3
                if first is None or self._trusted != row.generation:
                    return 0
                return self._place(cursor, row, first - 1)

    def _where_to_look(self) -> int:
        """Return the id above which to look for entries: mostly 0, so that late commits of low ids are found at once.

        While a long transaction keeps dead rows from being cleaned away, a look from 0 gets slow; then it is taken
        for a tenth of the time, at least every two seconds, and the looks between begin behind the last entry taken.
        """
        return 0 if time.monotonic() >= self._whole_after else self._mark

    def _place(self, cursor: psycopg.Cursor[Any], row: LogRow, after: int) -> int:
        commitments, highest = store.move_waiting(cursor, after=after, size=row.size, batch=self._batch)
        placed = len(commitments) // rules.HASH
        if placed:
            if (row.size + placed) // store.PARTITION != (row.size - 1) // store.PARTITION:
                store.ensure_partition(cursor, (row.size + placed) // store.PARTITION + 1)
            edge = store.tiles(cursor, rules.right_edge(row.size))
            store.store_tiles(cursor, rules.fold(size=row.size, edge=edge, leaves=commitments))
            store.set_size(cursor, generation=row.generation, size=row.size + placed)
            self._mark = max(self._mark, highest)
        return placed

    # Signing

    def sign(self, connection: Connection) -> bool:
        """Sign what is placed if that is new; where that must not be, raise the alarm and return False."""
        with connection.cursor(binary=True) as cursor:
            row = store.current_log(cursor)
            if row is None or row.holder != self._holder:
                return True
            settled = self._trusted == row.generation and not row.alarm
            if settled and row.checkpoint and row.size == row.checkpoint_size:
                return True
            try:
                self._agree_and_sign(cursor, row)
            except Halt as halt:
                if halt.alarm not in PASSING:
                    self._trusted = 0
                if (
                    store.raise_alarm(cursor, holder=self._holder, alarm=halt.alarm, detail=halt.detail)
                    and row.alarm != halt.alarm
                ):
                    log.error("the log is not signed (%s): %s", halt.alarm, halt.detail)
                return False
            self._trusted = row.generation
            return True

    def _agree_and_sign(self, cursor: psycopg.Cursor[Any], row: LogRow) -> None:
        signer = Signer(row.origin, ED25519, self._private)
        remembered = self._remembered()
        old = self._known(row, signer.key, remembered)
        root, path = self._continues(cursor, old, row.size)
        if remembered or not row.checkpoint:
            self._trusted = row.generation
        text = Checkpoint(row.origin, row.size, root).text
        note = Note(text, (signer.line(text),))
        try:
            self._outside.publish_key(str(signer.key))
            note = self._cosigned(cursor, row, old, path, note)
            self._outside.remember(note)
        except OSError as error:
            raise Halt(Alarm.NOT_WRITABLE, f"the checkpoint cannot be written down: {error}") from error
        # A crash here is mended by the next turn: the same text is signed and cosigned again, and shown.
        witness_key = str(self._key_of_witness()) if self._witness else ""
        store.publish(
            cursor, generation=row.generation, checkpoint=str(note), size=row.size, key=str(signer.key), witness_key=witness_key
        )

    def _remembered(self) -> Note | None:
        try:
            return self._outside.remembered()
        except BadNote as error:
            raise Halt(Alarm.MEMORY_LOST, f"{self._outside.checkpoint_path} is damaged: {error}") from error
        except OSError as error:
            raise Halt(Alarm.NOT_WRITABLE, str(error)) from error

    def _known(self, row: LogRow, key: Key, remembered: Note | None) -> Checkpoint:
        """Return the checkpoint that the tree must continue."""
        if row.key and row.key != str(key):
            raise Halt(Alarm.OTHER_KEY, f"the log was signed with {row.key}, the key here is {key}")
        if remembered is None:
            if row.checkpoint and not self._witness:
                raise Halt(Alarm.MEMORY_LOST, f"{self._outside.checkpoint_path} is gone, and no witness remembers for it")
            return Checkpoint(row.origin, 0, rules.EMPTY_ROOT)
        known = Checkpoint.parse(remembered.text)
        if known.origin != row.origin:
            raise Halt(Alarm.OTHER_HISTORY, f"outside the database the log is called {known.origin}, in it {row.origin}")
        try:
            remembered.verify(key)
        except BadNote as error:
            raise Halt(Alarm.OTHER_KEY, f"the checkpoint outside was not signed with the key here: {error}") from error
        return known

    def _continues(self, cursor: psycopg.Cursor[Any], old: Checkpoint, size: int) -> tuple[bytes, list[bytes]]:
        """Return the root of the tree and the proof that it continues `old`, or stop."""
        if old.size > size:
            detail = f"{old.size} entries were signed, the database has {size}: it was brought back to an earlier time"
            raise Halt(Alarm.ROLLED_BACK, detail)
        try:
            old_root, root, path = store.roots_and_path(cursor, old.size, size)
        except KeyError as error:
            raise Halt(Alarm.OTHER_HISTORY, f"the tile {error.args[0]} is missing") from error
        continues = rules.verify_consistency(old=old.size, new=size, old_root=old.root, new_root=root, path=path)
        if old_root != old.root or not continues:
            detail = f"the first {old.size} entries in the database are not those that were signed"
            raise Halt(Alarm.OTHER_HISTORY, detail)
        return root, path

    def _cosigned(self, cursor: psycopg.Cursor[Any], row: LogRow, old: Checkpoint, path: list[bytes], note: Note) -> Note:
        """Return the note with the cosignature of the witness, or as it is where there is no witness."""
        if self._witness is None:
            return note
        try:
            key = self._key_of_witness()
            lines, held = self._witness.add(old=old.size, path=path, note=note)
            if held is not None and held <= row.size:
                _, _, path = store.roots_and_path(cursor, held, row.size)
                lines, held = self._witness.add(old=held, path=path, note=note)
        except WitnessAway as error:
            raise Halt(Alarm.WITNESS_AWAY, f"the witness does not answer: {error}") from error
        except WitnessRefuses as error:
            raise Halt(Alarm.WITNESS_REFUSES, f"the witness does not cosign: {error}") from error
        if held is not None:
            detail = f"the witness has seen {held} entries, the database has {row.size}: it was brought back to an earlier time"
            raise Halt(Alarm.ROLLED_BACK, detail)
        try:
            cosigned = Note(note.text, (note.lines[0], *lines.splitlines(keepends=True)))
            cosigned.verify(key)
        except BadNote as error:
            raise Halt(Alarm.WITNESS_REFUSES, f"the cosignature is not by the witness that is known: {error}") from error
        return cosigned

    def _key_of_witness(self) -> Key:
        assert self._witness is not None
        known = self._witness_key or self._outside.witness_key()
        return Key.parse(known or self._outside.witness_key(self._witness.key()))


def open_new_origin(connection: Connection, *, outside: Outside, name: str, reason: str) -> tuple[str, str]:
    """Begin a new name over the tree as the database has it, and record why; return the old name and the new.

    The last checkpoint of the old name goes into the archive and, word for word, into the first entry under the new one.
    """
    with connection.transaction(), connection.cursor() as cursor:
        store.open_log(cursor, f"{name}/1")
        row = store.current_log(cursor)
        assert row
        generation = outside.next_generation(row.generation)
        origin = f"{name}/{generation}"
        data = {"reason": reason, "previous": row.origin, "shown": row.checkpoint, "remembered": outside.last_words()}
        store.open_next_log(cursor, generation=generation, origin=origin)
        cursor.execute("SELECT ledger_append('ledger.origin_opened', %s, %s)", (f"ledger:{origin}", Jsonb(data)))
    outside.put_away()
    return row.origin, origin
