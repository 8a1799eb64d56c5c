"""The doctor, as `make` runs it: with the system's Python, before anything is installed."""

from __future__ import annotations

import ast
import json
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from motcham.project import doctor
from motcham.project.testing import free_port

SOURCE = Path(doctor.__file__)
ROOT = SOURCE.parents[3]


def findings(*arguments: str, folder: Path = ROOT, **environment: str) -> dict[str, dict[str, str]]:
    """Run it with nothing but the standard library and this environment."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(SOURCE), "--json", *arguments],
        env={"PATH": "/usr/bin:/bin", **environment}, cwd=folder, capture_output=True, text=True, check=False,
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
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        found = findings("--port", str(port))["port"]
    assert not found["holds"]
    assert str(port) in found["vi"]
    assert str(port) in found["en"]
    assert int(found["mend"].removeprefix("make demo PORT=")) > port
    assert findings("--port", str(port))["port"]["holds"]


@pytest.mark.parametrize("port", ["99999", "65536"])
def test_a_port_that_there_is_not_is_refused_with_one_that_there_is(port: str) -> None:
    found = findings("--port", port)["port"]
    assert not found["holds"] and "65535" in found["vi"] and found["mend"] == "make demo PORT=8000"


def test_what_is_no_number_is_no_port() -> None:
    done = subprocess.run([sys.executable, str(SOURCE), "--port", "web"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "cần một số" in done.stderr and "Traceback" not in done.stderr


def test_an_address_of_another_machine_is_told_from_a_taken_port() -> None:
    found = doctor.check_port("192.0.2.1", 8000)
    assert not found.holds and "192.0.2.1" in found.en and "used" not in found.en


def set_up(folder: Path) -> Path:
    """Leave in a folder what a finished set-up leaves: here one of another folder."""
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/.installed").touch()
    (folder / ".venv/bin/python").symlink_to(sys.executable)
    return folder


def test_a_proxy_must_be_readable_and_leave_this_machine_out(tmp_path: Path) -> None:
    def proxy(**environment: str) -> dict[str, str]:
        return findings("--port", "0", folder=tmp_path, **environment)["proxy"]

    assert proxy()["holds"]
    assert proxy(https_proxy="proxy:3128")["mend"] == "export https_proxy=http://proxy:3128"
    set_up(tmp_path)
    assert "no_proxy" in proxy(HTTP_PROXY="http://proxy:3128")["mend"]
    assert proxy(HTTP_PROXY="http://proxy:3128", no_proxy="127.0.0.1, localhost")["holds"]


def test_a_proxy_that_is_not_there_is_found_out_before_packages_are_asked_of_it(tmp_path: Path) -> None:
    gone = {"https_proxy": f"http://127.0.0.1:{free_port()}", "no_proxy": "127.0.0.1,localhost"}
    found = findings("--port", "0", folder=tmp_path, **gone)["proxy"]
    assert not found["holds"] and found["mend"] == "unset https_proxy HTTPS_PROXY"
    assert findings("--port", "0", folder=set_up(tmp_path), **gone)["proxy"]["holds"], "nothing is fetched any more"


def test_a_folder_that_was_moved_is_set_up_anew(tmp_path: Path) -> None:
    assert findings("--port", "0", folder=tmp_path)["environment"]["holds"], "nothing is set up yet"
    found = findings("--port", "0", folder=set_up(tmp_path))["environment"]
    assert not found["holds"] and found["mend"] == "rm -rf .venv && make setup"


def test_a_full_disk_is_told_with_how_much_is_missing(tmp_path: Path) -> None:
    found = doctor.check_disk(tmp_path, 10**9, "make room")
    assert not found.holds and "1e+09" in found.en and found.mend == "make room"


def test_make_without_a_python_says_how_to_get_one() -> None:
    done = subprocess.run(
        ["make", "-s", "doctor", "PYTHON=python-of-nowhere"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0 and "Không tìm thấy python-of-nowhere" in done.stderr
    assert "sudo apt-get install python3 python3-venv" in done.stderr


def test_make_works_in_a_folder_of_any_name_and_looks_at_the_port_before_it_sets_up(tmp_path: Path) -> None:
    folder = tmp_path / "một chạm (1)"
    folder.mkdir()
    for name in ("requirements.lock", "pyproject.toml", "package.json", "package-lock.json"):
        (folder / name).touch()
    shutil.copy(ROOT / "Makefile", folder)
    done = subprocess.run(
        ["make", "-n", "--no-print-directory", "demo", "PORT=8123"], cwd=folder, capture_output=True, text=True, check=True
    )
    lines = [shlex.split(line, comments=True) for line in done.stdout.splitlines()]
    assert f"MOTCHAM_HOME={folder}/var/demo" in lines[-1] and "PORT=8123" in lines[-1]
    doctors = [line for line in lines if "src/motcham/project/doctor.py" in line]
    assert [line[-2:] for line in doctors] == [["--port", "8123"]] and lines.index(doctors[0]) < 2


def test_every_finding_is_said_in_both_languages() -> None:
    for item in findings().values():
        assert item["vi"]
        assert item["en"]
        assert item["vi"] != item["en"] or item["name"] == "npm"
