"""`motcham forget`: forget the data of the demo, wherever it lies."""

from __future__ import annotations

import shutil

import click

from motcham.project.console import both
from motcham.project.home import home, mode
from motcham.project.postgres import Cluster


@click.command()
def command() -> None:
    """Chỉ ở chế độ trình diễn. / In demo mode only."""
    if mode() != "demo":
        raise click.ClickException(
            both("Chỉ xóa dữ liệu khi MOTCHAM_MODE=demo.", "Data is forgotten only with MOTCHAM_MODE=demo.")
        )
    cluster = Cluster(home())
    if pid := cluster.running_pid():
        raise click.ClickException(
            both(f"Hệ thống đang chạy (pid {pid}): hãy dừng trước.", f"It is running (pid {pid}): stop it first.")
        )
    cluster.destroy()
    shutil.rmtree(home(), ignore_errors=True)
