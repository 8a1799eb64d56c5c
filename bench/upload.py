"""`upload`: papers sent while a form is filled in: judged, sealed, written with fsync, with row and entry, before the answer.

Sent is a scanned PDF of pictures that do not shrink, through the web server and the API. Reference: the same bytes sealed and
written to a file with fsync, one after another, by one process beside it.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path

from bench.cases_open import token_of
from bench.measure import ROUNDS, SECONDS, Load, conclude, in_turn, say, stand, wrk

LIMIT = {"megabytes_per_second": 40}
MEGABYTES = int(os.environ.get("BENCH_UPLOAD_MB", "8"))
CONNECTIONS = 4
SCRIPT = """
local file = io.open("%(file)s", "rb")
local body = file:read("*a")
file:close()
request = function()
  return wrk.format("POST", "/api/v1/attachments", {["Content-Type"] = "multipart/form-data; boundary=%(boundary)s",
    ["Authorization"] = "Bearer %(token)s"}, body)
end
"""
BOUNDARY = "motcham-bench-boundary"


def run() -> bool:
    """Measure, and tell whether the limit holds."""
    content = scan(MEGABYTES * 1_000_000)
    with stand() as made, tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        body = Path(folder) / "body"
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="scan.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        body.write_bytes(head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode())
        token = token_of(made, "intake_application", "desk.1022")
        address = made.web()
        script = SCRIPT % {"file": body, "boundary": BOUNDARY, "token": token}

        def ours() -> Load:
            return wrk(address, roots=lambda: [made.running["web"].pid], script=script, seconds=SECONDS, connections=CONNECTIONS)

        def bare() -> Load:
            return sealed_to_files(content, Path(folder))

        loads = in_turn(ROUNDS, upload=ours, bare=bare)
    rates = {name: load.per_second * len(content) / 1e6 for name, load in loads.items()}
    say("  " + ", ".join(f"{name} {rate:.0f} MB/s" for name, rate in rates.items()))
    return conclude(
        "upload",
        megabytes=MEGABYTES,
        connections=CONNECTIONS,
        megabytes_per_second=rates["upload"],
        p95_ms=loads["upload"].p95,
        errors=loads["upload"].errors,
        reference=f"sealed and written with fsync: {rates['bare']:.0f} MB/s",
        ratio=rates["upload"] / rates["bare"],
        limit=LIMIT,
        holds=rates["upload"] >= LIMIT["megabytes_per_second"] and loads["upload"].errors == 0,
    )


def scan(size: int) -> bytes:
    """Return a PDF of one page, whose picture is `size` bytes that nothing makes smaller."""
    picture = random.Random(1).randbytes(size)
    head = f"<</Type/XObject/Subtype/Image/Width 1/Height 1/Filter/DCTDecode/Length {size}>>\nstream\n".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</P 4 0 R>>>>>>",
        head + picture + b"\nendstream",
    )
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    return out + f"xref\n0 5\n0000000000 65535 f \n{rows}trailer\n<</Root 1 0 R/Size 5>>\nstartxref\n{len(out)}\n%%EOF\n".encode()


def sealed_to_files(content: bytes, folder: Path) -> Load:
    """Seal and write the same bytes again and again for some seconds."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher, number, times = AESGCM(os.urandom(32)), 0, []
    began, used = time.perf_counter(), time.process_time()
    while time.perf_counter() - began < SECONDS:
        at = time.perf_counter()
        path = folder / f"bare-{number}"
        with path.open("wb") as file:
            file.write(cipher.encrypt(os.urandom(12), content, b""))
            file.flush()
            os.fsync(file.fileno())
        times.append(time.perf_counter() - at)
        path.unlink()
        number += 1
    seconds = time.perf_counter() - began
    middle = sorted(times)[len(times) // 2] * 1000
    return Load(number / seconds, middle, middle, middle, 0, (time.process_time() - used) * 1000 / number, len(content))
