"""What each worker of the web server loads: the application, on a leash held by the server's main process."""

from __future__ import annotations

import multiprocessing

from motcham.project.leash import die_with

# A worker left behind by a killed main process would keep the port and answer with old code.
if (parent := multiprocessing.parent_process()) is not None and parent.pid is not None:
    die_with(parent.pid)

from motcham.project.wsgi import application

__all__ = ["application"]
