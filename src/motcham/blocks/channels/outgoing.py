"""Calls to other systems: an address is resolved once and must be public or listed, no redirect is followed, time and size have an end."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from motcham.blocks.channels.define import AddressRefused, CallFailed

CONNECT_SECONDS, ALL_SECONDS = 10.0, 30.0
MOST_BYTES = 8 * 1024 * 1024
# What may come right when it is tried again.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


def call(
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    most: int = MOST_BYTES,
) -> bytes:
    """Return what an address answers to GET, or to POST of a form or of JSON. Raises AddressRefused, or CallFailed that says by
    `permanent` whether to try again and by `status` what HTTP said."""
    return exchange(url, form=form, body=body, headers=headers, most=most)[0]


def exchange(
    url: str,
    *,
    form: Mapping[str, str] | None = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    most: int = MOST_BYTES,
) -> tuple[bytes, Mapping[str, str]]:
    """Return what `call` returns, and the headers of the answer by their names in lower case: some sign in a header."""
    parts, host, port = split(url)
    address = resolve(url, host, port)
    connection = http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
    try:
        connection.sock = socket.create_connection((address, port), timeout=CONNECT_SECONDS)
        if parts.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        sent = {"Accept": "application/json, text/xml", "User-Agent": "motcham", **(headers or {})}
        if form is not None:
            sent["Content-Type"], body = "application/x-www-form-urlencoded; charset=utf-8", urlencode(form).encode()
        elif body is not None:
            sent["Content-Type"] = "application/json"
        connection.request("GET" if body is None else "POST", path, body, sent)
        return _read(url, connection, most)
    except (OSError, http.client.HTTPException) as error:
        raise CallFailed(url=url[:200], why=str(error)[:200] or type(error).__name__) from error
    finally:
        connection.close()


def split(url: str) -> tuple[SplitResult, str, int]:
    """Return an address in its parts, with its host and port. Raises AddressRefused where it is no plain one of the web."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        # A name that cannot be asked for is found out here, and not by the worker.
        host.encode("idna")
    except ValueError:
        parts, host, port = SplitResult("", "", "", "", ""), "", 0
    if parts.scheme not in ("http", "https") or not host or parts.username or not url.isprintable() or not url.isascii():
        raise AddressRefused(url=url[:200], why=_("it is no plain http or https address"))
    return parts, host, port


def resolve(url: str, host: str, port: int) -> str:
    """Return the one address that is called. Raises AddressRefused where any that the name has is private and not listed:
    a name must not lead past the wall at its second answer."""
    try:
        found = sorted({str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
    except OSError as error:
        raise CallFailed(url=url[:200], why=str(error)) from error
    listed = [ipaddress.ip_network(each.strip(), strict=False) for each in settings.OUTGOING_NETWORKS]
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        if not address.is_global and not any(address in network for network in listed if network.version == address.version):
            raise AddressRefused(url=url[:200], why=format_lazy(_("{address} is not a public address"), address=address))
    return found[0]


def _read(url: str, connection: http.client.HTTPConnection, most: int) -> tuple[bytes, Mapping[str, str]]:
    began, body = time.monotonic(), bytearray()
    with connection.getresponse() as answer:
        while chunk := answer.read1(65_536):
            body += chunk
            if len(body) > most:
                raise CallFailed(url=url[:200], why=f"more than {most} bytes", permanent=True)
            if time.monotonic() - began > ALL_SECONDS:
                raise CallFailed(url=url[:200], why=f"longer than {ALL_SECONDS:.0f} seconds")
        status, headers = answer.status, {name.lower(): value for name, value in answer.headers.items()}
    if not 200 <= status < 300:
        said = bytes(body[:300]).decode(errors="replace")
        raise CallFailed(url=url[:200], why=f"{status} {said}", status=status, permanent=status not in PASSING)
    return bytes(body), headers
