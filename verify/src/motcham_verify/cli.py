"""The command line: `motcham-verify ledger URL`. Exit codes: 0 holds, 1 wrong, 2 wrong use, 3 not reached."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

from motcham_verify.ledger import Check, Report, Seen, Wish, Wrong
from motcham_verify.remote import Unreachable, log_at
from motcham_verify.words import SAID, WRONG, say

HOLDS, IS_WRONG, WRONG_USE, NOT_REACHED = range(4)


def main() -> NoReturn:
    """Run and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Check a log as the command line says; return the exit code."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    language = asked.lang or ("vi" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("vi") else "en")
    try:
        remote = log_at(asked.address)
    except ValueError:
        parser.error(say(SAID["address"], language, address=asked.address))
    if asked.opening and len(asked.proof) != 1:
        parser.error(say(SAID["one_proof"], language))
    if missing := next((each for each in (*asked.proof, asked.opening) if each and not os.access(each, os.R_OK)), None):
        parser.error(say(SAID["no_file"], language, path=missing))
    path = asked.state or _usual_state(remote.address)
    try:
        seen = Seen.read(path)
    except ValueError as error:
        parser.error(say(SAID["state"], language, path=error))
    wish = Wish(asked.key, asked.witness_key, asked.from_size, asked.full, tuple(asked.proof), asked.opening)
    check = Check(remote, wish, seen, _progress)
    try:
        with remote:
            now = check.run()
    except Wrong as wrong:
        facts = {"detail": "", **wrong.facts}
        message = say(WRONG[wrong.code], language, **facts)
        _print({"holds": False, "problem": wrong.code, **wrong.facts}, f"{message}\n\n{say(SAID['wrong'], language)}", asked.json)
        return IS_WRONG
    except Unreachable as error:
        _print(
            {"holds": None, "problem": "unreachable", "detail": str(error)},
            f"{say(SAID['unreachable'], language)}: {error}",
            asked.json,
        )
        return NOT_REACHED
    _print(
        {"holds": True, **asdict(check.report), "state": str(path)},
        _report(check.report, language, path, bool(asked.opening)),
        asked.json,
    )
    try:
        _remember(path, now)
    except OSError as error:
        print(say(SAID["not_remembered"], language, path=path, why=error.strerror), file=sys.stderr)
        return WRONG_USE
    return HOLDS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="motcham-verify", description="Kiểm chứng sổ mở của thành phố. / Check a city's open log."
    )
    what = parser.add_subparsers(required=True, metavar="ledger")
    ledger = what.add_parser(
        "ledger", help="kiểm chứng sổ cái / check the log", description="Mã thoát / exit codes: 0 đúng · 1 sai · 2 · 3"
    )
    add = ledger.add_argument
    add("address", metavar="URL", help="https://…/ledger/")
    add("--state", type=Path, help="tệp ghi nhớ lần kiểm trước / file that remembers the earlier run")
    add("--key", default="", metavar="VKEY", help="khóa của sổ, lấy từ nơi khác / the log's key, as you got it elsewhere")
    add("--witness-key", default="", metavar="VKEY", help="khóa của nhân chứng / the witness's key")
    add(
        "--from-size",
        type=int,
        default=0,
        metavar="N",
        help="lần đầu: chỉ tính lại từ bản ghi thứ N / the first time: compute anew only from entry N on",
    )
    add("--full", action="store_true", help="tính lại tất cả / compute everything anew")
    add(
        "--proof",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="chứng minh của một bản ghi / the proof of an entry",
    )
    add("--opening", type=Path, metavar="FILE", help="nội dung của bản ghi đó / the contents of that entry")
    add("--json", action="store_true", help="cho chương trình khác đọc / for programs")
    add("--lang", choices=("vi", "en"))
    return parser


def _usual_state(address: str) -> Path:
    base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return base / "motcham-verify" / f"{sha256(address.encode()).hexdigest()[:16]}.json"


def _remember(path: Path, seen: Seen) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(json.dumps(asdict(seen)), encoding="utf-8")
    beside.replace(path)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:>12,} / {total:,} " + ("\r\x1b[K" if done == total else ""))
        sys.stderr.flush()


def _print(facts: dict[str, object], text: str, as_json: bool) -> None:
    print(json.dumps(facts, ensure_ascii=False) if as_json else text)


def _day(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _report(report: Report, language: str, path: Path, opened: bool) -> str:
    def word(name: str, **facts: object) -> str:
        return say(SAID[name], language, **facts)

    rows = [
        (word("log"), report.origin),
        (word("size"), f"{report.size:,}"),
        (word("root"), report.root),
        (word("signed"), word("signed_known" if report.key_remembered else "signed_first")),
        (
            word("witness"),
            f"{report.witness.partition('+')[0]}, {_day(report.witnessed_at)}" if report.witness else word("no_witness"),
        ),
        (word("computed"), word("computed_value", entries=f"{report.entries:,}", tiles=f"{report.tiles:,}")),
        (
            word("since"),
            word("since_first", state=path)
            if report.since is None
            else word("since_value", since=f"{report.since:,}", when=_day(report.since_at)),
        ),
    ]
    for proof in report.proofs:
        rows.append((word("proof"), word("proof_value", **proof) + (f"; {word('opened')}" if opened else "")))
    width = max(len(name) for name, _ in rows)
    return "\n".join([*(f"{name:<{width}}  {value}" for name, value in rows), "", word("holds")])
