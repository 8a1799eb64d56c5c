"""`motcham migrate`: bring the database's structure up to date, and gather what the pages are made of."""

from __future__ import annotations

import click


@click.command()
@click.option("--plan", is_flag=True, help="Chỉ in những gì sẽ làm. / Only print what would be done.")
def command(plan: bool) -> None:
    """An toàn khi chạy lại. / Safe to run again."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    call_command("migrate", plan=plan, interactive=False, verbosity=1)
    if not plan and settings.STATIC_ROOT:
        call_command("collectstatic", interactive=False, verbosity=0)
