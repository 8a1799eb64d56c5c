"""`motcham backup-key`: draw the key that seals backups."""

from __future__ import annotations

from pathlib import Path

import click

from motcham.project.console import both, json_option, show
from motcham.project.sealed import new_key


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def command(file: Path, as_json: bool) -> None:
    """Mất khóa là mất mọi bản sao lưu: in ra giấy, cất hai nơi. / Without it no backup opens: print it, keep it in two places."""
    new_key(file)
    show({"key": file}, as_json=as_json)
    if not as_json:
        click.echo(both("Đừng để khóa cạnh bản sao lưu.", "Do not keep it beside the backups."), err=True)
