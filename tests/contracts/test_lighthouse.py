"""The benchmark by Lighthouse: a recording that went wrong is made again, twice at most; a page that is wrong is not."""

from __future__ import annotations

import importlib
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

PROGRAM = """#!{python}
import json, sys
from pathlib import Path
runs = Path({runs!r})
runs.write_text(runs.read_text() + "x" if runs.exists() else "x")
fails = len(runs.read_text()) <= {fails}
report = {{"audits": {{}}, "categories": {{name: {{"id": name, "score": 1, "auditRefs": []}} for name in {names!r}}}}}
if fails:
    report["runtimeError"] = {{"code": {code!r}, "message": ""}}
into = next(each for each in sys.argv if each.startswith("--output-path=")).partition("=")[2]
Path(into).write_text(json.dumps(report))
sys.exit({code!r} if fails else 0)
"""


@pytest.mark.parametrize(
    ("code", "fails", "runs"),
    [
        ("NO_NAVSTART", 0, 1),
        ("NO_NAVSTART", 2, 3),
        ("NO_NAVSTART", 9, 3),
        ("ERRORED_DOCUMENT_REQUEST", 9, 1),
    ],
)
def test_only_a_recording_that_went_wrong_is_made_again_and_twice_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, fails: int, runs: int
):
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    lighthouse = importlib.import_module("bench.lighthouse")
    program, counted = tmp_path / "lighthouse", tmp_path / "runs"
    names = lighthouse.CATEGORIES
    program.write_text(PROGRAM.format(python=sys.executable, runs=str(counted), fails=fails, code=code, names=names))
    program.chmod(0o755)
    with nullcontext() if fails < runs else pytest.raises(lighthouse.NotMeasured, match=code):
        assert set(lighthouse.judged("http://127.0.0.1/", tmp_path / "report.json", program=program).values()) == {100}
    assert len(counted.read_text()) == runs
