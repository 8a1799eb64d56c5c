"""The command line `motcham`: every verb is a module in `project/commands`, imported only when it is used."""

from __future__ import annotations

import difflib
import importlib
import inspect
import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import click

from motcham.project.console import Refusal, both, in_both_languages, refusal_of

JSON = "motcham.json"  # where the context keeps whether a program asked


@dataclass(frozen=True)
class Verb:
    """One verb: the module that has its `command`, and what it does in both languages."""

    module: str
    vi: str
    en: str


VERBS = {
    "up": Verb("up", "Khởi động toàn bộ hệ thống và giữ cho nó chạy.", "Start everything and keep it running."),
    "web": Verb("web", "Chạy máy chủ web.", "Run the web server."),
    "worker": Verb(
        "worker", "Chạy các việc định kỳ: trễ hạn, điểm số, dọn dữ liệu.", "Run what time does: lateness, scores, retention."
    ),
    "sequencer": Verb("sequencer", "Xếp bản ghi vào sổ cái và ký sổ.", "Give entries their places in the log and sign it."),
    "witness": Verb("witness", "Chạy nhân chứng của sổ cái.", "Run the witness of the log."),
    "ledger": Verb("ledger", "Sổ cái mở: tình trạng, đặt tên mới.", "The open log: how it is, a new name for it."),
    "doctor": Verb("doctor", "Kiểm tra máy này có đủ điều kiện chạy không.", "Check that this machine has what is needed."),
    "postgres": Verb(
        "postgres", "Cơ sở dữ liệu đi kèm: bật, tắt, xem, mở psql.", "The embedded database: start, stop, look, open psql."
    ),
    "migrate": Verb("migrate", "Cập nhật cấu trúc cơ sở dữ liệu.", "Bring the database's structure up to date."),
    "prepare": Verb(
        "prepare", "Nạp dữ liệu tham chiếu, và dữ liệu trình diễn.", "Load the reference data, and that of the demo."
    ),
    "replay": Verb("replay", "Diễn lại dòng phản ánh, nhanh hơn đời thật.", "Replay the stream of reports, faster than life."),
    "calendar": Verb("calendar", "Xem và công bố ngày nghỉ, ngày làm bù.", "See and announce days off and make-up days."),
    "places": Verb(
        "places",
        "Địa bàn: tọa độ thuộc xã, phường nào; địa chỉ cũ nay ở đâu.",
        "Areas: where a point lies, what an address names.",
    ),
    "procedures": Verb(
        "procedures", "Thủ tục hành chính: nạp, tìm, xem, đối chiếu.", "Administrative procedures: import, search, show, compare."
    ),
    "recompute": Verb(
        "recompute",
        "Tính lại mọi con số của bảng điều hành từ hồ sơ gốc.",
        "Count every figure of the board anew from the cases.",
    ),
    "open311": Verb(
        "open311", "Trao đổi phản ánh với hệ thống khác theo Open311.", "Exchange reports with other installations by Open311."
    ),
    "payments": Verb(
        "payments",
        "Phí, lệ phí: mức thu theo ngày, đối soát với cổng thanh toán.",
        "Fees: what something costs on a day, comparing a day with the payment gateway.",
    ),
    "portal": Verb(
        "portal", "Đồng bộ hồ sơ lên Cổng Dịch vụ công quốc gia.", "Telling the national portal of dossiers: how it stands."
    ),
    "check": Verb("check", "Kiểm tra cấu hình và mọi định nghĩa.", "Check the settings and every definition."),
    "definitions": Verb(
        "definitions", "Liệt kê mọi định nghĩa và tệp chứa nó.", "List every definition and the file it comes from."
    ),
    "new": Verb("new", "Viết tệp định nghĩa đầu tiên của một loại hồ sơ.", "Write the first file of a case type."),
    "manage": Verb("manage", "Gọi một lệnh quản trị của Django.", "Run a management command of Django."),
    "backup": Verb(
        "backup", "Sao lưu cơ sở dữ liệu và tệp đính kèm, có mã hóa.", "Back up the database and the attachments, sealed."
    ),
    "backup-key": Verb("backup_key", "Tạo khóa niêm phong các bản sao lưu.", "Draw the key that seals backups."),
    "restore": Verb("restore", "Đưa dữ liệu trở về một thời điểm.", "Put the data back as it was at a time."),
    "documents": Verb(
        "documents", "Giấy tờ: khóa ký của cơ quan, kiểm tra chữ ký, thu hồi.", "Papers: agencies' keys, checking, withdrawing."
    ),
    "text": Verb("text", "Che dữ liệu cá nhân trong văn bản; đo độ đúng.", "Strike out personal data in text; measure how well."),
    "forget": Verb("forget", "Xóa sạch dữ liệu trình diễn.", "Forget the data of the demo."),
}


class Verbs(click.Group):
    """A group that knows its verbs' names and summaries without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order of the list."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb's module and put its summary in both languages on top of its help."""
        verb = VERBS.get(cmd_name)
        if verb is None:
            return None
        command: click.Command = importlib.import_module(f"motcham.project.commands.{verb.module}").command
        own = "" if command.help is None or command.help.startswith(verb.vi) else f"\n\n{inspect.cleandoc(command.help)}"
        command.help = f"{verb.vi}\n\n{verb.en}{own}"
        return in_both_languages(command)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb that was typed; where there is none, name the nearest."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], VERBS, n=1) or ["--help"]
            ctx.fail(
                both(
                    f"Không có lệnh '{args[0]}'. Thử: motcham {near[0]}.",
                    f"There is no verb '{args[0]}'. Try: motcham {near[0]}.",
                )
            )
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what stands before the verb."""
        ctx.meta[JSON] = "--json" in args
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as mistake:
            _tell(ctx, mistake)
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; what it cannot do is told as one message, and only a defect of ours has a traceback."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.NoArgsIsHelpError, click.exceptions.Exit):
            raise
        except (Exception, KeyboardInterrupt) as problem:
            _tell(ctx, problem)
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List every verb, Vietnamese first."""
        with formatter.section("Lệnh / Commands"):
            formatter.write_dl([(name, f"{verb.vi} / {verb.en}") for name, verb in VERBS.items()])


def _tell(ctx: click.Context, problem: BaseException) -> None:
    """Refuse in both languages, and as JSON where that was asked for; a defect is left as it is."""
    refusal = refusal_of(problem)
    if refusal is None:
        return
    refusal.as_json = ctx.meta[JSON]
    raise refusal from (None if refusal is problem else problem)


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="motcham", message="%(prog)s %(version)s", help="In phiên bản. / Print the version.")
def main() -> None:
    """Một Chạm: nền tảng số của một thành phố.

    The digital platform of a city.
    """
    use_embedded_database()


in_both_languages(main)


def use_embedded_database() -> None:
    """Let what follows find its settings, and the embedded database where no other is named; nothing is started."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcham.project.settings")
    if not os.environ.get("DATABASE_URL"):
        from motcham.project.home import home
        from motcham.project.postgres import Cluster

        os.environ["DATABASE_URL"] = Cluster(home()).url()
        os.environ["MOTCHAM_EMBEDDED"] = "1"
    elif not is_address_of_postgres(os.environ["DATABASE_URL"]):
        raise Refusal(
            both(
                "DATABASE_URL phải có dạng postgresql://người:mật-khẩu@máy:cổng/tên.",
                "DATABASE_URL must be of the form postgresql://user:password@host:port/name.",
            )
        )


def is_address_of_postgres(url: str) -> bool:
    """Tell whether an address names a database; what is read out of a wrong one would be somebody else's, or none."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"postgresql", "postgres"} and bool(parts.path.strip("/")) and parts.port != 0
    except ValueError:
        return False


if __name__ == "__main__":
    main()
