"""`motcham payments`: what something costs on a day and why, and a day compared with the report of the gateway."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from motcham.project.console import json_option, show


@click.group()
def command() -> None:
    """Mức chưa công bố không bao giờ được in là 0. / What is not published is never printed as 0."""


@command.command()
@click.argument("procedure")
@click.option("--channel", type=click.Choice(["online", "direct", "post"]), default="online", help="Cách nộp. / How it is filed.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Ngày nộp, mặc định hôm nay. / The day, else today.")
@click.option(
    "--applicant",
    type=click.Choice(["", "poor_household", "merit", "disabled", "digital_citizen", "listed"]),
    default="",
    help="Diện ưu tiên. / A class of people.",
)
@click.option("--pages", "units", type=click.IntRange(1), default=1, help="Số trang của một bản. / Pages of one copy.")
@click.option("--copies", type=click.IntRange(1), default=1, help="Số bản. / Copies.")
@json_option
def fee(procedure: str, on: datetime | None, as_json: bool, **asked: Any) -> None:
    """Một thủ tục tốn bao nhiêu vào một ngày, và vì sao. / What a procedure costs on a day, and why."""
    import django

    django.setup()
    from django.utils import timezone

    from motcham.apps.public_services import catalogue
    from motcham.apps.public_services.define import NoSuchProcedure
    from motcham.blocks.payments import api as payments

    day = on.date() if on else timezone.localdate()
    found = payments.fee(procedure=procedure, on=day, **asked)
    if found.amount is None and not catalogue.versions(code=procedure):
        raise NoSuchProcedure(procedure=procedure)
    facts = {
        "procedure": procedure,
        "on": day.isoformat(),
        "amount": found.amount,
        "why": payments.why(found),
        "fee_kind": found.fee_kind or None,
        "rule": found.rule or None,
        "legal_basis": found.legal_basis or None,
        "trust": found.trust or None,
        "source": found.source or None,
    }
    show(facts if as_json else {**facts, "amount": "chưa công bố" if found.amount is None else found.amount}, as_json=as_json)


@command.command()
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Ngày đối soát. / The day that is compared.")
@json_option
def reconcile(report: Path, day: datetime, as_json: bool) -> None:
    """Đối soát một ngày với báo cáo của cổng; thoát 1 nếu có chênh lệch. / Compare a day with the gateway's report; exit 1 on a difference."""
    import django

    django.setup()
    from motcham.blocks.identity.define import Actor
    from motcham.blocks.payments import api as payments

    found = payments.reconcile(by=Actor.system("command line"), day=day.date(), report=report.read_bytes())
    lines = [
        {
            "kind": str(each.kind),
            "order_code": each.order_code,
            "reference": each.reference,
            "here": each.here,
            "there": each.there,
        }
        for each in found.differences
    ]
    totals = {"day": found.day.isoformat(), "matched": found.matched, "sum_here": found.sum_here, "sum_there": found.sum_there}
    totals |= {"refunds": found.refunds}
    if as_json:
        show({**totals, "differences": lines}, as_json=True)
    else:
        show({**totals, "differences": len(lines)}, as_json=False)
        for line in lines:
            click.echo("  " + "  ".join(f"{key}={value}" for key, value in line.items()))
    if lines:
        raise SystemExit(1)
