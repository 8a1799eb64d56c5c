"""`open311-post`: reports through GeoReport v2 by a program with a key, durable, each with its event and its entry of the log.

Reference: a bare Django view doing one INSERT on the same server and database, in turn.
"""

from __future__ import annotations

import json
import urllib.parse
import urllib.request

from bench import measure
from bench.cases_open import counted, start_bare, token_of
from bench.measure import Load, conclude, in_turn, pss_megabytes, say, stand, tree, wrk

LIMIT = {"per_second": 500}
FORM = {
    "jurisdiction_id": "hochiminhcity.gov.vn",
    "service_code": "infrastructure.street_light",
    "lat": "10.7769",
    "long": "106.7009",
    "address_string": "25 Lê Lợi",
    "description": "Đèn đường tắt ba đêm nay ở đầu hẻm, trời tối rất khó đi.",
    "first_name": "Thử",
    "last_name": "Nguyễn Thị",
    "phone": "0901234567",
}
SCRIPT = """
local body = [==[%(body)s]==]
request = function() return wrk.format("POST", "%(path)s", {["Content-Type"] = "%(kind)s"}, body) end
"""


def run() -> bool:
    """Measure, and tell whether the limit holds."""
    with stand() as made:
        token = token_of(made, "intake_application", "desk.1022")
        made.env["MOTCHAM_GEOREPORT_PER_MINUTE"] = "1000000"
        address = made.web()
        bare = start_bare(made)
        if made.cluster:
            made.start("sequencer")
        made.start("worker")
        form = urllib.parse.urlencode({"api_key": token, **FORM})

        def ours() -> Load:
            script = SCRIPT % {"body": form, "path": "/open311/v2/requests.json", "kind": "application/x-www-form-urlencoded"}
            return wrk(address, roots=lambda: [made.running["web"].pid, *made.backends("web")], script=script)

        def reference() -> Load:
            script = SCRIPT % {"body": json.dumps(FORM), "path": "/insert", "kind": "application/json"}
            return wrk(bare, roots=lambda: [made.running["bare"].pid, *made.backends("bare")], script=script)

        with urllib.request.urlopen(f"{address}/open311/v2/requests.json", form.encode()) as answer:
            say(f"  {answer.status} {answer.read().decode()}")
        ours()  # warm
        before = counted(made)
        loads = in_turn(measure.ROUNDS, bare=reference, ours=ours)
        after = counted(made)
        written = [after[place] - before[place] for place in range(3)]
        say(f"  written: {written[0]} cases, {written[1]} events, {written[2]} entries")
        mine, theirs = loads["ours"], loads["bare"]
        return conclude(
            "open311-post",
            per_second=mine.per_second,
            p50_ms=mine.p50,
            p95_ms=mine.p95,
            p99_ms=mine.p99,
            cpu_ms=mine.cpu,
            pss_mb=pss_megabytes(tree(made.running["web"].pid)),
            errors=mine.errors,
            reference=f"a bare Django view doing one INSERT with the ORM: {theirs.per_second:.0f}/s, {theirs.cpu:.2f} CPU ms",
            ratio=mine.cpu / theirs.cpu if theirs.cpu else None,
            limit=LIMIT,
            holds=mine.per_second >= LIMIT["per_second"] and mine.errors == 0 and len(set(written)) == 1,
        )
