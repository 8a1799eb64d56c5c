"""`motcham worker`: run every sweep over and over, each in a thread of its own."""

from __future__ import annotations

import logging
import os
import signal
import threading

import click

from motcham.kernel.erasers import erasers
from motcham.kernel.sweeps import Sweep, sweeps
from motcham.project.console import both, progress

logger = logging.getLogger("motcham.worker")
STEADY, LONGEST = 1.0, 15.0
ERASED_EVERY = 3600.0
NICENESS = 10


@click.command()
@click.option("--once", is_flag=True, help="Chạy mỗi việc một lần rồi thôi. / Run each sweep once, then end.")
def command(once: bool) -> None:
    """Thường được `motcham up` gọi. / Usually run by `motcham up`."""
    import django

    django.setup()
    stop = threading.Event()
    work = [*sweeps, *(Sweep(eraser.key, every=ERASED_EVERY, run=eraser.run) for eraser in erasers)]
    if once:
        with progress() as bar:
            for sweep in bar.track(work, description=both("Các việc định kỳ", "What time does")):
                sweep.run()
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    # On a busy machine those who wait for an answer come before what may wait: papers to print, figures to fold.
    os.nice(NICENESS)
    threads = [threading.Thread(target=keep_running, args=(sweep, stop), name=sweep.key, daemon=True) for sweep in work]
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join(3)


def keep_running(sweep: Sweep, stop: threading.Event) -> None:
    """Run one sweep until told to stop; what it raises is logged, and it is tried again, more slowly each time."""
    from django.db import close_old_connections, connection

    pause = STEADY
    while not stop.is_set():
        try:
            close_old_connections()
            done = sweep.run()
            pause = STEADY
            if not done:
                stop.wait(sweep.every)
        except Exception as error:  # noqa: BLE001 -- whatever one sweep meets, the others and its next try go on
            logger.error("%s: %s", sweep.key, error)
            connection.close()
            stop.wait(pause)
            pause = min(pause * 2, LONGEST)
    connection.close()
