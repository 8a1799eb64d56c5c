"""`motcham procedures`: import the published procedures, show one, and list what was not understood and what contradicts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from motcham.project.commands.procedures_search import search
from motcham.project.console import both, json_option, progress, show

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
code_option = click.option("--code", default="", help="Chỉ một thủ tục. / One procedure only.")


@click.group()
def command() -> None:
    """Danh mục thủ tục hành chính. / The catalogue of administrative procedures."""
    import django

    django.setup()


@command.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE…")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Nội dung có từ ngày nào; mặc định hôm nay. / From which day it holds; today if not given.",
)
@json_option
def import_files(files: tuple[Path, ...], *, as_of: datetime | None, as_json: bool) -> None:
    """Nạp tệp thủ tục; dạng tệp nhận theo cột. / Import files; their form is told by their columns.

    Nạp lại cùng tệp không đổi gì; thủ tục thay đổi có phiên bản mới. / The same file again changes nothing; what changed gets a new version.
    """
    from motcham.apps.public_services import importing
    from motcham.blocks.identity.define import Actor

    with progress() as bar:
        task = bar.add_task(both("Đọc thủ tục", "Reading procedures"), total=None)
        report = importing.import_files(
            by=Actor.system("command line"),
            paths=files,
            as_of=as_of.date() if as_of else None,
            told=lambda done, total: bar.update(task, completed=done, total=total),
        )
    show(report.facts(), as_json=as_json)


@command.command("show")
@click.argument("code")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Theo ngày nào. / As of which day.")
def show_one(code: str, *, on: datetime | None) -> None:
    """In một thủ tục dạng JSON. / Print one procedure as JSON."""
    from motcham.apps.public_services import catalogue

    click.echo(json.dumps(asdict(catalogue.procedure(code=code, on=on.date() if on else None)), ensure_ascii=False, default=str))


@command.command()
@code_option
@json_option
def conflicts(*, code: str, as_json: bool) -> None:
    """Chỗ các nguồn nói khác nhau. / Where the sources disagree, and which one is shown."""
    from motcham.apps.public_services import catalogue

    _demand(code)
    found = catalogue.conflicts(code=code)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False))
        return
    for each in found:
        click.echo(f"{each.code}  {each.field:<9} {each.rule}: {each.shown or '-'}  ≠  {each.set_aside} ({each.source})")
    _sum(Counter(each.rule.partition(":")[0] for each in found))


@command.command()
@code_option
@click.option("--reason", default="", help="Chỉ một lý do. / One reason only.")
@json_option
def unread(*, code: str, reason: str, as_json: bool) -> None:
    """Chỗ chưa hiểu khi nạp, và vì sao. / What was not understood at import, and why."""
    from motcham.apps.public_services import catalogue

    _demand(code)
    found = catalogue.doubts(code=code, reason=reason)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False))
        return
    for each in found:
        click.echo(f"{each.code}  {each.field:<9} {each.reason}: {each.text}")
    _sum(Counter(each.reason for each in found))


def _demand(code: str) -> None:
    """Refuse the code of no procedure: of that nothing is found either, which would read as if all were well."""
    from motcham.apps.public_services import catalogue
    from motcham.apps.public_services.define import NoSuchProcedure

    if code and not catalogue.versions(code=code):
        raise NoSuchProcedure(procedure=code)


def _sum(counts: Counter[str]) -> None:
    click.echo(", ".join(f"{name}: {number}" for name, number in counts.most_common()) or "0", err=True)


command.add_command(search)
