"""`motcham manage`: the management commands of Django, for what has no verb of its own."""

from __future__ import annotations

import click


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Ví dụ: motcham manage showmigrations. / Example: motcham manage showmigrations.

    Không kèm lệnh nào thì liệt kê các lệnh. / Without a command it lists them.
    """
    if arguments in (("--help",), ("-h",)):
        click.echo(click.get_current_context().get_help())
        return
    from django.core.management import execute_from_command_line

    execute_from_command_line(["motcham manage", *arguments])
