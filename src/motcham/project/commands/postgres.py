"""`motcham postgres`: the embedded database by hand."""

from __future__ import annotations

import os
import sys

import click

from motcham.project.console import json_option, show
from motcham.project.home import home, make_home
from motcham.project.postgres import Cluster, address


@click.group()
def command() -> None:
    """Không dùng khi có DATABASE_URL. / Not used where DATABASE_URL is set."""


@command.command()
@json_option
def start(as_json: bool) -> None:
    """Bật cơ sở dữ liệu, chạy nền. / Start the database in the background."""
    cluster = Cluster(make_home())
    if cluster.running_pid() is None:
        cluster.start(on_leash=False)
    show(_facts(cluster), as_json=as_json)


@command.command()
@json_option
def stop(as_json: bool) -> None:
    """Tắt cơ sở dữ liệu. / Stop the database."""
    cluster = Cluster(home())
    cluster.stop()
    show(_facts(cluster), as_json=as_json)


@command.command()
@json_option
def status(as_json: bool) -> None:
    """Xem cơ sở dữ liệu có đang chạy không. / Tell whether the database runs."""
    facts = _facts(Cluster(home()))
    show(facts, as_json=as_json)
    sys.exit(0 if facts["ready"] else 1)


@command.command()
def url() -> None:
    """In địa chỉ kết nối. / Print the address to connect to."""
    click.echo(os.environ["DATABASE_URL"])


@command.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> None:
    """Mở psql. / Open psql."""
    program = Cluster(home()).binaries.program("psql")
    os.execv(program, [program, address(), *arguments])


def _facts(cluster: Cluster) -> dict[str, object]:
    pid = cluster.running_pid()
    return {
        "data": cluster.data,
        "major": cluster.recorded_major,
        "pid": pid,
        "ready": bool(pid) and cluster.is_ready(),
        "url": cluster.url(),
    }
