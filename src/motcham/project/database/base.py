"""A connection that is kept between requests is asked before each whether it lives: by its socket, not by a statement.

A server that goes says so on the socket: it closes it. While nothing is there to be read the connection is as good as a
`SELECT 1` could tell, and a round trip in every request is spared. Anything unasked for leads to the statement after all.

Each thread has a connection of its own. The web server lets threads end that waited long, and has others begin; what an ended one held
would stay open until the collector of cycles comes by, which is seldom, and the server of the database would run out of places. So
whoever opens a connection first closes those of threads that are gone.
"""

from __future__ import annotations

import os
import select
import threading
from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper

_held: list[tuple[int, Any]] = []
_lock = threading.Lock()
THREADS = "/proc/self/task"


def _close_of_gone_threads() -> None:
    """Close what ended threads held; where the system does not say which threads there are, the collector does it."""
    if not os.path.isdir(THREADS):
        return
    with _lock:
        alive = {int(each) for each in os.listdir(THREADS)}
        gone = [connection for thread, connection in _held if thread not in alive]
        _held[:] = [(thread, connection) for thread, connection in _held if thread in alive and not connection.closed]
    for connection in gone:
        connection.close()


class DatabaseWrapper(PostgreSQL):
    """Django's own, but for the question, for what ended threads leave open, and for statements that are run all day."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection for this thread."""
        _close_of_gone_threads()
        connection = super().get_new_connection(conn_params)
        with _lock:
            _held.append((threading.get_native_id(), connection))
        return connection

    def prepared(self) -> CursorWrapper:
        """Return a cursor that sends values beside the statement: what is run all day is then read and planned once a connection."""
        self.ensure_connection()
        return self.make_cursor(ServerBindingCursor(self.connection))  # type: ignore[arg-type, call-arg]

    def is_usable(self) -> bool:
        """Tell whether the connection lives."""
        if self.connection is None:
            return False
        poll = select.poll()
        try:
            poll.register(self.connection.pgconn.socket, select.POLLIN)
            silent = not poll.poll(0)
        except Exception:  # noqa: BLE001 -- a connection that was closed on our side has no socket to ask
            silent = False
        return silent or bool(super().is_usable())
