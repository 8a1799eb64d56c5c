"""`motcham calendar`: the days that are not what their weekday says, and the announcement of another one."""

from __future__ import annotations

from datetime import datetime

import click

from motcham.project.console import Refusal, both, json_option, show

KINDS = ("holiday", "day_off_in_lieu", "makeup", "announced_through")


@click.group()
def command() -> None:
    """Hồ sơ đang mở được tính lại hạn trong ít giây. / Open cases get their new dates within seconds."""


@command.command()
@click.argument("year", type=int)
@json_option
def days(year: int, as_json: bool) -> None:
    """Liệt kê ngày nghỉ, ngày làm bù của một năm; ngày nào còn dự kiến. / List the days off and make-up days of a year, and which of
    them nobody announced yet."""
    import django

    django.setup()
    from motcham.blocks.cases import api as cases

    calendar = cases.calendar()
    kinds = {"off": calendar.closed, "makeup": calendar.makeup, "provisional": calendar.uncertain}
    known = sorted({day.year for found in kinds.values() for day in found})
    if year not in known:
        years = ", ".join(map(str, known))
        raise Refusal(
            both(f"Chưa có lịch năm {year}; có: {years}.", f"There is no calendar of {year}; there are: {years}."), years=known
        )
    show({kind: [f"{day}" for day in sorted(found) if day.year == year] for kind, found in kinds.items()}, as_json=as_json)


@command.command()
@click.argument("on", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--name", required=True, help="Tên ngày. / What the day is called.")
@click.option("--basis", required=True, help="Văn bản công bố. / The document that announces it.")
@json_option
def announce(on: datetime, kind: str, name: str, basis: str, as_json: bool) -> None:
    """Công bố một ngày. / Announce a day."""
    import django

    django.setup()
    from motcham.blocks.cases import api as cases
    from motcham.blocks.identity.define import Actor
    from motcham.kernel.calendar import DayKind

    if not (name.strip() and basis.strip()):
        raise click.UsageError(both("--name và --basis không được để trống.", "--name and --basis must say something."))
    cases.announce_day(by=Actor.system("command line"), on=on.date(), kind=DayKind(kind), name=name, legal_basis=basis)
    show({"announced": on.date().isoformat(), "kind": kind}, as_json=as_json)
