"""`motcham restore`: the database as it was at a time."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from motcham.project.backup import Store, restore
from motcham.project.commands.backup import embedded, key_option
from motcham.project.console import both, json_option, progress, show
from motcham.project.sealed import read_key


def moment(context: click.Context, option: click.Parameter, value: str | None) -> datetime | None:
    """Read a time; without an offset it is this machine's."""
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value).astimezone()
    except ValueError:
        raise click.BadParameter(both("ví dụ 2026-03-01T08:30:00+07:00", "for instance 2026-03-01T08:30:00+07:00")) from None


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@key_option
@click.option(
    "--to", callback=moment, metavar="TIME", help="Trở về lúc này, không có thì muộn nhất. / Back to this time, else the latest."
)
@json_option
def command(folder: Path, key: Path, to: datetime | None, as_json: bool) -> None:
    """Khi hệ thống đã dừng; dữ liệu cũ được để sang bên, không mất. Sau đó: motcham up, rồi motcham ledger new-origin. /
    While the installation is stopped; the old data is set aside. Afterwards: motcham up, then motcham ledger new-origin."""
    store = Store(folder, read_key(key))
    cluster = embedded()
    with progress() as bar:
        task = bar.add_task(both("Phục hồi", "Restoring"), total=None)
        facts = restore(cluster, store, to=to, told=lambda done, total: bar.update(task, completed=done, total=total))
    show(facts, as_json=as_json)
