"""Calls to the national portal: a token first, then a dossier as it stands, then its progress, each under a key that makes it count once.

Names and states are those of the portal. Its addresses and the envelope of its answers are in no source that we have; those here are
ours, stand in this one file, and are to be fitted when the city is connected.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings

from motcham.apps.public_services.national_portal.define import PortalDown, PortalRefused
from motcham.blocks.channels import api as channels
from motcham.blocks.channels.define import AddressRefused, CallFailed

Call = Callable[[str, Mapping[str, str], bytes], bytes]
"""A path, headers and a body; returns what was answered."""
TOKEN, DOSSIERS, PROGRESS = "/token", "/dossiers", "/progress"
MOST_BYTES = 64 * 1024
UNAUTHORISED = 401
OF_THE_DOSSIER = frozenset({400, 409, 413, 422})
"""What HTTP says of the message itself; any other status is of the portal, the way to it or our key, and comes right by itself."""
SILENT, UNREADABLE, UNDECIDED, KEY, ADDRESS = "silent", "unreadable", "undecided", "key", "address"
"""Why the portal is taken to be down, beside the statuses of HTTP (`http_503`)."""


class Portal:
    """The national portal as we are known to it; `call` is the wire."""

    def __init__(self, *, key: str, call: Call) -> None:
        self._key, self._call, self._token = key, call, ""

    def put_dossier(self, said: Mapping[str, Any], *, once: str) -> str:
        """Tell how a dossier stands; return what the portal calls that. Raises PortalDown or PortalRefused."""
        return self._put(DOSSIERS, said, once)

    def put_progress(self, said: Mapping[str, Any], *, once: str) -> str:
        """Tell of one act in a dossier. Raises PortalDown or PortalRefused."""
        return self._put(PROGRESS, said, once)

    def _put(self, path: str, said: Mapping[str, Any], once: str) -> str:
        answer = self._with_token(path, said, once)
        match answer.get("status"):
            case "accepted":
                return str(answer.get("receipt") or "")[:80]
            case "refused":
                fields = answer.get("fields")
                named = ", ".join(str(each) for each in fields[:10]) if isinstance(fields, list) else ""
                raise PortalRefused(refusal=str(answer.get("code") or "refused")[:60], said=(named or "no field named")[:300])
        raise PortalDown(why=UNDECIDED)

    def _with_token(self, path: str, said: Mapping[str, Any], once: str) -> Mapping[str, Any]:
        for is_last in (False, True):
            if not self._token:
                self._token = str(self._ask(TOKEN, {"key": self._key}, {}).get("token") or "")
            try:
                return self._ask(path, said, {"Authorization": f"Bearer {self._token}", "Idempotency-Key": once})
            except CallFailed as failed:
                # A token ends; with a new one the same is asked once more.
                if failed.facts.get("status") != UNAUTHORISED or is_last:
                    raise _as_ours(failed) from failed
                self._token = ""
        raise AssertionError("the second try returns or raises")

    def _ask(self, path: str, said: Mapping[str, Any], headers: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            answer = json.loads(self._call(path, headers, canonical(said)))
        except AddressRefused as refused:
            raise PortalDown(why=ADDRESS) from refused
        except CallFailed as failed:
            if path == TOKEN:
                # A key that is not taken is for the operator to mend, not a defect of any dossier.
                raise PortalDown(why=KEY if failed.permanent and failed.facts.get("status") else _why(failed)) from failed
            raise
        except (ValueError, RecursionError) as wrong:
            raise PortalDown(why=UNREADABLE) from wrong
        if not isinstance(answer, dict):
            raise PortalDown(why=UNREADABLE)
        return answer


def _as_ours(failed: CallFailed) -> PortalDown | PortalRefused:
    status = failed.facts.get("status")
    return PortalRefused(refusal=f"http_{status}", said="") if status in OF_THE_DOSSIER else PortalDown(why=_why(failed))


def _why(failed: CallFailed) -> str:
    status = failed.facts.get("status")
    return f"http_{status}" if status else SILENT


def canonical(said: Mapping[str, Any]) -> bytes:
    """Return a message as it goes out: the same facts are the same bytes."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def codes_of(used: Iterable[str]) -> list[str]:
    """Return the codes that the portal has for databases that were used, as far as the operator entered them: no source gives them."""
    known = dict(each.strip().split("=", 1) for each in settings.NATIONAL_PORTAL_SOURCES if "=" in each)
    return [known[key] for key in used if known.get(key)]


def is_on() -> bool:
    """Tell whether there is a portal to tell."""
    return bool(settings.NATIONAL_PORTAL_URL)


def is_made_up() -> bool:
    """Tell whether that is the portal of the demo."""
    return bool(settings.DEMO and settings.NATIONAL_PORTAL_URL == "demo")


def portal() -> Portal:
    """Return the portal of this installation."""
    if is_made_up():
        from motcham.apps.public_services.national_portal.demo_portal import the_demo

        return Portal(key=settings.NATIONAL_PORTAL_KEY, call=the_demo().call)
    return Portal(key=settings.NATIONAL_PORTAL_KEY, call=_over_http)


def _over_http(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    return channels.call(f"{settings.NATIONAL_PORTAL_URL}{path}", headers=headers, body=body, most=MOST_BYTES)
