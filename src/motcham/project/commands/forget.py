"""`motcham forget`: forget the data of the demo, wherever it lies."""

from __future__ import annotations

import os
import shutil

import click

from motcham.project.console import both, json_option, show
from motcham.project.home import home, mode
from motcham.project.postgres import Cluster


@click.command()
@json_option
def command(as_json: bool) -> None:
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
    show({"forgotten": home()}, as_json=as_json)
    if os.environ.get("MOTCHAM_EMBEDDED") != "1":
        kept = both("Cơ sở dữ liệu ở DATABASE_URL vẫn còn nguyên.", "The database of DATABASE_URL is left as it is.")
        click.echo(kept, err=True)
