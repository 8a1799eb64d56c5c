"""The doctor, as `make` runs it: with the system's Python, before anything is installed."""

from __future__ import annotations

import ast
import json
import socket
import subprocess
import sys
from pathlib import Path

from motcham.project import doctor

SOURCE = Path(doctor.__file__)


def findings(*arguments: str, **environment: str) -> dict[str, dict[str, str]]:
    """Run it with nothing but the standard library and this environment."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SOURCE), "--json", *arguments],
        env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    facts = json.loads(done.stdout)
    assert done.returncode == (0 if facts["holds"] else 1)
    return {item["name"]: item for item in facts["findings"]}


def test_an_old_python_gets_an_answer_and_no_syntax_error() -> None:
    ast.parse(SOURCE.read_text(), feature_version=(3, 8))


def test_what_is_missing_comes_with_the_command_that_mends_it() -> None:
    found = findings("--port", "0", PATH="/nowhere")
    for name, package in (("node", "nodejs"), ("npm", "npm")):
        assert not found[name]["holds"]
        assert package in found[name]["mend"]


def test_a_taken_port_is_named_with_one_that_may_be_free() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = findings("--port", str(port))["port"]
    assert not found["holds"]
    assert str(port) in found["vi"]
    assert str(port) in found["en"]
    assert found["mend"] == f"make demo PORT={port + 1}"
    assert findings("--port", str(port))["port"]["holds"]


def test_a_proxy_must_be_readable_and_leave_this_machine_out() -> None:
    assert findings("--port", "0")["proxy"]["holds"]
    assert findings("--port", "0", https_proxy="proxy:3128")["proxy"]["mend"] == "export https_proxy=http://proxy:3128"
    assert "no_proxy" in findings("--port", "0", HTTP_PROXY="http://proxy:3128")["proxy"]["mend"]
    assert findings("--port", "0", HTTP_PROXY="http://proxy:3128", no_proxy="127.0.0.1, localhost")["proxy"]["holds"]


def test_every_finding_is_said_in_both_languages() -> None:
    for item in findings().values():
        assert item["vi"]
        assert item["en"]
        assert item["vi"] != item["en"] or item["name"] == "npm"
