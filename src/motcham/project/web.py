"""What each worker of the web server loads: the application, on a leash held by the server's main process."""

from __future__ import annotations

import gc
import multiprocessing

from motcham.project.leash import die_with

# A worker left behind by a killed main process would keep the port and answer with old code.
if (parent := multiprocessing.parent_process()) is not None and parent.pid is not None:
    die_with(parent.pid)

from motcham.project.wsgi import application

# What is loaded now stays for good: the collector of garbage need not walk through it again and again.
gc.collect()
gc.freeze()

__all__ = ["application"]
