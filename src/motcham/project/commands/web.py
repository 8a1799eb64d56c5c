"""`motcham web`: the web server, granian with a few processes of 8 threads."""

from __future__ import annotations

import os

import click

from motcham.project.console import Refusal, both
from motcham.project.home import home

THREADS = 8
"""More only wait for the interpreter: with 16 the slowest twentieth of openings took a third longer (`bench cases-open`)."""


port_option = click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    envvar="PORT",
    show_default=True,
    help="Cổng web. / Port of the web server.",
)


@click.command()
@click.option(
    "--host", default="127.0.0.1", envvar="MOTCHAM_BIND", show_default=True, help="Địa chỉ lắng nghe. / Address to listen on."
)
@port_option
@click.option(
    "--workers",
    default=0,
    envvar="MOTCHAM_WEB_WORKERS",
    help="Số tiến trình; 0: theo số nhân. / Processes; 0: by number of cores.",
)
def command(host: str, port: int, workers: int) -> None:
    """Thường được `motcham up` gọi. / Usually run by `motcham up`."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    static = home() / "static"
    server = Granian(
        "motcham.project.web:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or min(4, len(os.sched_getaffinity(0))),
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=3,
        log_level=LogLevels.error,
        static_path_route=["/static"] if static.exists() else None,
        static_path_mount=[static] if static.exists() else None,
    )
    try:
        server.serve()
    except Exception:
        refuse_taken(host, port, verb="web")
        raise


def refuse_taken(host: str, port: int, *, verb: str) -> None:
    """Refuse a port that cannot be had, with the command that takes another."""
    from motcham.project.doctor import check_port

    finding = check_port(host, port, again=f"motcham {verb} --port {{}}")
    if not finding.holds:
        raise Refusal(both(f"{finding.vi} {finding.mend}", f"{finding.en} {finding.mend}"))
