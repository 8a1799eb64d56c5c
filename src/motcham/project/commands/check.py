"""`motcham check`: the settings, the models and every definition."""

from __future__ import annotations

import io

import click

from motcham.project.console import json_option, show


@click.command()
@click.option("--deploy", is_flag=True, help="Thêm các kiểm tra cho máy chủ thật. / Add the checks for a real server.")
@json_option
def command(deploy: bool, as_json: bool) -> None:
    """Lỗi nêu tên tệp và gợi ý khóa gần nhất. / Errors name the file and suggest the nearest key."""
    import django
    from django.apps import apps
    from django.core.management import call_command

    django.setup()
    from motcham.project.wiring import registries

    call_command("check", deploy=deploy, stdout=io.StringIO())
    facts = {registry.noun: len(list(registry)) for registry in registries().values()}
    show({**facts, "table": len(apps.get_models())}, as_json=as_json)
