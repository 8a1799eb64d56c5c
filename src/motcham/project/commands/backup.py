"""`motcham backup`: the embedded database and the attachments, sealed, to any folder."""

from __future__ import annotations

import os
from pathlib import Path

import click

from motcham.project.backup import BackupProblem, Store, back_up, forget_older
from motcham.project.console import both, json_option, progress, show
from motcham.project.home import home
from motcham.project.postgres import Cluster
from motcham.project.sealed import read_key

key_option = click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    envvar="MOTCHAM_BACKUP_KEY",
    help="Tệp khóa (motcham backup-key), cất nơi khác. / Key file (motcham backup-key), to be kept elsewhere.",
)


def embedded() -> Cluster:
    """Return the embedded cluster; an operator's own server has its own ways to be backed up."""
    if os.environ.get("MOTCHAM_EMBEDDED") != "1":
        raise BackupProblem(
            both(
                "DATABASE_URL trỏ tới máy chủ riêng: hãy dùng công cụ sao lưu của nó (pgBackRest, Barman).",
                "DATABASE_URL names a server of its own: back it up with its own tools (pgBackRest, Barman).",
            )
        )
    return Cluster(home())


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@key_option
@click.option(
    "--wal-only", is_flag=True, help="Chỉ thêm phần mới ghi, nên chạy mỗi phút. / Only what is new; run it each minute."
)
@click.option("--keep", type=click.IntRange(1), help="Quên bản cũ hơn số ngày này. / Forget copies older than so many days.")
@json_option
def command(folder: Path, key: Path, wal_only: bool, keep: int | None, as_json: bool) -> None:
    """Khi hệ thống đang chạy. Khóa của nhà và trí nhớ của sổ cái không nằm trong bản sao. /
    While the installation runs. The keys of the house and the memory of the log are not in it."""
    store = Store(folder, read_key(key))
    cluster = embedded()
    with progress() as bar:
        task = bar.add_task(both("Sao lưu", "Backing up"), total=None)
        facts = back_up(cluster, store, base=not wal_only, told=lambda done, total: bar.update(task, completed=done, total=total))
    if keep:
        facts["forgotten"] = forget_older(cluster, store, days=keep)
    show(facts, as_json=as_json)
