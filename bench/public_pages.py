"""`public-pages`: the board, its map and a tracking page, straight from the web server and behind the shipped nginx configuration.

Reference: the same nginx serving the same bytes as a file, in turn.
"""

from __future__ import annotations

import json
import re
import shutil
import urllib.request
from pathlib import Path

from bench import cases_open
from bench.fill import fill
from bench.measure import ROUNDS, Load, NotMeasured, Stand, conclude, free_port, in_turn, say, stand, wait_for, wrk

LIMIT = {"uncached_per_second": 400, "nginx_ratio": 0.5}
CASES = 50_000
SHIPPED = Path(__file__).parents[1] / "deploy/nginx/motcham.conf"
# What a browser sends and wrk does not; the pages are the same without it.
SCRIPT = 'request = function() return wrk.format("GET", nil, {["Accept"] = "text/html"}) end'
MAIN = """
daemon off;
%(user)s
pid %(folder)s/nginx.pid;
error_log %(folder)s/error.log;
worker_processes 2;
events { worker_connections 512; }
http {
    default_type text/html;
    access_log off;
    client_body_temp_path %(folder)s/body;
    proxy_temp_path %(folder)s/proxy;
    fastcgi_temp_path %(folder)s/fastcgi;
    scgi_temp_path %(folder)s/scgi;
    uwsgi_temp_path %(folder)s/uwsgi;
    sendfile on;
    include %(folder)s/motcham.conf;
    server { listen 127.0.0.1:%(plain)d; root %(folder)s/files; }
}
"""


def run() -> bool:
    """Measure, and tell whether the limits hold."""
    with stand() as made:
        fill(made.url, CASES)
        address = made.web()
        made.start("worker")
        token = cases_open.token_of(made, "intake_application", "desk.1022")
        code = opened(address, token)
        recount(made)
        pages = {"board": "/board/", "map": "/board/ward/26740/", "tracking": f"/track/{code}/"}
        front, plain = start_nginx(made, address)
        direct: dict[str, Load] = {}

        def web() -> list[int]:
            return [made.running["web"].pid, *made.backends("web")]

        def nginx() -> list[int]:
            return [made.running["nginx"].pid]

        proxied: dict[str, float] = {}
        for name, path in pages.items():
            (made.folder / "nginx/files" / f"{name}.html").write_bytes(read(front + path))
            loads = in_turn(
                ROUNDS,
                **{
                    f"{name}, uncached": lambda path=path: wrk(address + path, roots=web, script=SCRIPT),
                    f"{name}, behind nginx": lambda path=path: wrk(front + path, roots=nginx, script=SCRIPT),
                    f"{name}, a file": lambda name=name: wrk(f"{plain}/{name}.html", roots=nginx, script=SCRIPT),
                },
            )
            direct[name] = loads[f"{name}, uncached"]
            proxied[name] = loads[f"{name}, behind nginx"].per_second / loads[f"{name}, a file"].per_second
            if sum(each.errors for each in loads.values()):
                say(f"  {name}: errors")
        slowest = min(direct.values(), key=lambda each: each.per_second)
        holds = slowest.per_second >= LIMIT["uncached_per_second"] and min(proxied.values()) >= LIMIT["nginx_ratio"]
        return conclude(
            "public-pages",
            **{f"{name}_per_second": each.per_second for name, each in direct.items()},
            **{f"{name}_p95_ms": each.p95 for name, each in direct.items()},
            **{f"{name}_cpu_ms": each.cpu for name, each in direct.items()},
            **{f"{name}_nginx_ratio": each for name, each in proxied.items()},
            reference="nginx serving the same bytes as a file",
            ratio=min(proxied.values()),
            limit=LIMIT,
            holds=holds and all(each.errors == 0 for each in direct.values()),
        )


def read(address: str) -> bytes:
    """Return what an address answers."""
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept": "text/html"})) as answer:
        return bytes(answer.read())


def opened(address: str, token: str) -> str:
    """Open a case and return its code."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    asked = urllib.request.Request(f"{address}/api/v1/cases/feedback_1022.report", json.dumps(cases_open.BODY).encode(), headers)
    with urllib.request.urlopen(asked) as answer:
        return str(json.loads(answer.read())["code"])


def recount(made: Stand) -> None:
    """Count the filled cases, which came past the queue."""
    from bench.board import recomputes

    recomputes(made, times=1)


def start_nginx(made: Stand, address: str) -> tuple[str, str]:
    """Start nginx with the shipped configuration in front of us; return its address and that of the plain files."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if not program:
        raise NotMeasured("nginx is not installed: sudo apt-get install nginx-light")
    folder, front, plain = made.folder / "nginx", free_port(), free_port()
    (folder / "files").mkdir(parents=True)
    shipped = SHIPPED.read_text()
    # Only addresses and folders are changed.
    shipped = shipped.replace("127.0.0.1:8000", address.removeprefix("http://")).replace(
        "/var/lib/nginx/motcham", str(folder / "cache")
    )
    shipped = re.sub(r"listen 80;", f"listen 127.0.0.1:{front};", shipped)
    (folder / "motcham.conf").write_text(shipped)
    user = "user root;" if Path("/proc/self").owner() == "root" else ""
    (folder / "nginx.conf").write_text(MAIN % {"folder": folder, "plain": plain, "user": user})
    made.start("nginx", [program, "-c", str(folder / "nginx.conf")])
    wait_for(f"http://127.0.0.1:{front}/health/")
    return f"http://127.0.0.1:{front}", f"http://127.0.0.1:{plain}"
