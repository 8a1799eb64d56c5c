"""Check that this machine has what is needed, each failure with the command that mends it: standard library only.

`make doctor` runs this file with the system's Python, before anything is installed; keep it readable by Python 3.8, so
that an old one gets an answer and not a syntax error.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

PYTHON = (3, 11)
NODE = 18
DISK_GB = 2.0
UNPACKING_GB = 0.5


@dataclass(frozen=True)
class Finding:
    """One thing that was checked: whether it holds, in both languages, and what to type if not."""

    name: str
    holds: bool
    vi: str
    en: str
    mend: str = ""


def check_python() -> Finding:
    """Python itself."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    needed = ".".join(str(part) for part in PYTHON)
    newer = next((name for minor in range(19, PYTHON[1] - 1, -1) if shutil.which(name := f"python3.{minor}")), None)
    return Finding(
        "python",
        sys.version_info[:2] >= PYTHON,
        f"Python {version} (cần ≥ {needed})",
        f"Python {version} (needed: ≥ {needed})",
        f"export PYTHON={newer}" if newer else "sudo apt-get install python3 python3-venv",
    )


def check_venv() -> Finding:
    """The modules that make a virtual environment; Debian packages them apart."""
    done = subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False)
    return Finding(
        "venv",
        done.returncode == 0,
        "mô-đun venv và ensurepip",
        "modules venv and ensurepip",
        "sudo apt-get install python3-venv",
    )


def _version(program: str) -> tuple[int, str] | None:
    path = shutil.which(program)
    if path is None:
        return None
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"(\d+)\.", said)
    return (int(found.group(1)), said) if found else None


def check_node() -> Finding:
    """Node.js, which fetches fonts and scripts of the pages at set-up; it does not run afterwards."""
    version = _version("node")
    return Finding(
        "node",
        version is not None and version[0] >= NODE,
        f"Node.js {version[1]} (cần ≥ {NODE})" if version else f"Không có Node.js (cần ≥ {NODE}).",
        f"Node.js {version[1]} (needed: ≥ {NODE})" if version else f"There is no Node.js (needed: ≥ {NODE}).",
        "sudo apt-get install nodejs npm",
    )


def check_npm() -> Finding:
    """The package client of Node.js."""
    version = _version("npm")
    vi, en = (f"npm {version[1]}",) * 2 if version else ("Không có npm.", "There is no npm.")
    return Finding("npm", version is not None, vi, en, "sudo apt-get install npm")


def check_port(host: str, port: int, again: str = "make demo PORT={}") -> Finding:
    """The port of the web server: there is such a one, it may be had, and nobody else listens on it."""
    if not 0 < port < 65536:
        return Finding("port", False, f"Cổng {port} không có; cổng là số từ 1 đến 65535.",
                       f"There is no port {port}; ports go from 1 to 65535.", again.format(8000))  # fmt: skip
    problem = _why_not(host, port)
    if problem == errno.EACCES:
        return Finding("port", False, f"Cổng {port} chỉ dành cho root.", f"Port {port} is for root only.", again.format(8080))
    if problem == errno.EADDRNOTAVAIL:
        return Finding("port", False, f"Máy này không có địa chỉ {host}.", f"This machine does not have the address {host}.",
                       "ip -brief address")  # fmt: skip
    free = next((each for each in range(port + 1, min(port + 100, 65536)) if _why_not(host, each) is None), 8000)
    return Finding("port", problem is None, f"Cổng {port} đang có chương trình khác dùng." if problem else f"cổng {port} còn trống",
                   f"Port {port} is used by another program." if problem else f"port {port} is free", again.format(free))  # fmt: skip


def _why_not(host: str, port: int) -> int | None:
    """Return the number of the error with which the kernel refuses a port, or None where it is free."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror:
            return errno.EADDRNOTAVAIL
        except OSError as refused:
            return refused.errno
    return None


def check_disk(folder: Path, needed: float, mend: str) -> Finding:
    """Free space where the packages and the data go, or where packages are unpacked."""
    free = shutil.disk_usage(folder).free / 1e9
    return Finding("disk", free >= needed, f"còn trống {free:.1f} GB ở {folder} (cần ≥ {needed:g})",
                   f"{free:.1f} GB free in {folder} (needed: ≥ {needed:g})", mend)  # fmt: skip


def check_writable(folder: Path) -> Finding:
    """The clone itself: set-up writes into it."""
    holds = os.access(folder, os.W_OK)
    return Finding("folder", holds, f"ghi được vào {folder}" if holds else f"Không ghi được vào {folder}.",
                   f"{folder} can be written to" if holds else f"{folder} cannot be written to.",
                   f'sudo chown -R "$(id -un)" "{folder}"')  # fmt: skip


def check_environment(folder: Path) -> Finding:
    """What was set up before: it still works, and it is of this folder, which may have been moved or copied."""
    python = folder / ".venv/bin/python"
    holds = True
    if (folder / ".venv/bin/.installed").exists():
        asked = [str(python), "-P", "-c", "import motcham; print(motcham.__path__[0])"]
        done = subprocess.run(asked, capture_output=True, text=True, cwd="/", check=False) if python.exists() else None
        holds = done is not None and done.stdout.strip() == str(folder / "src/motcham")
    return Finding("environment", holds, ".venv là của thư mục này" if holds else "Thư mục đã dời chỗ hoặc Python đã đổi: .venv cần làm lại.",
                   ".venv belongs to this folder" if holds else "The folder was moved or Python has changed: .venv must be made anew.",
                   "rm -rf .venv && make setup")  # fmt: skip


def check_proxy(*, must_answer: bool) -> Finding:
    """Proxy variables that the package clients cannot read, whose proxy is not there, or that do not spare this machine."""
    names = ("http_proxy", "https_proxy", "all_proxy")
    given = {name: os.environ.get(name) or os.environ.get(name.upper()) or "" for name in names}
    given = {name: value for name, value in given.items() if value}
    skipped = (os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or "").replace(" ", "").split(",")
    if not given:
        return Finding("proxy", True, "không qua proxy", "no proxy")
    for name, value in given.items():
        if not re.match(r"(https?|socks\w*)://", value):
            return Finding("proxy", False, f"Biến {name} thiếu http:// ở đầu.", f"The variable {name} lacks http:// in front.",
                           f"export {name}=http://{value}")  # fmt: skip
        if must_answer and not _listens(value):
            return Finding("proxy", False, f"Proxy trong biến {name} không trả lời.", f"The proxy of the variable {name} does not answer.",
                           f"unset {name} {name.upper()}")  # fmt: skip
    loopback = "*" in skipped or {"127.0.0.1", "localhost"} <= set(skipped)
    return Finding("proxy", loopback, "proxy có trừ máy này" if loopback else "Biến proxy chưa trừ máy này (127.0.0.1, localhost).",
                   "the proxy leaves out this machine" if loopback else "The proxy variables do not leave out this machine (127.0.0.1, localhost).",
                   "export no_proxy=127.0.0.1,localhost NO_PROXY=127.0.0.1,localhost")  # fmt: skip


def _listens(proxy: str) -> bool:
    """Tell whether somebody listens at the address of a proxy."""
    try:
        parts = urlsplit(proxy)
        usual = {"http": 80, "https": 443}.get(parts.scheme, 1080)
        socket.create_connection((parts.hostname or "", parts.port or usual), timeout=5).close()
    except (OSError, ValueError):
        return False
    return True


def findings(port: int, folder: Path) -> list[Finding]:
    """Check everything, in the order in which it would fail."""
    is_set_up = (folder / ".venv/bin/.installed").exists()
    elsewhere = f'mkdir -p "{folder}/build/tmp" && export TMPDIR="{folder}/build/tmp"'
    checks: list[Callable[[], Finding]] = [
        check_python,
        check_venv,
        check_node,
        check_npm,
        lambda: check_writable(folder),
        lambda: check_environment(folder),
        lambda: check_disk(folder, DISK_GB, f'sudo apt-get clean; df -h "{folder}"'),
        lambda: check_disk(Path(tempfile.gettempdir()), UNPACKING_GB, elsewhere),
        lambda: check_proxy(must_answer=not is_set_up),
    ]
    if port:
        checks.append(lambda: check_port("127.0.0.1", port))
    return [check() for check in checks]


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}': cần một số từ 1 đến 65535. / A number from 1 to 65535.")
    return int(text)


def main(arguments: list[str]) -> int:
    """Print what was found; 0 where everything holds."""
    parser = argparse.ArgumentParser(description="Kiểm tra máy. / Check the machine.")
    parser.add_argument("--json", action="store_true", help="JSON")
    parser.add_argument("--quiet", action="store_true", help="Chỉ in lỗi. / Print failures only.")
    parser.add_argument("--port", type=_number, default=8000, help="Cổng, 0: không kiểm tra. / Port, 0: not checked.")
    chosen = parser.parse_args(arguments)
    found = findings(chosen.port, Path.cwd())
    if chosen.json:
        print(
            json.dumps(
                {"holds": all(item.holds for item in found), "findings": [asdict(item) for item in found]}, ensure_ascii=False
            )
        )
    else:
        for item in found:
            if not item.holds:
                print(f"✗ {item.vi}\n  {item.en}\n  → {item.mend}", file=sys.stderr)
            elif not chosen.quiet:
                print(f"✓ {item.vi} / {item.en}")
    return 0 if all(item.holds for item in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
