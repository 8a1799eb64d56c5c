"""`slip-pdf`: slips of dossiers as tagged PDF on one core, each of its own facts with a QR code of its own.

Measured twice: only printed, and the whole of what the worker does: take the order, unseal its facts, print, seal, write with
fsync, row and entry. What counts is slips per second of CPU of the process, which is pinned to one core: what others do on that core
meanwhile is not in it; the rates by the clock stand beside. Reference: a page of the same fonts that says one line, printed by the same compiler in the same process.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

from bench.measure import ROUNDS, NotMeasured, conclude, percentile, say, stand

LIMIT = {"per_core_second": 20}
SLIPS = int(os.environ.get("BENCH_SLIPS", "400"))


def run() -> bool:
    """Measure, and tell whether the limit holds."""
    with stand() as made:
        rounds = []
        for number in range(ROUNDS):
            done = subprocess.run(
                [sys.executable, "-m", "bench.slip_pdf", str(SLIPS), str(number)],
                env=made.env,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise NotMeasured(done.stderr[-2000:])
            rounds.append(json.loads(done.stdout))
            say("  " + ", ".join(f"{key} {value:.1f}" for key, value in rounds[-1].items()))
    middle = {key: percentile([each[key] for each in rounds], 0.5) for key in rounds[0]}
    return conclude(
        "slip-pdf",
        slips=SLIPS,
        **middle,
        reference=f"a page of one line: {middle['bare_per_second']:.0f}/s",
        ratio=middle["per_second"] / middle["bare_per_second"],
        limit=LIMIT,
        holds=min(middle["per_core_second"], middle["kept_per_core_second"]) >= LIMIT["per_core_second"],
    )


def main(number: int, seed: int) -> None:
    """Print slips on one core and say how many a second."""
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    import django

    django.setup()
    from motcham.apps.public_services.slips.issuing import slip
    from motcham.blocks.documents import api as documents
    from motcham.blocks.documents.define import Sheet
    from motcham.blocks.documents.rendering import print_sheet
    from motcham.blocks.documents.tasks import print_orders
    from motcham.blocks.identity.define import Actor

    facts = [receipt(seed * number + each) for each in range(number)]
    print_sheet(Sheet(title="x", agency="y", parts=()))
    times, size, used = [], 0, time.process_time()
    for each in facts:
        began = time.perf_counter()
        size += len(documents.render(template="public_services.receipt", data=as_json(each)))
        times.append(time.perf_counter() - began)
    used = time.process_time() - used
    began = time.perf_counter()
    for each in range(number):
        print_sheet(Sheet(title=f"{seed}-{each}", agency="y", parts=()))
    bare = time.perf_counter() - began
    by, began = Actor.system("bench"), time.perf_counter()
    for index, each in enumerate(facts):
        slip(kind="receipt", facts=each, owner=f"case:bench-{seed}-{index}", by=by)
    ordered, began, done, used_kept = time.perf_counter() - began, time.perf_counter(), 0, time.process_time()
    while more := print_orders():
        done += more
    kept, used_kept = time.perf_counter() - began, time.process_time() - used_kept
    print(
        json.dumps(
            {
                "per_core_second": number / used,
                "kept_per_core_second": done / used_kept,
                "per_second": number / sum(times),
                "p95_ms": percentile(times, 0.95) * 1000,
                "kept_per_second": done / kept,
                "ordered_per_second": number / ordered,
                "bare_per_second": number / bare,
                "kilobytes": size / number / 1000,
                "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


def receipt(number: int) -> Any:
    """Return the facts of one receipt, with six papers."""
    from datetime import UTC, date, datetime, timedelta

    from motcham.apps.public_services.slips.form import Dossier
    from motcham.apps.public_services.slips.receipt import Paper, Receipt

    at = datetime(2026, 11, 22, 2, 14, tzinfo=UTC) + timedelta(minutes=number)
    dossier = Dossier(
        agency="Ủy ban nhân dân phường Bến Nghé",
        parent_agency="Ủy ban nhân dân Thành phố Hồ Chí Minh",
        place="Thành phố Hồ Chí Minh",
        code=f"H29.1-261122-{number:06}",
        procedure="Đăng ký khai sinh",
        procedure_code="1.001193",
        received_on=date(2026, 11, 22),
        issued_at=at,
        applicant=f"Nguyễn Thị Ánh Tuyết {number}",
        address=f"https://dichvu.example/track/{number:013}/",
        signed_by="Công chức một cửa",
    )
    papers = tuple(Paper(f"Giấy tờ số {each} của hồ sơ {number}", originals=1, copies=each) for each in range(6))
    return Receipt(dossier, at, papers, submitted_at=at, appointment=at + timedelta(days=3), fee_vnd=0, channel="Trực tuyến")


def as_json(facts: Any) -> Any:
    """Return facts as they lie in an order."""
    import msgspec

    return msgspec.to_builtins(facts)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
