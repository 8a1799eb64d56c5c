"""Check that this machine has what is needed, each failure with the command that mends it: standard library only.

`make doctor` runs this file with the system's Python, before anything is installed; keep it readable by Python 3.8, so
that an old one gets an answer and not a syntax error.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

PYTHON = (3, 11)
NODE = 18
DISK_GB = 2.0


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
    return Finding(
        "python",
        sys.version_info[:2] >= PYTHON,
        f"Python {version} (cần ≥ {needed})",
        f"Python {version} (needed: ≥ {needed})",
        "sudo apt-get install python3 python3-venv   # make PYTHON=/path/to/python3.11",
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
    said = version[1] if version else "-"
    return Finding(
        "node",
        version is not None and version[0] >= NODE,
        f"Node.js {said} (cần ≥ {NODE})",
        f"Node.js {said} (needed: ≥ {NODE})",
        "sudo apt-get install nodejs npm",
    )


def check_npm() -> Finding:
    """The package client of Node.js."""
    version = _version("npm")
    said = version[1] if version else "-"
    return Finding("npm", version is not None, f"npm {said}", f"npm {said}", "sudo apt-get install npm")


def check_port(host: str, port: int) -> Finding:
    """The port of the web server: nobody else listens on it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            holds = True
        except OSError:
            holds = False
    return Finding("port", holds, f"cổng {port} còn trống" if holds else f"Cổng {port} đang có chương trình khác dùng.",
                   f"port {port} is free" if holds else f"Port {port} is used by another program.", f"make demo PORT={port + 1}")  # fmt: skip


def check_disk(folder: Path) -> Finding:
    """Free space where the packages and the data go."""
    free = shutil.disk_usage(folder).free / 1e9
    return Finding("disk", free >= DISK_GB, f"còn trống {free:.1f} GB ở {folder} (cần ≥ {DISK_GB:.0f})",
                   f"{free:.1f} GB free in {folder} (needed: ≥ {DISK_GB:.0f})", f"df -h {folder}")  # fmt: skip


def check_writable(folder: Path) -> Finding:
    """The clone itself: set-up writes into it."""
    return Finding(
        "folder",
        os.access(folder, os.W_OK),
        f"ghi được vào {folder}",
        f"{folder} can be written to",
        f"sudo chown -R $(id -un) {folder}",
    )


def check_proxy() -> Finding:
    """Proxy variables that would send loopback requests away, or that the package clients cannot read."""
    names = ("http_proxy", "https_proxy", "all_proxy")
    given = {name: os.environ.get(name) or os.environ.get(name.upper()) for name in names}
    given = {name: value for name, value in given.items() if value}
    skipped = (os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or "").replace(" ", "").split(",")
    if not given:
        return Finding("proxy", True, "không qua proxy", "no proxy")
    odd = [name for name, value in given.items() if not re.match(r"(https?|socks\w*)://", value or "")]
    if odd:
        return Finding("proxy", False, f"Biến {odd[0]} thiếu http:// ở đầu.", f"The variable {odd[0]} lacks http:// in front.",
                       f"export {odd[0]}=http://{given[odd[0]]}")  # fmt: skip
    loopback = "*" in skipped or {"127.0.0.1", "localhost"} <= set(skipped)
    return Finding("proxy", loopback, "proxy có trừ máy này" if loopback else "Biến proxy chưa trừ máy này (127.0.0.1, localhost).",
                   "the proxy leaves out this machine" if loopback else "The proxy variables do not leave out this machine (127.0.0.1, localhost).",
                   "export no_proxy=127.0.0.1,localhost NO_PROXY=127.0.0.1,localhost")  # fmt: skip


def findings(port: int, folder: Path) -> list[Finding]:
    """Check everything, in the order in which it would fail."""
    checks: list[Callable[[], Finding]] = [
        check_python,
        check_venv,
        check_node,
        check_npm,
        lambda: check_writable(folder),
        lambda: check_disk(folder),
        check_proxy,
    ]
    if port:
        checks.append(lambda: check_port("127.0.0.1", port))
    return [check() for check in checks]


def main(arguments: list[str]) -> int:
    """Print what was found; 0 where everything holds."""
    parser = argparse.ArgumentParser(description="Kiểm tra máy. / Check the machine.")
    parser.add_argument("--json", action="store_true", help="JSON")
    parser.add_argument("--quiet", action="store_true", help="Chỉ in lỗi. / Print failures only.")
    parser.add_argument("--port", type=int, default=8000, help="Cổng, 0: không kiểm tra. / Port, 0: not checked.")
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
