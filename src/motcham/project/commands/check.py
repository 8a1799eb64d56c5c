"""`motcham check`: the settings, the models and every definition."""

from __future__ import annotations

import click

from motcham.kernel.errors import DefinitionError
from motcham.project.console import fails_with


@click.command()
@click.option("--deploy", is_flag=True, help="Thêm các kiểm tra cho máy chủ thật. / Add the checks for a real server.")
@fails_with(DefinitionError)
def command(deploy: bool) -> None:
    """Lỗi nêu tên tệp và gợi ý khóa gần nhất. / Errors name the file and suggest the nearest key."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("check", deploy=deploy)
