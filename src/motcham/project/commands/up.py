"""`motcham up`: start everything and keep it running."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from pathlib import Path

import click

from motcham.project import processes
from motcham.project.commands.web import port_option, refuse_taken
from motcham.project.console import both, json_option
from motcham.project.home import make_home, mode
from motcham.project.postgres import Cluster, check_server
from motcham.project.supervisor import CannotStart, Parent, Supervisor, answers, say


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe. / Address to listen on.")
@port_option
@click.option(
    "--with-parent", is_flag=True, help="Dừng khi tiến trình gọi nó dừng. / Stop when the process that called it stops."
)
@json_option
def command(host: str, port: int, with_parent: bool, as_json: bool) -> None:
    """Ctrl-C hoặc SIGTERM dừng tất cả. / Ctrl-C or SIGTERM stops all of it."""
    parent = Parent() if with_parent else None
    folder = make_home()
    lock = _lock(folder)
    # The web server shares ports with its own kind, so it would not notice.
    refuse_taken(host, port, verb="up")
    embedded = os.environ.get("MOTCHAM_EMBEDDED") == "1"
    cluster = Cluster(folder) if embedded else None
    if cluster:
        # Creating it may move it out of a closed folder, and its address with it.
        cluster.prepare()
        os.environ["DATABASE_URL"] = cluster.url()
    else:
        check_server()
    supervisor = Supervisor(
        services=processes.in_mode(processes.SERVICES, mode()),
        prepare=processes.in_mode(processes.PREPARE, mode()),
        cluster=cluster,
        env={"MOTCHAM_HOME": str(folder), "MOTCHAM_MODE": mode(), "MOTCHAM_BIND": host, "PORT": str(port)},
    )
    url = f"http://{host}:{port}/"
    named = os.environ.get("MOTCHAM_HOSTS", "127.0.0.1").split(",")[0]
    asked = "127.0.0.1" if host in {"0.0.0.0", "::"} else host
    code = supervisor.run(
        health=lambda: answers(host=asked, port=port, named=named),
        say_ready=lambda: say(json.dumps({"event": "ready", "url": url}) if as_json else f"ready {url}"),
        told_to_stop=lambda: parent is not None and parent.has_stopped(),
    )
    lock.close()
    sys.exit(code)


def _lock(folder: Path):  # type: ignore[no-untyped-def]
    """Hold the installation: a second supervisor of the same folder is refused. The kernel lets go when we end."""
    lock = (folder / "up.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CannotStart(both(f"`motcham up` đang chạy ở {folder}.", f"`motcham up` is running already in {folder}.")) from None
    return lock
