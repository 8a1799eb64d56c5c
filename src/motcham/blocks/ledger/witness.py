"""The witness: a second memory that cosigns only what continues what it cosigned before (c2sp.org/tlog-witness). No Django.

It shares nothing with the log but the log's public key: own process, own key, own folder, best on another machine.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from motcham.blocks.ledger import rules
from motcham.blocks.ledger.notes import COSIGNATURE, LONGEST, BadNote, Checkpoint, Key, Note, Signer
from motcham.blocks.ledger.outside import load_key, write_durably

PLAIN = "text/plain; charset=utf-8"
Answer = tuple[int, str, str]


class Witness:
    """The latest checkpoint of each log it knows, and the key it vouches with."""

    def __init__(self, *, folder: Path, name: str, logs: Callable[[], Iterable[Key]]) -> None:
        self._folder = folder
        self._logs = logs
        self._signer = Signer(name, COSIGNATURE, load_key(folder / "witness.key"))
        self._one_at_a_time = threading.Lock()
        write_durably(folder / "vkey", f"{self._signer.key}\n")

    @property
    def key(self) -> Key:
        """The public key of its cosignatures."""
        return self._signer.key

    def latest(self, origin_hash: str) -> Answer:
        """Answer `GET /<origin hash>/checkpoint`."""
        path = self._folder / "logs" / origin_hash
        if not (len(origin_hash) == 64 and origin_hash.isalnum() and path.exists()):
            return 404, PLAIN, "no such log\n"
        return 200, PLAIN, path.read_text(encoding="utf-8")

    def add(self, body: str) -> Answer:
        """Answer `POST /add-checkpoint`."""
        try:
            old, path, note = _read_request(body)
            new = Checkpoint.parse(note.text)
        except BadNote as error:
            return 400, PLAIN, f"{error}\n"
        keys = [key for key in self._logs() if key.name == new.origin]
        if not keys:
            return 404, PLAIN, f"unknown log: {new.origin}\n"
        if not any(_has_signed(key, note) for key in keys):
            return 403, PLAIN, "not signed by a key of this log\n"
        if old > new.size:
            return 400, PLAIN, "the old size is larger than the new one\n"
        with self._one_at_a_time:
            return self._cosign(old, path, new, note)

    def _cosign(self, old: int, path: Sequence[bytes], new: Checkpoint, note: Note) -> Answer:
        state = self._folder / "logs" / hashlib.sha256(new.origin.encode()).hexdigest()
        known = Checkpoint(new.origin, 0, rules.EMPTY_ROOT)
        if state.exists():
            known = Checkpoint.parse(Note.parse(state.read_text(encoding="utf-8")).text)
        if known.size != old:
            return 409, "text/x.tlog.size", f"{known.size}\n"
        if not rules.verify_consistency(old=old, new=new.size, old_root=known.root, new_root=new.root, path=path):
            return 422, PLAIN, "this history does not continue the one cosigned before\n"
        if new.size == 0 and new.root != rules.EMPTY_ROOT:
            return 422, PLAIN, "the empty tree has another root\n"
        line = self._signer.line(note.text, int(time.time()))
        write_durably(state, f"{note}{line}")
        return 200, PLAIN, line


def _has_signed(key: Key, note: Note) -> bool:
    try:
        note.verify(key)
    except BadNote:
        return False
    return True


def _read_request(body: str) -> tuple[int, list[bytes], Note]:
    head, gap, note = body.partition("\n\n")
    first, *proof = head.split("\n")
    word, _, size = first.partition(" ")
    if not gap or word != "old" or not size.isascii() or not size.isdigit() or len(size) > 18 or len(proof) > 63:
        raise BadNote("not a request to cosign")
    try:
        path = [base64.b64decode(line, validate=True) for line in proof]
    except ValueError as error:
        raise BadNote("the proof is not base64") from error
    if any(len(step) != rules.HASH for step in path) or str(int(size)) != size:
        raise BadNote("not a request to cosign")
    return int(size), path, Note.parse(note)


def serve(witness: Witness, *, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server of the witness; the caller runs `serve_forever`."""

    class Handler(BaseHTTPRequestHandler):
        """The two addresses of the specification, and `/key` for whoever sets one up."""

        protocol_version = "HTTP/1.1"
        timeout = 60

        def do_GET(self) -> None:
            if self.path == "/key":
                self._answer(200, PLAIN, f"{witness.key}\n")
            else:
                origin_hash, _, rest = self.path.removeprefix("/").partition("/")
                self._answer(*(witness.latest(origin_hash) if rest == "checkpoint" else (404, PLAIN, "nothing here\n")))

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path != "/add-checkpoint" or not length.isdigit() or int(length) > LONGEST:
                self.close_connection = True
                self._answer(404 if self.path != "/add-checkpoint" else 400, PLAIN, "POST a short body to /add-checkpoint\n")
                return
            self._answer(*witness.add(self.rfile.read(int(length)).decode("utf-8", "replace")))

        def _answer(self, status: int, content_type: str, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Keep quiet: every answer of note is in the log's own state."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    return server


class WitnessAway(Exception):
    """The witness did not answer."""


class WitnessRefuses(Exception):
    """The witness answered that it will not cosign."""


class WitnessClient:
    """The log's way to its witness, over one connection that is kept. `address` is asked again at each new connection."""

    def __init__(self, address: Callable[[], str], *, seconds: float = 2.0) -> None:
        self._address = address
        self._seconds = seconds
        self._connection: http.client.HTTPConnection | None = None
        self._prefix = ""

    def key(self) -> str:
        """Ask for the public key; only a first meeting may rely on the answer."""
        status, body = self._ask("GET", "/key", "")
        if status != 200:
            raise WitnessAway(f"/key answers {status}")
        return str(Key.parse(body))

    def add(self, *, old: int, path: Sequence[bytes], note: Note) -> tuple[str, int | None]:
        """Ask for a cosignature: return its lines, or the size that the witness holds when it is not `old`."""
        proof = "".join(base64.b64encode(step).decode() + "\n" for step in path)
        status, body = self._ask("POST", "/add-checkpoint", f"old {old}\n{proof}\n{note}")
        if status == 200:
            return body, None
        if status == 409 and body.strip().isdigit():
            return "", int(body)
        if status >= 500:
            raise WitnessAway(f"it answers {status}")
        raise WitnessRefuses(f"{status} {body.strip()[:200]}")

    def _ask(self, method: str, path: str, body: str) -> tuple[int, str]:
        for last in (False, True):  # a kept connection may have been closed at the other end
            try:
                connection = self._connection or self._connect()
                connection.request(method, self._prefix + path, body.encode() or None)
                answer = connection.getresponse()
                return answer.status, answer.read(LONGEST).decode("utf-8", "replace")
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if last:
                    raise WitnessAway(str(error) or type(error).__name__) from error
        raise AssertionError

    def close(self) -> None:
        """Give the connection up; the next request opens another."""
        if self._connection:
            self._connection.close()
        self._connection = None

    def _connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self._address())
        kind = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}.get(parts.scheme)
        if kind is None or not parts.hostname:
            raise WitnessAway(f"not an address: {parts.geturl()}")
        self._prefix = parts.path.rstrip("/")
        self._connection = kind(parts.hostname, parts.port, timeout=self._seconds)
        return self._connection
