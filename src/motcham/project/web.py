"""What each worker of the web server loads: the application, on a leash held by the server's main process."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import threading

from motcham.project.leash import die_with

# A worker left behind by a killed main process would keep the port and answer with old code.
if (parent := multiprocessing.parent_process()) is not None and parent.pid is not None:
    die_with(parent.pid)

from django.db import connection

from motcham.kernel.application import applications
from motcham.project.wsgi import application

# What is loaded now stays for good: the collector of garbage need not walk through it again and again.
gc.collect()
gc.freeze()


def _warm() -> None:
    """Make ready what the first to ask would wait for; where that fails they wait, as they would have done."""
    for each in applications:
        try:
            if each.warm:
                each.warm()
        except Exception as error:  # noqa: BLE001 -- the database may not answer yet
            logging.getLogger("motcham.web").info("%s: %s", each.key, error)
    connection.close()


threading.Thread(target=_warm, name="warm", daemon=True).start()

__all__ = ["application"]
