"""`motcham definitions`: every definition and the file it comes from."""

from __future__ import annotations

import json

import click

from motcham.project.console import json_option


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Loại, khóa, tệp. / Kind, key, file."""
    import django

    django.setup()
    from motcham.project.wiring import registries

    rows = [
        {"kind": registry.noun, "key": item.key, "file": registry.file_of(item.key)}
        for registry in registries().values()
        for item in registry
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['kind']:<16} {row['key']:<48} {row['file']}")
