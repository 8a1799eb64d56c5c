"""A national portal that is made up: it holds what it is sent to the dictionary, in order and once, and keeps no more of a dossier
than its state. The demo has it in its own process, tests behind a port; nothing else may use it.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from motcham.apps.public_services.national_portal import client, dictionary
from motcham.blocks.channels.define import CallFailed

Answer = tuple[int, dict[str, Any]]


@dataclass
class DemoPortal:
    """The other side. `failing` are statuses of HTTP with which the next calls are answered; `refusing` names dossiers that are not
    taken, each with the code of the refusal. `states` are the dossiers that it knows; `told` the progress of each, in order."""

    key: str = "demo"
    failing: list[int] = field(default_factory=list)
    refusing: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    told: dict[str, list[str]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    tokens: set[str] = field(default_factory=set)
    _taken: dict[str, str] = field(default_factory=dict)

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Return the status of HTTP and what is answered."""
        sent = {name.lower(): value for name, value in headers.items()}
        self.calls[path] += 1
        if self.failing:
            return self.failing.pop(0), {"status": "down"}
        try:
            said = json.loads(body)
        except ValueError:
            return 400, {"status": "unreadable"}
        if path == client.TOKEN:
            return self._token(said)
        if sent.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            return 401, {"status": "no token"}
        message = {client.DOSSIERS: dictionary.DOSSIER, client.PROGRESS: dictionary.PROGRESS}.get(path)
        return self._take(message, said, sent.get("idempotency-key", "")) if message else (404, {"status": "nothing here"})

    def call(self, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        """Answer without a wire, as a call over one would."""
        status, answer = self.answer(path, headers, body)
        if status != 200:
            raise CallFailed(url=path, why=str(status), status=status, permanent=400 <= status < 500)
        return json.dumps(answer).encode()

    def _token(self, said: Mapping[str, Any]) -> Answer:
        if said.get("key") != self.key:
            return 403, {"status": "no such key"}
        token = secrets.token_hex(16)
        self.tokens.add(token)
        return 200, {"token": token}

    def _take(self, message: str, said: Mapping[str, Any], once: str) -> Answer:
        if not once:
            return 400, {"status": "no key"}
        if once in self._taken:
            self.repeats += 1
            return 200, {"status": "accepted", "receipt": self._taken[once]}
        code = str(said.get("MaHoSo", ""))
        if refusal := self.refusing.get(code):
            return 200, {"status": "refused", "code": refusal, "fields": ["MaHoSo"]}
        if faults := dictionary.faults(message, said):
            named = [f"{each.field}: {each.why}" for each in faults]
            return 200, {"status": "refused", "code": "dictionary", "fields": named}
        if message == dictionary.DOSSIER:
            self.states[code] = said["TrangThaiHoSo"]
        elif code not in self.states:
            return 200, {"status": "refused", "code": "unknown_dossier", "fields": ["MaHoSo"]}
        else:
            self.told.setdefault(code, []).append(said["TrangThai"])
        self._taken[once] = f"DVCQG-{len(self._taken) + 1:08}"
        return 200, {"status": "accepted", "receipt": self._taken[once]}


@cache
def the_demo() -> DemoPortal:
    """Return the one portal of this process."""
    return DemoPortal()
