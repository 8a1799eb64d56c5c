"""`open311-list`: lists of 100 released requests of 100 thousand, in JSON and in XML, each asked for another time so that none is kept.

Reference: a bare Django view that reads the same rows with the ORM and writes JSON, in turn. Beside: one list again and again,
which is kept for a second.
"""

from __future__ import annotations

import json
import sys
import urllib.request

import psycopg

from bench import measure
from bench.fill import fill
from bench.measure import Load, NotMeasured, Stand, conclude, in_turn, say, stand, wrk

LIMIT = {"per_second": 400}
CASES = 100_000
RELEASE = """
UPDATE cases_case SET released_at = received_at + interval '1 hour', changed_at = greatest(received_at + interval '1 hour', closed_at), area_code = '26740', category = (ARRAY['infrastructure.street_light',
    'other.anything', 'admin.guidance'])[1 + (extract(epoch FROM received_at)::bigint % 3)], public_text = 'Việc ở gần chợ, mấy ngày nay rồi, mong sớm xử lý. '
    || id
"""
# Every request ends its list at another moment of the last month.
SCRIPT = """
local number = 0
request = function()
  number = number + 1
  local left = number * 37 %% 2000000
  return wrk.format("GET", string.format("%(path)s?page_size=100&end_date=%%s",
    os.date("!%%Y-%%m-%%dT%%H:%%M:%%SZ", os.time() - left)))
end
"""


def run() -> bool:
    """Measure, and tell whether the limit holds."""
    with stand() as made:
        say(f"  {CASES:,} cases in {fill(made.url, CASES, events=False):.0f} s")
        with psycopg.connect(made.url, autocommit=True) as connection:
            connection.execute(RELEASE)
            connection.execute("VACUUM (FULL, ANALYZE) cases_case")
        address = made.web()
        bare = start_bare(made)
        kinds = {
            "bare": lambda: load(made, "bare", bare, "/requests.json"),
            "json": lambda: load(made, "web", address, "/open311/v2/requests.json"),
            "xml": lambda: load(made, "web", address, "/open311/v2/requests.xml"),
            "kept": lambda: kept(made, address),
        }
        full(address)
        loads = in_turn(measure.ROUNDS, **kinds)
        slowest = min((loads["json"], loads["xml"]), key=lambda each: each.per_second)
        return conclude(
            "open311-list",
            json_per_second=loads["json"].per_second,
            xml_per_second=loads["xml"].per_second,
            kept_per_second=loads["kept"].per_second,
            p95_ms=slowest.p95,
            cpu_ms=slowest.cpu,
            pss_mb=measure.pss_megabytes(measure.tree(made.running["web"].pid)),
            bytes_each=slowest.bytes_each,
            errors=sum(each.errors for each in loads.values()),
            reference=f"a bare Django view of the same rows with the ORM: {loads['bare'].per_second:.0f}/s, {loads['bare'].cpu:.2f} CPU ms",
            ratio=slowest.per_second / loads["bare"].per_second,
            limit=LIMIT,
            holds=slowest.per_second >= LIMIT["per_second"] and not sum(each.errors for each in loads.values()),
        )


def load(made: Stand, name: str, address: str, path: str) -> Load:
    """Ask for lists, each for another time."""
    return wrk(address, roots=lambda: [made.running[name].pid, *made.backends(name)], script=SCRIPT % {"path": path})


def kept(made: Stand, address: str) -> Load:
    """Ask for one list again and again."""
    url = f"{address}/open311/v2/requests.json?page_size=100"
    return wrk(url, roots=lambda: [made.running["web"].pid, *made.backends("web")])


def full(address: str) -> None:
    """Make sure that a list is full, else a short one is measured."""
    with urllib.request.urlopen(f"{address}/open311/v2/requests.json?page_size=100") as answer:
        found = json.loads(answer.read())
    if len(found) != 100:
        raise NotMeasured(f"a list has {len(found)} requests, not 100")


def start_bare(made: Stand) -> str:
    """Start the reference with the settings of our web server, and return its address."""
    port = measure.free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "2",
    ]
    made.start(
        "bare", [*command, "--blocking-threads", "16", "--no-ws", "--log-level", "warning", "bench.open311_bare:application"]
    )
    measure.wait_for_port(port)
    return f"http://127.0.0.1:{port}"
