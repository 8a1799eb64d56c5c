"""`motcham open311`: exchange reports with other installations that speak GeoReport v2."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from motcham.project.console import Refusal, both, json_option, show
from motcham.project.spreadsheets import Table

if TYPE_CHECKING:
    from motcham.apps.feedback_1022.open311.models import Neighbour

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Lấy về và gửi đi phản ánh theo Open311. / Pull and push reports by Open311."""
    import django

    django.setup()


def table(path: Path | None) -> dict[str, str]:
    """Return a table of two columns: from a code to a code."""
    if path is None:
        return {}
    # Codes must be theirs to the letter: a file in other letters is refused, not guessed at.
    source = io.StringIO(path.read_text(encoding="utf-8-sig"))
    rows = [row for row in Table(source).rows if len(row) >= 2 and row[1].strip()]
    if not rows:
        raise Refusal(both(f"Tệp {path} không có dòng nào đủ hai cột.", f"No row of {path} has two columns."))
    return {row[0].strip(): row[1].strip() for row in rows if row[0].strip() != "from"}


@command.command()
@click.argument("name")
@click.argument("url")
@click.option("--jurisdiction", default="", help="jurisdiction_id ở đó. / Their jurisdiction_id.")
@click.option(
    "--form",
    type=click.Choice(["json", "xml"]),
    default="json",
    show_default=True,
    help="Dạng dữ liệu ở đó. / In which form they answer.",
)
@click.option("--key-file", type=FILE, help="Tệp chứa api_key. / File that holds the api_key.")
@click.option("--takes", type=FILE, help="CSV: mã dịch vụ ở đó, lĩnh vực ở đây. / Their service code, our category.")
@click.option("--sends", type=FILE, help="CSV: lĩnh vực ở đây, mã dịch vụ ở đó. / Our category, their service code.")
@click.option(
    "--sends-unrouted", default="", help="Mã dịch vụ ở đó cho phản ánh chưa rõ cơ quan. / Their code for what no rule routes."
)
@click.option("--tells", is_flag=True, help="Báo lại kết quả (servicerequestupdates). / Tell them what became of it.")
@click.option(
    "--every",
    type=click.IntRange(1, 86_400),
    default=300,
    show_default=True,
    help="Số giây giữa hai lần. / Seconds between two exchanges.",
)
@json_option
def add(
    name: str,
    url: str,
    *,
    jurisdiction: str,
    form: str,
    key_file: Path | None,
    takes: Path | None,
    sends: Path | None,
    sends_unrouted: str,
    tells: bool,
    every: int,
    as_json: bool,
) -> None:
    """Thêm hoặc sửa một nơi trao đổi. / Add an installation, or bring it up to date."""
    from motcham.apps.feedback_1022.open311 import neighbours
    from motcham.blocks.identity.define import Actor

    sent = table(sends) | ({"": sends_unrouted} if sends_unrouted else {})
    found = neighbours.add(
        by=Actor.system("command line"),
        name=name,
        url=url,
        jurisdiction=jurisdiction,
        form=form,
        key=key_file.read_text().strip() if key_file else "",
        takes=table(takes),
        sends=sent,
        tells=tells,
        every=every,
    )
    show({"name": found.name, "url": found.url, "takes": len(found.takes), "sends": len(found.sends)}, as_json=as_json)


@command.command("list")
@json_option
def listed(as_json: bool) -> None:
    """Liệt kê các nơi trao đổi và sự cố. / List the installations, and what ails them."""
    from motcham.apps.feedback_1022.open311.models import Neighbour

    found = Neighbour.objects.order_by("name")
    show({each.name: f"{each.url}, {each.pulled_to or '-'}, {each.problem or 'ok'}" for each in found}, as_json=as_json)


@command.command()
@click.argument("name")
@json_option
def remove(name: str, as_json: bool) -> None:
    """Bỏ một nơi trao đổi; hồ sơ vẫn còn. / Forget an installation; its cases stay."""
    from motcham.apps.feedback_1022.open311 import neighbours
    from motcham.blocks.identity.define import Actor

    neighbours.remove(by=Actor.system("command line"), name=name)
    show({"removed": name}, as_json=as_json)


@command.command()
@click.argument("name")
@json_option
def services(name: str, as_json: bool) -> None:
    """Liệt kê dịch vụ ở nơi đó (tên hoặc địa chỉ). / List what an installation offers, by its name or its address."""
    from motcham.apps.feedback_1022.open311.client import Endpoint, words
    from motcham.apps.feedback_1022.open311.neighbours import endpoint_of, named

    endpoint = Endpoint(name) if "://" in name else endpoint_of(named(name))
    show({words(each, "service_code"): words(each, "service_name") for each in endpoint.services()}, as_json=as_json)


@command.command()
@click.argument("name")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Từ lúc nào (UTC). / Since when (UTC).")
@json_option
def pull(name: str, since: datetime | None, as_json: bool) -> None:
    """Lấy phản ánh về (tên hoặc địa chỉ). / Pull requests, from a name or an address."""
    from django.utils import timezone

    from motcham.apps.feedback_1022.open311 import exchange

    at = since.replace(tzinfo=UTC) if since else None
    show(dict(exchange.pull(_named(name), now=timezone.now(), since=at)), as_json=as_json)


@command.command()
@click.argument("name")
@json_option
def push(name: str, as_json: bool) -> None:
    """Gửi đi, theo dõi và báo lại. / Send what is theirs, follow it, and tell what became of theirs."""
    from django.utils import timezone

    from motcham.apps.feedback_1022.open311 import exchange

    found = _named(name)
    done = exchange.push(found, now=timezone.now()) + exchange.follow(found) + exchange.tell(found)
    show(dict(done), as_json=as_json)


def _named(name: str) -> Neighbour:
    from motcham.apps.feedback_1022.open311.neighbours import named

    return named(name)
