"""The contract of payOS (ADR 0021), without any call: how requests, answers and callbacks are signed and read.

Signatures are HMAC-SHA256 in hexadecimal under the checksum key. Of a callback, of an answer: over its `data` as `key=value`,
joined by `&`, keys in the order of the alphabet, nothing as an empty value, lists as JSON with sorted keys. Of a request for a
payment page: over five fields alone. Of a payout, and of every answer about payouts: in the header `x-signature`, over all fields,
values percent-encoded.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from motcham.blocks.payments.define import Credit, SentBack

OK = "00"
# What a component of a URI leaves as it is, as ECMAScript's `encodeURIComponent` does.
UNTOUCHED = "-_.~!*'()"
SIGNED_OF_REQUEST = ("amount", "cancelUrl", "description", "orderCode", "returnUrl")
SUCCEEDED, NOT_GONE = "SUCCEEDED", ("FAILED", "CANCELLED", "REVERSED")
IN_VIETNAM = timezone(timedelta(hours=7))
LONGEST_DESCRIPTION = 25
# Sums and order codes are whole numbers that a JavaScript number holds.
LARGEST = 2**53 - 1


def sign(text: str, key: str) -> str:
    """Return the signature of a text."""
    # A stranger may send half of a surrogate pair: it is no text, and still has a signature.
    return hmac.new(key.encode(), _octets(text), hashlib.sha256).hexdigest()


def text_of(data: Mapping[str, Any]) -> str:
    """Return what is signed of the data of a callback or an answer."""
    return "&".join(f"{name}={_plain(data[name])}" for name in sorted(data))


def text_of_request(data: Mapping[str, Any]) -> str:
    """Return what is signed of a request for a payment page."""
    return "&".join(f"{name}={data[name]}" for name in SIGNED_OF_REQUEST)


def text_of_payout(data: Mapping[str, Any]) -> str:
    """Return what is signed of a payout, or of the answer to one."""
    return "&".join(f"{_quoted(name)}={_quoted(_encoded(data[name]))}" for name in sorted(data))


def is_signed(
    data: Mapping[str, Any], signature: object, key: str, *, text: Callable[[Mapping[str, Any]], str] = text_of
) -> bool:
    """Tell whether a signature is that of the data under the key; without a key nothing is."""
    return bool(key) and isinstance(signature, str) and hmac.compare_digest(_octets(sign(text(data), key)), _octets(signature))


def _quoted(text: str) -> str:
    return quote(_octets(text), safe=UNTOUCHED)


def _octets(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _plain(value: Any) -> str:
    if value is None or value in ("undefined", "null"):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return _json([dict(sorted(each.items())) if isinstance(each, dict) else each for each in value])
    if isinstance(value, dict):
        return _json(dict(sorted(value.items())))
    return str(value)


def _encoded(value: Any) -> str:
    if isinstance(value, (list, dict)):
        return _json(_sorted(value))
    return _plain(value)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def credit_of(data: Mapping[str, Any], *, order_code: int | None = None) -> Credit:
    """Return the sum that a callback, or one transaction of an answer, tells of. Raises ValueError where it is not in the form of
    the contract."""
    code = order_code if order_code is not None else _whole(data.get("orderCode"))
    reference = data.get("reference")
    if not isinstance(reference, str) or not 0 < len(reference) <= 100 or not reference.isprintable():
        raise ValueError("reference")
    if data.get("currency", "VND") != "VND":
        raise ValueError("currency")
    return Credit(
        order_code=code,
        reference=reference,
        amount=_whole(data.get("amount")),
        at=moment_of(data.get("transactionDateTime")),
        description=_text(data.get("description"), 200),
        payer_bank=_text(data.get("counterAccountBankId"), 20),
        payer_account=_text(data.get("counterAccountNumber"), 40),
        payer_name=_text(data.get("counterAccountName"), 120),
    )


def sent_back(data: Mapping[str, Any]) -> SentBack:
    """Return one payout of a list: what of it went out, None while a part is on its way. Raises ValueError out of form."""
    key, lines = data.get("referenceId"), data.get("transactions")
    if not isinstance(key, str) or not isinstance(lines, list):
        raise ValueError("payout")
    states = {str(each.get("state")) for each in lines}
    gone = sum(_whole(each.get("amount")) for each in lines if each.get("state") == SUCCEEDED)
    return SentBack(key[:64], gone if states <= {SUCCEEDED, *NOT_GONE} else None)


def _text(value: object, most: int) -> str:
    return str(value or "").encode(errors="replace").decode()[:most]


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        raise ValueError("a whole number is missing")
    return value


def moment_of(text: object) -> datetime:
    """Return an instant of the contract: `2023-02-04 18:25:00` in the time of Viet Nam, or ISO 8601 with an offset."""
    if not isinstance(text, str):
        raise ValueError("transactionDateTime")
    at = datetime.fromisoformat(text)
    # What lies at the ends of time is no payment, and not every zone has it.
    if not 2000 <= at.year < 3000:
        raise ValueError("transactionDateTime")
    return (at if at.tzinfo else at.replace(tzinfo=IN_VIETNAM)).astimezone(UTC)
