"""`cases-inbox`: the officer's page of work, at 100 thousand and at 1 million cases: every list, first pages and deep ones, narrowed by words and category, every set of permissions.

What is timed is the whole answer of the server, session and permissions, queries and counts, page and all. Reference: the
same pages at a tenth of the cases; of these only such as are full at both sizes, for a page with fewer lines is cheaper.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from bench.fill import fill
from bench.measure import NotMeasured, Stand, conclude, percentile, say, stand

LIMIT = {"p95_ms": 30, "growth": 1.3}
LARGE = int(os.environ.get("BENCH_CASES", "1000000"))
SMALL = LARGE // 10
TIMES = int(os.environ.get("BENCH_TIMES", "60"))
DEPTHS = (0, 1, 8)
FULL = 25
# What narrows a list: a category that is rare or common, words, and a list that everyone here kept, counted on every page.
NARROWED = {
    "a rare category": "list=due&category=category.39",
    "a common category, closed": "list=closed&category=category.01",
    "a street": "list=all&q=duong+so+12",
    "a rare word and a category": "list=closed&q=so+990&category=category.03",
    "what nobody holds": "list=due&held=nobody",
}
KEPT = {"queue": "closed", "text": "duong so 7", "category": "category.02"}


def run() -> bool:
    """Measure, and tell whether the limits hold."""
    with stand() as few, stand() as many:
        for made, number in ((few, SMALL), (many, LARGE)):
            say(f"  {number:,} cases in {fill(made.url, number, events=False):.0f} s")
        small, large = in_rounds(few, many)
    return judged("cases-inbox", small, large, LIMIT, cases=LARGE)


def judged(
    name: str, small: dict[str, dict[str, Any]], large: dict[str, dict[str, Any]], limit: dict[str, float], **told: Any
) -> bool:
    """Print what was measured of some pages at two sizes, and tell whether the slowest page and the growth are within the limit."""
    worst = max(large, key=lambda each: percentile(large[each]["times"], 0.95))
    full = [each for each in large if each in small and small[each]["lines"] == large[each]["lines"] == FULL]
    growth = sum(percentile(large[each]["times"], 0.5) for each in full) / sum(
        percentile(small[each]["times"], 0.5) for each in full
    )
    every = [value for page in large.values() for value in page["times"]]
    p95 = percentile(large[worst]["times"], 0.95)
    return conclude(
        name,
        **told,
        pages=len(large),
        p50_ms=percentile(every, 0.5),
        p95_ms=percentile(every, 0.95),
        worst=worst,
        worst_p95_ms=p95,
        reference=f"the same pages at {SMALL} cases, in turn ({len(full)} that are full at both sizes)",
        ratio=growth,
        limit=limit,
        holds=p95 <= limit["p95_ms"] and growth <= limit["growth"],
    )


def in_rounds(*stands: Stand, module: str = "bench.cases_inbox") -> list[dict[str, dict[str, Any]]]:
    """Return for each installation its pages, with their milliseconds and how many lines they have; measured in turn."""
    processes = [
        subprocess.Popen([sys.executable, "-m", module], env=made.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for made in stands
    ]
    try:
        found = [{name: {"times": [], "lines": lines} for name, lines in _ask(process).items()} for process in processes]
        for _ in range(TIMES):
            for process, pages in zip(processes, found, strict=True):
                for name, milliseconds in _ask(process).items():
                    pages[name]["times"].append(milliseconds)
    finally:
        for process in processes:
            process.kill()
            process.wait()
    for name, page in found[-1].items():
        times = page["times"]
        say(
            f"    {name:<44} {page['lines']:>3} lines  p50 {percentile(times, 0.5):>7.2f}  p95 {percentile(times, 0.95):>7.2f} ms"
        )
    return found


def _ask(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise NotMeasured("the process that asks for the pages has ended")
    found: dict[str, Any] = json.loads(line)
    return found


def client_class() -> Any:
    """Return Django's test client in a house that answers as the web server does."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    # The test client's own answer to a page is to keep what every template was given.
    from django.test.signals import template_rendered
    from django.test.utils import setup_test_environment

    settings.ALLOWED_HOSTS = ["*"]
    setup_test_environment(debug=False)
    template_rendered.receivers = []
    return Client


def answer_rounds(pages: list[tuple[str, Any, str, int]]) -> None:
    """Print how many lines each page (name, client, address, lines) has; then for each line of input time each page once, and
    print the times."""
    import time

    # As the web server does when it has loaded everything.
    gc.collect()
    gc.freeze()
    # Round by round, so that what else the machine does for a moment is not taken for the cost of one page.
    sys.stdin.readline()
    print(json.dumps({name: lines for name, _client, _address, lines in pages}), flush=True)
    while sys.stdin.readline():
        times = {}
        for name, client, address, _lines in pages:
            started = time.perf_counter()
            answer = client.get(address)
            times[name] = (time.perf_counter() - started) * 1000
            assert answer.status_code == 200, answer
        print(json.dumps(times), flush=True)


def main() -> None:
    """Find the pages, and answer rounds of them."""
    pages = []
    for who, client in officers(client_class()):
        for kind in ("due", "late", "soon", "waiting", "closed"):
            following = ""
            for depth in range(max(DEPTHS) + 1):
                address = f"/desk/?list={kind}&agency=all{following}"
                text = client.get(address).content.decode()
                if depth in DEPTHS:
                    pages.append((f"{kind}, {who}, page {depth + 1}", client, address, text.count('<div class="what">')))
                after = text.rpartition("after=")[2].partition('"')[0].partition("&")[0] if "after=" in text else ""
                if not after:
                    break
                following = f"&after={after}"
        for name, query in NARROWED.items():
            address = f"/desk/?agency=all&{query}"
            pages.append((f"{name}, {who}", client, address, client.get(address).content.decode().count('<div class="what">')))
    answer_rounds(pages)


def officers(client: Any) -> Iterator[tuple[str, Any]]:
    """Sign in officers with different rights: one agency, many, all of them one by one, and the whole city."""
    from datetime import date

    from django.contrib.auth import get_user_model

    from motcham.blocks.cases.actions_desk import keep_filter
    from motcham.blocks.cases.lists import Wanted
    from motcham.blocks.identity import api as identity
    from motcham.blocks.identity.define import Actor

    by, agencies = Actor.system("bench"), sorted(identity.agencies(), key=lambda each: each.code)
    department = next(each for each in agencies if each.kind == "department")
    for who, role, held in (
        ("a ward", "ward_officer", ["ward.26740"]),
        ("a department", "department_officer", [department.code]),
        ("40 agencies", "ward_officer", [each.code for each in agencies[:40]]),
        (f"all {len(agencies)} one by one", "ward_officer", [each.code for each in agencies]),
        ("the city", "city_leader", ["city.leadership"]),
        ("an inspector", "inspector", ["department.inspectorate"]),
    ):
        account = identity.ensure_account(by=by, username=f"bench-{who}", display_name=who)
        for code in held:
            identity.ensure_post(by=by, account_id=account, agency_code=code, role=role, valid_from=date(2025, 7, 1))
        actor = identity.actor(account_id=account)
        assert actor is not None
        keep_filter(by=actor, name="bench", wanted=Wanted.from_data(KEPT))
        one = client()
        one.force_login(get_user_model().objects.get(id=account), backend="django.contrib.auth.backends.ModelBackend")
        session = one.session
        session["sign_in"] = {"how": "vouched", "level": 2, "factor": False, "at": 0}
        session.save()
        yield who, one


if __name__ == "__main__":
    main()
