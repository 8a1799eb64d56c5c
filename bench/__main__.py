"""`python -m bench [NAME …]`: run all benchmarks, or those named; the exit code is 0 where every limit holds."""

from __future__ import annotations

import importlib
import signal
import sys
import traceback

from bench import measure

NAMES = (
    "cases-open",
    "cases-inbox",
    "late-tomorrow",
    "dossier-file",
    "near-reports",
    "board",
    "ledger",
    "public-pages",
    "open311-list",
    "open311-post",
    "locate",
    "address-find",
    "procedure-search",
    "signin",
    "memory",
    "slip-pdf",
    "upload",
    "lighthouse",
)


def main(names: list[str]) -> int:
    """Run benchmarks one after another; one that cannot be run does not stop the others."""
    # Whoever stops a benchmark stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    failed = []
    for name in names or NAMES:
        if name not in NAMES:
            print(f"There is no benchmark called '{name}'. There are: {', '.join(NAMES)}.", file=sys.stderr)
            return 2
        print(f"\n== {name}", flush=True)
        measure.begin()
        try:
            if not importlib.import_module(f"bench.{name.replace('-', '_')}").run():
                failed.append(name)
        except Exception:  # noqa: BLE001 -- whatever one benchmark meets, the others go on
            traceback.print_exc()
            failed.append(name)
    if failed:
        print(f"\nnot within their limits: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
