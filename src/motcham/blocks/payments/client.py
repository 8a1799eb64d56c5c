"""Calls to the gateway after the contract in `payos`: open a payment page, ask about it, pay money back. Never inside a transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from motcham.blocks.channels import api as channels
from motcham.blocks.channels.define import AddressRefused, CallFailed
from motcham.blocks.payments import payos
from motcham.blocks.payments.define import Credit, GatewayDown, GatewayMissing, SentBack

Call = Callable[[str, Mapping[str, str], bytes | None], tuple[bytes, Mapping[str, str]]]
"""A path, headers, and a body for POST; returns what was answered, and with which headers."""
MOST_BYTES = 256 * 1024
NONE: Mapping[str, str] = {}
PAGE, MOST_PAYOUTS = 50, 10_000
"""So many payouts are asked for at once, and of a day."""


@dataclass(frozen=True)
class Keys:
    """What the gateway gave us for one of its channels."""

    client_id: str
    api_key: str
    checksum: str = field(repr=False)

    def __bool__(self) -> bool:
        return bool(self.client_id and self.api_key and self.checksum)


@dataclass(frozen=True)
class Opened:
    """A payment page of the gateway."""

    link: str
    address: str
    qr: str


@dataclass(frozen=True)
class Standing:
    """What the gateway says about an order: its status and every sum that came."""

    status: str
    credits: tuple[Credit, ...]


@dataclass(frozen=True)
class Payout:
    """What the gateway says about money that goes back: done, failed or neither yet."""

    id: str
    state: str
    reference: str
    error: str


class Gateway:
    """One account with the gateway; `call` is the wire."""

    def __init__(self, *, keys: Keys, payout_keys: Keys, call: Call) -> None:
        self.keys, self.payout_keys, self._call = keys, payout_keys, call

    def open(self, *, order_code: int, amount: int, words: str, back: str, until: datetime) -> Opened:
        """Open a payment page. Raises GatewayDown."""
        asked = {"orderCode": order_code, "amount": amount, "description": words, "cancelUrl": back, "returnUrl": back}
        signature = payos.sign(payos.text_of_request(asked), self.keys.checksum)
        data = self._data("/v2/payment-requests", {**asked, "expiredAt": int(until.timestamp()), "signature": signature})
        if data.get("orderCode") != order_code or data.get("amount") != amount:
            raise GatewayDown()
        return Opened(str(data.get("paymentLinkId", ""))[:64], _web(data.get("checkoutUrl")), str(data.get("qrCode") or "")[:512])

    def ask(self, *, order_code: int) -> Standing:
        """Return how an order stands. Raises GatewayDown."""
        data = self._data(f"/v2/payment-requests/{order_code}")
        if data.get("orderCode") != order_code:
            raise GatewayDown()
        try:
            found = tuple(payos.credit_of(each, order_code=order_code) for each in data.get("transactions") or ())
        except (ValueError, AttributeError, TypeError) as wrong:
            raise GatewayDown() from wrong
        return Standing(str(data.get("status", "")), found)

    def close(self, *, order_code: int) -> None:
        """Close a payment page, so that nobody pays on it any more. Raises GatewayDown."""
        data = self._data(f"/v2/payment-requests/{order_code}/cancel", {"cancellationReason": "settled or withdrawn"})
        if data.get("orderCode") != order_code:
            raise GatewayDown()

    def pay_back(self, *, key: str, amount: int, words: str, bank: str, account: str) -> Payout:
        """Send money to an account; the same `key` sends it once. Raises GatewayDown."""
        asked = {
            "referenceId": key,
            "amount": amount,
            "description": words,
            "toBin": bank,
            "toAccountNumber": account,
            "category": [],
        }
        sent = {"x-idempotency-key": key, "x-signature": payos.sign(payos.text_of_payout(asked), self.payout_keys.checksum)}
        return _payout(self._payout_data("/v1/payouts/", asked, sent))

    def payout(self, *, payout_id: str) -> Payout:
        """Return how a payout stands. Raises GatewayDown."""
        return _payout(self._payout_data(f"/v1/payouts/{payout_id}"))

    def payouts(self, *, key: str = "", begins: datetime | None = None, ends: datetime | None = None) -> list[SentBack]:
        """Return what went out between two times, or under one key. Raises GatewayDown, or GatewayMissing where nothing is sent back."""
        asked: dict[str, object] = {"referenceId": key} if key else {"fromDate": _iso(begins), "toDate": _iso(ends)}
        found: list[SentBack] = []
        while True:
            path = f"/v1/payouts?{urlencode({**asked, 'limit': PAGE, 'offset': len(found)})}"
            data = self._payout_data(path)
            try:
                lines, has_more = data["payouts"], data["pagination"]["hasMore"]
                found += map(payos.sent_back, lines)
            except (KeyError, TypeError, ValueError) as wrong:
                raise GatewayDown() from wrong
            if not has_more or not lines:
                return found
            if len(found) >= MOST_PAYOUTS:
                raise GatewayDown()

    # An answer that nobody signed could come from whoever stands on the wire: it is none.
    def _payout_data(
        self, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] = NONE
    ) -> Mapping[str, Any]:
        if not self.payout_keys:
            raise GatewayMissing()
        answer, heard = self._answer(path, self.payout_keys, body, headers)
        data, signature = answer.get("data"), heard.get("x-signature")
        if not isinstance(data, dict) or not payos.is_signed(
            data, signature, self.payout_keys.checksum, text=payos.text_of_payout
        ):
            raise GatewayDown()
        return data

    def _data(self, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        answer, _heard = self._answer(path, self.keys, body, NONE)
        data = answer.get("data")
        if not isinstance(data, dict) or not payos.is_signed(data, answer.get("signature"), self.keys.checksum):
            raise GatewayDown()
        return data

    def _answer(
        self, path: str, keys: Keys, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        sent = {"x-client-id": keys.client_id, "x-api-key": keys.api_key, **headers}
        try:
            said, heard = self._call(path, sent, None if body is None else json.dumps(body).encode())
            answer = json.loads(said)
        except (CallFailed, AddressRefused, ValueError) as failed:
            raise GatewayDown(permanent=getattr(failed, "permanent", False)) from failed
        if not isinstance(answer, dict) or answer.get("code") != payos.OK:
            raise GatewayDown()
        return answer, heard


def _payout(data: Mapping[str, Any]) -> Payout:
    lines = data.get("transactions")
    if not isinstance(lines, list) or not lines or not isinstance(lines[0], dict):
        raise GatewayDown()
    line = lines[0]
    return Payout(
        str(data.get("id", ""))[:64],
        str(line.get("state", "")),
        str(line.get("reference") or "")[:100],
        str(line.get("errorMessage") or "")[:200],
    )


def _iso(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z" if at else ""


def _web(address: object) -> str:
    text = str(address or "")
    if not text.startswith(("https://", "http://", "/")) or len(text) > 400:
        raise GatewayDown()
    return text


def over_http(path: str, headers: Mapping[str, str], body: bytes | None) -> tuple[bytes, Mapping[str, str]]:
    """Call the address in the settings."""
    return channels.exchange(f"{settings.PAYOS_URL}{path}", headers=headers, body=body, most=MOST_BYTES)


def is_set_up() -> bool:
    """Tell whether anybody can pay online here."""
    return bool(_keys(settings.PAYOS_KEYS))


def gateway() -> Gateway:
    """Return the gateway of this installation. Raises GatewayMissing."""
    keys = _keys(settings.PAYOS_KEYS)
    if not keys:
        raise GatewayMissing()
    if settings.PAYOS_URL == "demo" and settings.DEMO:
        from motcham.blocks.payments.demo_gateway import call

        return Gateway(keys=keys, payout_keys=keys, call=call)
    return Gateway(keys=keys, payout_keys=_keys(settings.PAYOUT_KEYS), call=over_http)


def checksum() -> str:
    """Return the key under which callbacks are signed; empty where there is none."""
    return _keys(settings.PAYOS_KEYS).checksum


def _keys(given: tuple[str, str, str]) -> Keys:
    return Keys(*given)
