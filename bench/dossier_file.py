"""`dossier-file`: dossiers of the full form 2.000986 filed through the API, each with two papers of 200 KB that were uploaded before, durable:
case, event, entries, number and row of the dossier, the papers given to it, the page for the applicant ordered. Applicants live in
all wards in turn: those of one ward wait for one another, for each dossier gets the next number of its day.

Each round files for some seconds, or as many as there are papers for, as fast as 48 connections can. Reference: a bare Django view doing one INSERT
on the same server and database, in turn.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import psycopg

from bench import measure
from bench.cases_open import BARE, start_bare, token_of
from bench.measure import Load, NotMeasured, Stand, conclude, cpu_seconds, in_turn, say, stand, wrk

LIMIT = {"per_second": 200}
EACH_ROUND = int(os.environ.get("BENCH_DOSSIERS", "2400"))
WARM = 200
PAPER_BYTES = 200_000
KEY = "public_services.birth_registration"
ANSWERS = {
    "on_behalf": "self",
    "name": "Trần Thị Bình",
    "personal_number": "079190000123",
    "born_on": "1990-05-20",
    "phone": "0901234567",
    "email": "binh@example.invalid",
    "address": "12 Lê Lợi",
    "child_name": "Trần Minh An",
    "child_sex": "female",
    "child_born_on": "2026-10-01",
    "child_born_at": "Bệnh viện Từ Dũ",
    "filer_is": "mother",
    "father_name": "Nguyễn Văn Cường",
    "father_number": "079088000456",
    "lives_with": "else",  # so that the second paper is asked for
    "head_name": "Trần Văn Dũng",
    "treated_at": "Trạm y tế phường Sài Gòn",
    "papers_by": "sent",
    "result_by": "online",
    "truth": ["yes"],
}
# One line a dossier: the ward, and the tokens of its two papers. The load ends when there are no more.
SCRIPT = """
local head, token, seed = [==[%(head)s]==], "%(token)s", "%(seed)s"
local papers = io.open("%(papers)s", "r")
local number = 0
request = function()
  local line = papers:read("*l")
  if not line then
    wrk.thread:stop()
    return wrk.format("GET", "/health/")
  end
  local area, first, second = line:match("(%%S+) (%%S+) (%%S+)")
  number = number + 1
  return wrk.format("POST", "/api/v1/cases/%(key)s", {["Content-Type"] = "application/json",
    ["Authorization"] = "Bearer " .. token, ["Idempotency-Key"] = seed .. number},
    head .. '"area": "' .. area .. '", "paper_1": ["' .. first .. '"], "paper_2": ["' .. second .. '"]}}')
end
"""
WRITTEN = """
SELECT (SELECT count(*) FROM cases_case), (SELECT count(*) FROM dossiers_dossier WHERE papers = 2),
    (SELECT count(*) / 2 FROM documents_document WHERE owner LIKE 'case:%' AND purpose = 'api'),
    (SELECT count(*) FROM ledger_pending WHERE kind = 'case.opened') + (SELECT count(*) FROM ledger_entry WHERE kind = 'case.opened')
"""
# wrk goes on waiting where it was told to stop, so what it calls a second is none: the rate is that of the rows.
RATE = "SELECT (count(*) - 1) / greatest(extract(epoch FROM max(filed_at) - min(filed_at)), 0.001)::float FROM cases_case WHERE filed_at >= %s"
QUEUED = "SELECT count(*) FROM documents_order"


def run() -> bool:
    """Measure, and tell whether the limit holds."""
    with stand() as made:
        token = token_of(made, "intake_application", "desk.1022")
        address = made.web()
        bare = start_bare(made)
        if made.cluster:
            made.start("sequencer")
        made.start("worker")
        # All before the first round: threads of the web server that wait for long give way to others, with connections of their own.
        sizes = [WARM, *[EACH_ROUND] * measure.ROUNDS]
        waiting = [(number, most, uploaded(made, most, number)) for number, most in enumerate(sizes)]
        say(f"  {2 * sum(sizes):,} papers are uploaded")

        def ours() -> Load:
            number, most, papers = waiting.pop(0)
            head = json.dumps({"channel": "web", "answers": ANSWERS}, ensure_ascii=False).removesuffix("}}") + ", "
            script = SCRIPT % {"head": head, "token": token, "seed": f"r{number}-", "papers": papers, "key": KEY}
            everything = made.database_pid() or 0
            background = cpu_seconds(everything) if everything else 0.0
            began = datetime.now(UTC)
            load = wrk(address, roots=lambda: [made.running["web"].pid, *made.backends("web")], script=script)
            with psycopg.connect(made.url) as connection:
                (rate,) = connection.execute(RATE, [began]).fetchone() or (0.0,)
            if everything:
                say(
                    f"    the whole database {(cpu_seconds(everything) - background) * 1000 / most:.2f} CPU ms a dossier, signing and sweeps included"
                )
            return replace(load, per_second=rate)

        def reference() -> Load:
            body = json.dumps({"answers": ANSWERS}, ensure_ascii=False)
            return wrk(bare, roots=lambda: [made.running["bare"].pid, *made.backends("bare")], script=BARE % {"body": body})

        try_once(address, token, uploaded(made, 1, "first"))
        ours()
        before, queued = counted(made)
        loads = in_turn(measure.ROUNDS, bare=reference, ours=ours)
        after, queued_after = counted(made)
        written = [now - then for now, then in zip(after, before, strict=True)]
        say(f"  written: {written[0]} cases, {written[1]} dossiers, {written[2]} pairs of papers, {written[3]} entries")
        mine, theirs = loads["ours"], loads["bare"]
        return conclude(
            "dossier-file",
            per_second=mine.per_second,
            p50_ms=mine.p50,
            p95_ms=mine.p95,
            p99_ms=mine.p99,
            cpu_ms=mine.cpu,
            errors=mine.errors,
            dossiers=written[0],
            queued_per_dossier=(queued_after - queued) / max(written[0], 1),
            reference=f"a bare Django view doing one INSERT with the ORM: {theirs.per_second:.0f}/s, {theirs.cpu:.2f} CPU ms",
            ratio=mine.cpu / theirs.cpu if theirs.cpu else None,
            limit=LIMIT,
            holds=mine.per_second >= LIMIT["per_second"] and mine.errors == 0 and len(set(written)) == 1,
        )


def counted(made: Stand) -> tuple[tuple[Any, ...], int]:
    """Return how many cases, dossiers, pairs of papers and entries there are, and how many pages were ordered."""
    with psycopg.connect(made.url) as connection:
        written, queued = connection.execute(WRITTEN).fetchone(), connection.execute(QUEUED).fetchone()
    assert written is not None and queued is not None
    return written, queued[0]


def uploaded(made: Stand, dossiers: int, name: object) -> Path:
    """Upload two papers for each dossier, and return the file of their tokens."""
    path = made.folder / f"papers-{name}"
    done = subprocess.run(
        [sys.executable, "-m", "bench.dossier_file", str(path), str(dossiers)],
        env=made.env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotMeasured(done.stderr[-2000:])
    return path


def try_once(address: str, token: str, papers: Path) -> None:
    """File one dossier, and say what was wrong if it cannot be."""
    area, first, second = papers.read_text().split()
    body = {"channel": "web", "answers": {**ANSWERS, "area": area, "paper_1": [first], "paper_2": [second]}}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    try:
        asked = urllib.request.Request(f"{address}/api/v1/cases/{KEY}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(asked) as answer:
            say(f"  {answer.status} {answer.read().decode()}")
    except urllib.error.HTTPError as problem:
        raise NotMeasured(f"{problem.code} {problem.read().decode()}") from problem


def main(path: str, dossiers: int) -> None:
    """Upload papers as the application that files, and write the tokens of each pair on one line."""
    import django

    django.setup()
    from django.core import signing

    from bench.upload import scan
    from motcham.blocks.documents import api as documents
    from motcham.blocks.identity import api as identity
    from motcham.blocks.identity.define import Actor

    account = identity.ensure_account(
        by=Actor.system("bench"), username="bench-intake_application-desk.1022", is_application=True
    )
    actor = identity.actor(account_id=account)
    assert actor is not None
    wards = sorted(each.code.partition(".")[2] for each in identity.agencies() if each.kind == "ward")
    content, salt = scan(PAPER_BYTES), f"attachment:{actor.ref}"
    with Path(path).open("w") as file:
        for area in islice(cycle(wards), dossiers):
            kept = [documents.receive(stream=content, filename="scan.pdf", by=actor, purpose="api") for _ in range(2)]
            file.write(" ".join([area, *(signing.dumps(str(each.id), salt=salt) for each in kept)]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
