"""A connection that is kept between requests is asked before each whether it lives: by its socket, not by a statement.

A server that goes says so on the socket: it closes it. While nothing is there to be read the connection is as good as a
`SELECT 1` could tell, and a round trip in every request is spared. Anything unasked for leads to the statement after all.
"""

from __future__ import annotations

import select

from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL


class DatabaseWrapper(PostgreSQL):
    """Django's own, but for the question."""

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
