"""`motcham doctor`: check that this machine has what is needed."""

from __future__ import annotations

import sys

import click

from motcham.project import doctor
from motcham.project.console import json_option


@click.command()
@click.option("--port", default=8000, envvar="PORT", show_default=True, help="Cổng sẽ dùng. / The port to be used.")
@json_option
def command(port: int, as_json: bool) -> None:
    """Mỗi lỗi kèm lệnh để sửa. / Each failure comes with the command that mends it."""
    sys.exit(doctor.main([*(["--json"] if as_json else []), "--port", str(port)]))
