"""Whether a kept connection still lives is told by its socket."""

from __future__ import annotations

import os
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcham.project.database.base import THREADS
from motcham.project.testing import until


@pytest.mark.django_db(transaction=True)
def test_a_living_connection_is_not_asked_by_a_statement() -> None:
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as asked:
        assert connection.is_usable()
    assert not asked.captured_queries


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_known_before_it_is_used() -> None:
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    another = connection.copy()
    with another.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone() == (True,)
    another.close()
    assert not connection.is_usable()
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_connection_closed_on_our_side_is_not_usable() -> None:
    connection.ensure_connection()
    connection.connection.close()
    assert not connection.is_usable()
    connection.close()
    assert not connection.is_usable()


def test_what_an_ended_thread_left_open_is_closed_when_the_next_one_connects(django_db_setup, django_db_blocker):
    left = []

    def leaves() -> None:
        with django_db_blocker.unblock():
            connection.ensure_connection()
        # Held by a cycle, as Django holds its own: nothing closes it when the thread ends.
        left.append(connection.connection)

    for expected in ([False], [True, False]):
        thread = threading.Thread(target=leaves)
        thread.start()
        thread.join()
        # A thread that was joined is still there for the system for a moment.
        until(lambda gone=str(thread.native_id): gone not in os.listdir(THREADS))
        assert [each.closed for each in left] == expected
    left[-1].close()
