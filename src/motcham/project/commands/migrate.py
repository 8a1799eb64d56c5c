"""`motcham migrate`: bring the database's structure up to date, and gather what the pages are made of."""

from __future__ import annotations

import io

import click

from motcham.project.console import both, json_option, progress, show


@click.command()
@click.option("--plan", is_flag=True, help="Chỉ in những gì sẽ làm. / Only print what would be done.")
@json_option
def command(plan: bool, as_json: bool) -> None:
    """An toàn khi chạy lại. / Safe to run again."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    executor = MigrationExecutor(connection)
    steps = [f"{step.app_label}.{step.name}" for step, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    if not plan:
        with progress() as bar:
            bar.add_task(both("Cập nhật cấu trúc", "Bringing the structure up to date"), total=None)
            call_command("migrate", interactive=False, verbosity=0)
            call_command("check", tags=["database"], databases=["default"], stdout=io.StringIO())
            call_command("collectstatic", interactive=False, verbosity=0)
    show(
        {"planned" if plan else "applied": steps if as_json or plan else len(steps), "static": settings.STATIC_ROOT},
        as_json=as_json,
    )
