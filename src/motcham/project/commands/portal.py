"""`motcham portal`: how the export to the national portal stands, sending what waits now, and holding dossiers to its dictionary."""

from __future__ import annotations

import json

import click

from motcham.project.console import both, json_option, show


@click.group()
def command() -> None:
    """Không có địa chỉ Cổng thì không gửi gì. / Nothing is sent where no address of the portal is set."""
    import django

    django.setup()


@command.command()
@json_option
def status(as_json: bool) -> None:
    """Đang chờ gì, cái gì bị từ chối. / What waits, what was refused, when something was taken last."""
    from motcham.apps.public_services.national_portal import client, queries

    found = queries.standing()
    facts = {
        "connected": client.is_on(),
        "made_up": client.is_made_up(),
        "waiting": found.waiting,
        "refused": found.refused,
        "oldest": found.oldest,
        "last_taken": found.last_taken,
    }
    show(facts, as_json=as_json)


@command.command()
@click.option("--most", type=click.IntRange(1), default=1_000, show_default=True, help="Nhiều nhất bao nhiêu. / At most so many.")
@json_option
def send(most: int, as_json: bool) -> None:
    """Gửi ngay những gì đến lượt. / Send what is due, now."""
    from motcham.apps.public_services.national_portal import client, queries, sending

    if not client.is_on():
        raise click.ClickException(both("Chưa đặt MOTCHAM_NATIONAL_PORTAL_URL.", "MOTCHAM_NATIONAL_PORTAL_URL is not set."))
    sent = 0
    while sent < most and (done := sending.send_due(most=min(sending.BATCH, most - sent))):
        sent += done
    found = queries.standing()
    show({"settled": sent, "waiting": found.waiting, "refused": found.refused}, as_json=as_json)


@command.command()
@click.argument("codes", nargs=-1)
@click.option(
    "--most",
    type=click.IntRange(1),
    default=200,
    show_default=True,
    help="Kiểm tra bao nhiêu hồ sơ mới nhất. / How many of the latest dossiers.",
)
@json_option
def check(codes: tuple[str, ...], most: int, as_json: bool) -> None:
    """Đối chiếu hồ sơ với từ điển dữ liệu mà không gửi, không mở dữ liệu cá nhân. / Hold dossiers to the dictionary, sending none.

    Theo mã, hoặc các hồ sơ mới nhất; mã thoát 1 nếu có hồ sơ sẽ bị từ chối. / By their codes, or the latest; nothing that identifies
    anybody is opened. Exit code 1 where one would be refused.
    """
    from motcham.apps.public_services.national_portal import checking

    found = checking.check(codes=codes, most=most)
    wrong = {code: [f"{each.field}: {each.why}" for each in faults] for code, faults in found.items() if faults}
    facts = {"checked": len(found), "wrong": len(wrong), "faults": wrong}
    show(facts if as_json else {**facts, "faults": json.dumps(wrong, ensure_ascii=False)}, as_json=as_json)
    if wrong:
        raise SystemExit(1)
