"""Calls to providers of identity: connections kept, little patience, few at a time, so that a slow provider holds up nobody else."""

from __future__ import annotations

import os
import threading
import time
from functools import lru_cache
from typing import Any

import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

CONNECT_SECONDS, READ_SECONDS = 1.5, 3.0
# Of the 8 threads of a web process; the others go on serving those who are in.
AT_A_TIME = 3
WAIT_FOR_A_PLACE = 0.2
FAILURES_IN_A_ROW = 3
RESTS_FOR = 5.0
CONFIGURATION_FOR = 600.0
# A provider that rolls its keys is believed at most this often.
KEYS_AT_MOST_EVERY = 10.0


class Unreachable(OAuth2Error):  # type: ignore[misc]
    """The provider does not answer, or too many wait for it already."""


class Calls(requests.Session):
    """One session of HTTP for the whole process. After failures in a row nobody waits for a provider for some seconds."""

    def __init__(self) -> None:
        super().__init__()
        # Read once: asked anew for each call, the environment costs a seventh of a sign-in.
        self.trust_env = False
        self.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
        self.mount("https://", HTTPAdapter(pool_maxsize=AT_A_TIME))
        self.mount("http://", HTTPAdapter(pool_maxsize=AT_A_TIME))
        self._places = threading.BoundedSemaphore(AT_A_TIME)
        self._failures: dict[str, tuple[int, float]] = {}

    def __exit__(self, *exc: object) -> None:
        """Keep the connections: allauth opens and closes a session for each call."""

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Call once; never follow a redirect, never wait long."""
        kwargs["timeout"] = (CONNECT_SECONDS, READ_SECONDS)
        kwargs["allow_redirects"] = False
        kwargs["proxies"] = _proxies("/".join(str(url).split("/")[:3]))
        host = str(url).split("/")[2]
        failed, at = self._failures.get(host, (0, 0.0))
        if failed >= FAILURES_IN_A_ROW and time.monotonic() - at < RESTS_FOR:
            raise Unreachable(f"{host} is left alone for some seconds")
        if not self._places.acquire(timeout=WAIT_FOR_A_PLACE):
            raise Unreachable(f"too many wait for {host}")
        try:
            response = super().request(method, url, *args, **kwargs)
        except requests.RequestException as problem:
            self._failures[host] = (failed + 1, time.monotonic())
            raise Unreachable(str(problem)) from problem
        finally:
            self._places.release()
        if response.status_code >= 500:
            self._failures[host] = (failed + 1, time.monotonic())
            raise Unreachable(f"{host} answered {response.status_code}")
        self._failures.pop(host, None)
        return response


@lru_cache(maxsize=64)
def _proxies(origin: str) -> dict[str, str]:
    found: dict[str, str] = get_environ_proxies(origin)
    return found


calls = Calls()
_kept: dict[str, tuple[float, dict[str, Any]]] = {}


def configuration(address: str) -> dict[str, Any]:
    """Return what a provider says about itself, at most ten minutes old; an older word where it does not answer."""
    return _document(address, fresh_for=CONFIGURATION_FOR)


def keys(address: str, *, rolled: bool = False) -> dict[str, Any]:
    """Return a provider's keys; `rolled` asks anew where a key is unknown."""
    return _document(address, fresh_for=KEYS_AT_MOST_EVERY if rolled else CONFIGURATION_FOR)


def forget() -> None:
    """Forget providers and their failures: between tests."""
    _kept.clear()
    calls._failures.clear()


def _document(address: str, *, fresh_for: float) -> dict[str, Any]:
    at, kept = _kept.get(address, (0.0, {}))
    if kept and time.monotonic() - at < fresh_for:
        return kept
    try:
        response = calls.get(address)
        found = response.json() if response.status_code == 200 else None
    except Unreachable:
        if kept:
            return kept
        raise
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unreachable(f"{address} answered no JSON")
    _kept[address] = time.monotonic(), found
    return found
