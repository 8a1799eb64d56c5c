"""`late-tomorrow`: what is late tomorrow, at 100 thousand and at 1 million dossiers: agency by agency with its counts, for an
inspector, a leader, whoever stands in many agencies and one ward; first pages and later ones, all kinds and dossiers alone.

In both cities the same number of dossiers is due by tomorrow, so that what grows is the million around them. What is timed is
the whole answer of the server: session and permissions, counts and rows, page and all. Reference: the same pages at a tenth.
"""

from __future__ import annotations

import html
import re

import psycopg

from bench import cases_inbox
from bench.cases_inbox import LARGE, SMALL, answer_rounds, client_class, in_rounds, judged, officers
from bench.fill import fill
from bench.measure import say, stand

LIMIT = {"p95_ms": 30, "growth": 1.3}
DUE = 2_000
# Open dossiers become due between now and tomorrow's end of office hours, over all agencies as they come; every second is held.
TOMORROW = """
UPDATE cases_case SET late_at = NULL, holder_id = CASE WHEN random() < 0.5 THEN (SELECT min(id) FROM identity_post) END,
    due_at = now() + interval '1 hour' + random() * (((now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 1 + time '17:00')
        AT TIME ZONE 'Asia/Ho_Chi_Minh' - now() - interval '1 hour')
WHERE id IN (SELECT id FROM cases_case WHERE state = 'open' ORDER BY md5(id::text) LIMIT %s)
"""


def run() -> bool:
    """Measure, and tell whether the limits hold."""
    with stand() as few, stand() as many:
        for made, number in ((few, SMALL), (many, LARGE)):
            say(f"  {number:,} dossiers in {fill(made.url, number, events=False, dossiers=True):.0f} s")
            with psycopg.connect(made.url, autocommit=True) as connection:
                due = connection.execute(TOMORROW, [DUE]).rowcount
                connection.execute("VACUUM (ANALYZE) cases_case")
            say(f"  {due:,} of them due by tomorrow")
        small, large = in_rounds(few, many, module="bench.late_tomorrow")
    return judged("late-tomorrow", small, large, LIMIT, dossiers=LARGE, due_by_tomorrow=DUE)


def main() -> None:
    """Find the pages, and answer rounds of them."""
    pages = []
    for who, client in officers(client_class()):
        for what, kind in (("all kinds", ""), ("dossiers", "type=public_services.")):
            address = f"/desk/tomorrow/?{kind}"
            for depth in range(max(cases_inbox.DEPTHS) + 1):
                text = client.get(address).content.decode()
                if depth in cases_inbox.DEPTHS:
                    pages.append((f"{what}, {who}, page {depth + 1}", client, address, text.count('<th scope="row">')))
                found = re.findall(r'href="(\?[^"]*\bfrom=[^"]*)"', text)
                if not found:
                    break
                address = f"/desk/tomorrow/{html.unescape(found[-1])}"
        address = "/desk/?list=soon&agency=all&type=public_services."
        pages.append((f"inbox, {who}", client, address, client.get(address).content.decode().count('<div class="what">')))
    answer_rounds(pages)


if __name__ == "__main__":
    main()
