"""The pytest plugin of the whole repository: one embedded PostgreSQL for the run, shared by its workers, gone at the end.

It is a plugin and not a conftest because the settings, and with them the address of the database, are read before any
conftest is. DATABASE_URL names another server; MOTCHAM_POSTGRES the programs of another version.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import hypothesis
import pytest

from motcham.project.postgres import Cluster

# A loaded machine is slow, which is no defect of what is tested.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Give the run a home of its own, and a database where none is named."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="motcham-test-"))
    # Passed through by the user that runs the database when the tests are run by root.
    folder.chmod(0o711)
    # At exit, and not in a hook of pytest, because a settings error ends the run before there are hooks.
    atexit.register(_clean_up, folder, os.getpid())
    os.environ["MOTCHAM_MODE"] = "test"
    os.environ["MOTCHAM_HOME"] = str(folder / "home")
    if os.environ.get("DATABASE_URL"):
        return
    cluster = Cluster(folder / "home", durable=False)
    process = cluster.start()
    os.environ["DATABASE_URL"] = cluster.url()
    atexit.register(_stop, cluster, process, os.getpid())


def _stop(cluster: Cluster, process: subprocess.Popen[bytes], owner: int) -> None:
    if os.getpid() == owner:
        cluster.stop(process)
        cluster.destroy()


def _clean_up(folder: Path, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
