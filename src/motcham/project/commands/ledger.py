"""`motcham ledger`: how the log is doing; a new name for it after a restore."""

from __future__ import annotations

import sys
from typing import Any

import click

from motcham.blocks.ledger.outside import NAME, Outside
from motcham.project.console import both, json_option, show
from motcham.project.home import make_home


def _connect() -> Any:
    import psycopg

    from motcham.project.postgres import address

    return psycopg.connect(address(), connect_timeout=5)


@click.group()
def command() -> None:
    """Sổ cái mở. / The open log."""


@command.command()
@json_option
def status(as_json: bool) -> None:
    """Sổ đang thế nào; mã thoát 1 khi sổ không được ký. / How the log is doing; exit code 1 while it is not signed."""
    from motcham.blocks.ledger import store

    with _connect() as connection, connection.cursor() as cursor:
        log = store.current_log(cursor)
    if log is None:
        show({"state": "not started"}, as_json=as_json)
        sys.exit(1)
    facts = {
        "origin": log.origin,
        "size": log.size,
        "signed_size": log.checkpoint_size,
        "signed_at": log.signed_at,
        "running": log.running,
        "alarm": log.alarm or None,
        "alarm_detail": log.alarm_detail or None,
        "alarm_since": log.alarm_since,
        "key": log.key,
        "witness_key": log.witness_key or None,
        "remembered_in": str(Outside(make_home()).checkpoint_path),
    }
    show(facts, as_json=as_json)
    if log.alarm and not as_json:
        click.echo(both(*ADVICE.get(log.alarm, PASSES)), err=True)
    sys.exit(1 if log.alarm or not log.running else 0)


PASSES = ("Sổ sẽ tự ký tiếp khi nguyên nhân được khắc phục.", "Signing goes on by itself when the cause is mended.")
_RESTORED = (
    "Nếu cơ sở dữ liệu vừa được khôi phục từ bản sao lưu: motcham ledger new-origin. Nếu không: tìm hiểu trước khi làm gì.",
    "If the database was just restored from a backup: motcham ledger new-origin. If not: find out why before doing anything.",
)
ADVICE = {
    "rolled_back": _RESTORED,
    "other_history": _RESTORED,
    "other_key": (
        "Đưa tệp keys/ledger.key cũ về chỗ, hoặc motcham ledger new-origin.",
        "Put the old keys/ledger.key back, or motcham ledger new-origin.",
    ),
    "memory_lost": (
        "Đưa tệp ledger/checkpoint cũ về chỗ (ai từng tải /ledger/checkpoint đều có), hoặc motcham ledger new-origin.",
        "Put the old ledger/checkpoint back (whoever fetched /ledger/checkpoint has one), or motcham ledger new-origin.",
    ),
    "witness_refuses": (
        "Xem alarm_detail; nhân chứng phải được biết khóa của sổ (motcham witness --log KHÓA).",
        "See alarm_detail; the witness must know the log's key (motcham witness --log KEY).",
    ),
}


@command.command("new-origin")
@click.option("--name", default=NAME, envvar="MOTCHAM_LEDGER_NAME", show_default=True, help="Tên sổ. / Name of the log.")
@click.option(
    "--reason", default="restored from a backup", show_default=True, help="Lý do, được ghi vào sổ. / Why; it is recorded."
)
@click.option("--yes", is_flag=True, help="Không hỏi lại. / Do not ask.")
@json_option
def new_origin(name: str, reason: str, yes: bool, as_json: bool) -> None:
    """Tiếp tục sổ dưới một tên mới, sau khi khôi phục bản sao lưu. /
    Go on under a new name, after a restore: what was signed under the old one and is lost stays visibly lost."""
    from motcham.blocks.ledger.sequencer import open_new_origin

    if not yes:
        click.confirm(
            both("Sổ sẽ mang tên mới, không quay lại được. Tiếp tục?", "The log takes a new name for good. Go on?"), abort=True
        )
    with _connect() as connection:
        old, new = open_new_origin(connection, outside=Outside(make_home()), name=name, reason=reason)
    show({"previous": old or None, "origin": new}, as_json=as_json)
