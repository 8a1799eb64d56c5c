"""How every verb of the command line speaks: Vietnamese first, then English; facts as JSON for programs; bars for what is long.

An exception of ours is a sentence for whoever typed the command; one of Python's is a defect, and keeps its traceback.
"""

from __future__ import annotations

import errno
import inspect
import json
import sys
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import Progress

    from motcham.kernel.errors import MotchamError

HELP = "Xem hướng dẫn này. / Show this."
HEADINGS = {"Options": "Tùy chọn / Options", "Commands": "Lệnh / Commands"}
MISTAKES: dict[type[click.UsageError], str] = {
    click.NoSuchOption: "Không có tùy chọn này.",
    click.MissingParameter: "Thiếu tham số.",
    click.BadParameter: "Giá trị không hợp lệ.",
    click.UsageError: "Lệnh chưa đúng.",
}

json_option = click.option(
    "--json", "as_json", is_flag=True, help="In JSON cho chương trình khác đọc. / Print JSON for programs."
)


def both(vi: str, en: str) -> str:
    """Return one sentence in both languages, for an operator's terminal."""
    return f"{vi} / {en}"


def show(facts: Mapping[str, Any], *, as_json: bool) -> None:
    """Print facts: one JSON object, or a line for each."""
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, default=str))
        return
    for key, value in facts.items():
        click.echo(f"{key}: {value}")
    if not facts:
        click.echo(both("Chưa có gì.", "There is nothing yet."), err=True)


def progress() -> Progress:
    """Return a progress bar on stderr, silent where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)


class Formatter(click.HelpFormatter):
    """Writes what click writes by itself in both languages."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that shows how a command is put together."""
        super().write_usage(prog, args, prefix or both("Cách dùng", "Usage: "))

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        super().write_heading(HEADINGS.get(heading, heading))


class Spoken(click.Context):
    """The context of a command whose help is in both languages."""

    formatter_class = Formatter


def in_both_languages(command: click.Command) -> click.Command:
    """Give a command, and those below it, a help that is in both languages throughout."""
    if command.context_class is Spoken:
        return command
    command.context_class = Spoken
    if command.context_settings.get("help_option_names") != []:
        click.help_option("-h", "--help", help=HELP)(command)
    for child in command.commands.values() if isinstance(command, click.Group) else ():
        in_both_languages(child)
        # Without it a list of commands ends at the first full stop, which is before the English.
        child.short_help = " ".join(inspect.cleandoc(child.help or "").partition("\n\n")[0].split())
    return command


class Refusal(click.ClickException):
    """What cannot be done, said in both languages; to who asked for JSON as the API says it, RFC 9457 problem+json."""

    code = "command.refused"
    as_json = False

    def __init__(self, message: str, **facts: object) -> None:
        # What a wrong file holds is quoted in it: its letters must not command the terminal.
        super().__init__(
            "".join(each if each.isprintable() or each in "\n\t" else "\N{REPLACEMENT CHARACTER}" for each in message)
        )
        self.facts = facts

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it to stderr."""
        click.echo(json.dumps(self.problem(), ensure_ascii=False, default=str) if self.as_json else self.said(), err=True)

    def said(self) -> str:
        """Return it for a person."""
        return f"✗ {self.format_message()}"

    def problem(self) -> dict[str, Any]:
        """Return it for a program."""
        title, _, detail = self.format_message().partition("\n")
        body = {"type": f"urn:motcham:error:{self.code}", "code": self.code, "title": title, "detail": detail.strip()}
        return {name: value for name, value in {**body, "facts": self.facts}.items() if value}


class Mistyped(Refusal):
    """What was typed wrongly, with how the command is put together and the way to its help."""

    code = "command.mistyped"
    exit_code = 2

    def __init__(self, message: str, *, at: click.Context | None) -> None:
        super().__init__(message, **({"help": f"{at.command_path} --help"} if at else {}))
        self.at = at

    def said(self) -> str:
        """Return it for a person."""
        return f"{self.at.get_usage()}\n{super().said()}\n  → {self.facts['help']}" if self.at else super().said()


class HouseRefusal(Refusal):
    """What the house refused, with the code that it has everywhere."""

    def __init__(self, error: MotchamError) -> None:
        import django
        from django.utils import translation

        django.setup()
        from motcham.ui.wording import problem_of, wording

        said = []
        for language in ("vi", "en"):
            with translation.override(language):
                said.append(wording(error))
        self.body = {**problem_of(error), "title": both(*said)}
        fields = [f"\n  {name}: {why}" for name, why in self.body.get("fields", {}).items()]
        super().__init__(both(*said) + "".join(fields), **error.facts)

    def problem(self) -> dict[str, Any]:
        """Return it for a program."""
        return {**self.body, "facts": self.facts} if self.facts else self.body


class Stopped(Refusal):
    """Whoever started it does not want it any more."""

    code = "command.stopped"

    def __init__(self) -> None:
        super().__init__(both("Đã dừng theo yêu cầu.", "Stopped as you asked."))


def refusal_of(problem: BaseException) -> Refusal | None:
    """Return why a verb could not do what it was told, in both languages; None for a defect, whose traceback is wanted."""
    from motcham.kernel.errors import MotchamError

    if isinstance(problem, Refusal):
        return problem
    if isinstance(problem, click.UsageError):
        said = problem.format_message()
        vi = next(vi for kind, vi in MISTAKES.items() if isinstance(problem, kind))
        return Mistyped(said if " / " in said else both(vi, said), at=problem.ctx)
    if isinstance(problem, KeyboardInterrupt | click.Abort):
        return Stopped()
    if isinstance(problem, MotchamError):
        return HouseRefusal(problem)
    message = _explained(problem)
    return Refusal(message) if message else None


def _explained(problem: BaseException) -> str | None:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError

    if isinstance(problem, click.ClickException):
        return problem.format_message()
    if type(problem).__module__.startswith("motcham.") or isinstance(problem, CommandError | ImproperlyConfigured):
        return str(problem)
    if isinstance(problem, OSError) and problem.errno not in (None, errno.EPIPE):
        return both("Không đọc, ghi được", f"Cannot be read or written: {problem.filename or '-'}: {problem.strerror}")
    if isinstance(problem, UnicodeDecodeError):
        return both("Tệp không phải UTF-8.", "The file is not in UTF-8.")
    return _outage(problem) or (_outage(problem.__cause__) if problem.__cause__ else None)


def _outage(problem: BaseException) -> str | None:
    import psycopg

    if isinstance(problem, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        return both("Cơ sở dữ liệu chưa có bảng cần dùng: motcham migrate.", "The database lacks a table: motcham migrate.")
    if isinstance(problem, psycopg.errors.InsufficientPrivilege):
        vi = "Người dùng này không có quyền trong cơ sở dữ liệu: ALTER DATABASE … OWNER TO …"
        return both(vi, f"The user lacks a right in the database: ALTER DATABASE … OWNER TO …\n{problem}")
    if isinstance(problem, psycopg.OperationalError | psycopg.InterfaceError):
        vi = "Không dùng được cơ sở dữ liệu: motcham up hoặc motcham postgres start."
        return both(vi, f"The database cannot be used: motcham up, or motcham postgres start.\n{problem}")
    return None
