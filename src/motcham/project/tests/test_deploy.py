"""What is shipped for production: units that call verbs there are, and an nginx that keeps public pages only."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from motcham.project.cli import VERBS
from motcham.project.testing import PATIENCE, free_port, until

DEPLOY = Path(__file__).resolve().parents[4] / "deploy"
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")


def test_the_command_line_of_a_server_has_the_settings_of_its_services(tmp_path: Path) -> None:
    settings = tmp_path / "motcham.env"
    settings.write_text("# of the services\nDATABASE_URL=postgresql://a:b c@d/e?host=/x&port=1\nMOTCHAM_HOSTS=*\n")
    program = (DEPLOY / "motcham").read_text().replace("/etc/motcham/motcham.env", str(settings))
    shown = program.replace("/opt/motcham/.venv/bin/motcham", "sh -c 'env; echo \"said=$1\"' sh")
    said = subprocess.run(["sh", "-c", shown, "motcham", "two words"], capture_output=True, text=True, check=True, cwd=tmp_path)
    lines = said.stdout.splitlines()
    assert {"MOTCHAM_HOME=/var/lib/motcham", "MOTCHAM_HOSTS=*", "said=two words"} <= set(lines)
    assert "DATABASE_URL=postgresql://a:b c@d/e?host=/x&port=1" in lines


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("systemd/*.service")), ids=lambda path: path.name)
def test_each_unit_runs_a_verb_that_there_is(unit: Path) -> None:
    verbs = re.findall(r"^ExecStart=/opt/motcham/.venv/bin/motcham ([a-z-]+)", unit.read_text(), re.MULTILINE)
    assert verbs
    assert set(verbs) <= set(VERBS)


def test_each_unit_that_is_wanted_is_shipped() -> None:
    for unit in DEPLOY.glob("systemd/*"):
        for wanted in re.findall(r"motcham[a-z-]*\.(?:service|target|timer)", unit.read_text()):
            assert (DEPLOY / "systemd" / wanted).exists(), f"{unit.name} wants {wanted}"


class Upstream(BaseHTTPRequestHandler):
    """Counts what reaches it, and answers each address in its own way."""

    asked: dict[str, int]

    def do_GET(self) -> None:
        key = f"{self.path} {self.headers['Accept-Language']}"
        self.asked[key] = self.asked.get(key, 0) + 1
        body = f"{key} {self.asked[key]}".encode()
        self.send_response(200)
        if self.path.startswith("/public"):
            self.send_header("Cache-Control", "public, max-age=60")
        self.send_header("Vary", "Cookie, Accept-Language")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def front() -> Iterator[str]:
    """Run the shipped nginx configuration before an upstream of ours."""
    if NGINX is None:
        pytest.fail("nginx is missing: make test installs it, or says how")
    folder = Path(tempfile.mkdtemp(prefix="mc-"))
    folder.chmod(0o755)
    handler = type("Handler", (Upstream,), {"asked": {}})
    upstream = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=upstream.serve_forever, kwargs={"poll_interval": 0.05}).start()
    port = free_port()
    ours = (DEPLOY / "nginx" / "motcham.conf").read_text()
    ours = ours.replace("127.0.0.1:8000", f"127.0.0.1:{upstream.server_port}").replace("listen 80;", f"listen 127.0.0.1:{port};")
    ours = ours.replace("/var/lib/nginx/motcham", str(folder / "cache")).replace("/var/log/nginx", str(folder))
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; worker_processes 1; pid {folder}/pid; error_log stderr warn;\n"
        f"events {{}}\nhttp {{ access_log off; {temporary}\n{ours}\n}}"
    )
    process = subprocess.Popen(
        [NGINX, "-e", "stderr", "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.PIPE
    )

    def listens() -> bool:
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    until(listens)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.communicate(timeout=PATIENCE)
    upstream.shutdown()
    upstream.server_close()
    shutil.rmtree(folder, ignore_errors=True)


def get(address: str, **headers: str) -> str:
    request = urllib.request.Request(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


def test_public_pages_are_kept_once_for_each_language(front: str) -> None:
    assert get(f"{front}/public") == "/public vi 1"
    assert get(f"{front}/public", Accept_Language="vi-VN,en;q=0.5") == "/public vi 1"
    assert get(f"{front}/public", Accept_Language="fr") == "/public vi 1"
    assert get(f"{front}/public", Accept_Language="en-GB") == "/public en 1"
    assert get(f"{front}/public", Cookie="language=en") == "/public en 1"


def test_what_is_not_public_and_whoever_has_a_session_goes_straight_through(front: str) -> None:
    assert get(f"{front}/mine") == "/mine vi 1"
    assert get(f"{front}/mine") == "/mine vi 2"
    assert get(f"{front}/public") == "/public vi 1"
    assert get(f"{front}/public", Cookie="sessionid=abc") == "/public vi 2"
    assert get(f"{front}/public") == "/public vi 1", "the signed-in page was not kept for others"
