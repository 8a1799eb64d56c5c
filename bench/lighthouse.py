"""`lighthouse`: the public pages of the demo as Google's Lighthouse judges them on a slow telephone, in all four categories.

Reference: 100, the most there is. Each page is judged over several rounds, and the median counts: how fast a page comes
up depends on what else the machine does. Lighthouse is installed with the tools of the tests and calls nobody.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.measure import ROUNDS, NotMeasured, conclude, free_port, say, stand, wait_for

LIMIT = {"score": 95}
PAGES = {
    "home": "/",
    "form": "/1022/",
    "services": "/services/",
    "track": "/track/",
    "board": "/board/",
    "reports": "/1022/reports/",
    "places": "/places/",
    "ledger": "/ledger/",
    "sign-in": "/account/login/",
}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PROGRAM = Path(__file__).parents[1] / "node_modules/.bin/lighthouse"
OF_THE_RECORDING = frozenset({"NO_TRACING_STARTED", "NO_RESOURCE_REQUEST", "NO_NAVSTART", "NO_DCL"})
"""Errors of which Lighthouse says that the recording went wrong, not the page, and asks to be run again."""
AGAIN = 2
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --no-first-run"


def run() -> bool:
    """Measure, and tell whether the limits hold."""
    scores: dict[str, dict[str, float]] = {}
    with stand(mode="demo", prepare=False) as made:
        if made.cluster:
            # `motcham up` starts a database of its own.
            made.cluster.stop(made.database)
            made.database = None
            made.env.pop("DATABASE_URL")
        port = free_port()
        made.start("up", PORT=str(port))
        wait_for(f"http://127.0.0.1:{port}/health/", within=600)
        for name, path in PAGES.items():
            rounds = [judged(f"http://127.0.0.1:{port}{path}", made.folder / f"{name}.json") for _ in range(ROUNDS)]
            scores[name] = {category: statistics.median(each[category] for each in rounds) for category in CATEGORIES}
            say(f"  {name:<10} " + "  ".join(f"{category} {score:.0f}" for category, score in scores[name].items()))
        made.stop("up")
    least = {category.replace("-", "_"): min(each[category] for each in scores.values()) for category in CATEGORIES}
    return conclude(
        "lighthouse",
        pages=len(scores),
        **least,
        worst=min(scores, key=lambda name: sum(scores[name].values())),
        reference="100, the most there is",
        ratio=min(least.values()) / 100,
        limit=LIMIT,
        holds=min(least.values()) >= LIMIT["score"],
    )


def judged(url: str, into: Path, *, program: Path = PROGRAM) -> dict[str, float]:
    """Return Lighthouse's scores of one page, 0 to 100; what it complains of is printed."""
    if not program.exists():
        raise NotMeasured("Lighthouse is not installed: make setup-tests")
    for left in reversed(range(AGAIN + 1)):
        report, problem = _report(url, into, program)
        if not problem:
            return _scores(report)
        code = report.get("runtimeError", {}).get("code")
        if not left or code not in OF_THE_RECORDING:
            break
        say(f"      once more: {code}")
    raise NotMeasured(f"Lighthouse: {problem}")


def _report(url: str, into: Path, program: Path) -> tuple[dict[str, Any], str]:
    """Return what Lighthouse wrote of a page, and what it says went wrong: it writes its report then too."""
    into.unlink(missing_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    asked = [str(program), url, "--quiet", "--output=json", f"--output-path={into}", f"--chrome-flags={FLAGS}"]
    done = subprocess.run(
        [*asked, f"--only-categories={','.join(CATEGORIES)}"],
        env={**os.environ, "CHROME_PATH": chromium},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    report = json.loads(into.read_text()) if into.exists() else {}
    return report, (done.stderr[-1000:] or f"exit {done.returncode}") if done.returncode else ""


def _scores(report: Mapping[str, Any]) -> dict[str, float]:
    for category in report["categories"].values():
        for each in category["auditRefs"]:
            audit = report["audits"][each["id"]]
            if each["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                say(f"      {category['id']}: {each['id']} {audit.get('displayValue', '')}")
    return {name: 100 * (report["categories"][name]["score"] or 0) for name in CATEGORIES}
