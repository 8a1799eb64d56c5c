"""VietQR: the payload of a merchant-presented QR code (EMVCo) with the account template of NAPAS, built and read; no drawing.

Each field is a two-digit tag, a two-digit length and a value; the last is tag 63 with CRC-16/CCITT-FALSE over everything before
its value, tag and length included.
"""

from __future__ import annotations

import binascii
from dataclasses import dataclass

from django.utils.translation import gettext as _

from motcham.blocks.payments.define import WrongPayload

NAPAS = "A000000727"
TO_ACCOUNT, TO_CARD = "QRIBFTTA", "QRIBFTTC"
STATIC, DYNAMIC = "11", "12"
DONG, VIETNAM = "704", "VN"
LONGEST_PURPOSE = 25
LONGEST_ACCOUNT = 19


@dataclass(frozen=True, slots=True)
class VietQR:
    """Where money goes: the bank (BIN), the account, how much (None: the payer types it) and what the transfer says."""

    bank: str
    account: str
    amount: int | None = None
    purpose: str = ""
    order: str = ""
    service: str = TO_ACCOUNT
    once: bool = True
    """Whether the code is for one payment (dynamic), not to be scanned again and again."""


def crc(text: str) -> str:
    """Return the check value of a payload that ends in `6304`.

    >>> crc("00020101021138540010A00000072701240006970436011010160391260208QRIBFTTA53037045802VN6304")
    'EE69'
    """
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def build(code: VietQR) -> str:
    """Return the payload. Raises WrongPayload for what a code cannot hold."""
    if not (len(code.bank) == 6 and code.bank.isascii() and code.bank.isdigit()):
        raise WrongPayload(why=_("a bank is named by six digits"))
    if not (0 < len(code.account) <= LONGEST_ACCOUNT and code.account.isascii() and code.account.isalnum()):
        raise WrongPayload(why=_("an account has 1 to 19 letters and digits"))
    if code.amount is not None and not 0 < code.amount < 10**13:
        raise WrongPayload(why=_("an amount is above nothing and has at most 13 digits"))
    if len(code.purpose) > LONGEST_PURPOSE or len(code.order) > LONGEST_PURPOSE or not (code.purpose + code.order).isascii():
        raise WrongPayload(why=_("the words of a transfer are at most 25 letters without marks"))
    account = (
        _field("00", NAPAS) + _field("01", _field("00", code.bank) + _field("01", code.account)) + _field("02", code.service)
    )
    more = (_field("01", code.order) if code.order else "") + (_field("08", code.purpose) if code.purpose else "")
    body = (
        _field("00", "01")
        + _field("01", DYNAMIC if code.once else STATIC)
        + _field("38", account)
        + _field("53", DONG)
        + (_field("54", str(code.amount)) if code.amount is not None else "")
        + _field("58", VIETNAM)
        + (_field("62", more) if more else "")
        + "6304"
    )
    return body + crc(body)


def parse(payload: str) -> VietQR:
    """Return what a payload says. Raises WrongPayload where its check value, its form or its currency is wrong."""
    if len(payload) < 8 or not payload.isascii() or payload[-8:-4] != "6304":
        raise WrongPayload(why=_("it does not end in a check value"))
    if crc(payload[:-4]) != payload[-4:].upper():
        raise WrongPayload(why=_("its check value is wrong"))
    fields = _fields(payload)
    account = _fields(fields.get("38", ""))
    if fields.get("00") != "01" or account.get("00") != NAPAS:
        raise WrongPayload(why=_("it does not name an account in Viet Nam"))
    if fields.get("53") != DONG:
        raise WrongPayload(why=_("it is not in đồng"))
    to, more = _fields(account.get("01", "")), _fields(fields.get("62", ""))
    amount = fields.get("54")
    if amount is not None and not amount.isdigit():
        raise WrongPayload(why=_("its amount is not in whole đồng"))
    return VietQR(
        bank=to.get("00", ""),
        account=to.get("01", ""),
        amount=None if amount is None else int(amount),
        purpose=more.get("08", ""),
        order=more.get("01", ""),
        service=account.get("02", ""),
        once=fields.get("01") == DYNAMIC,
    )


def _field(tag: str, value: str) -> str:
    if len(value) > 99:
        raise WrongPayload(why=_("one of its fields is too long"))
    return f"{tag}{len(value):02}{value}"


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        tag, size = text[place : place + 2], text[place + 2 : place + 4]
        value = text[place + 4 : place + 4 + int(size)] if size.isascii() and size.isdigit() else ""
        if not (tag.isdigit() and size.isdigit()) or len(value) != int(size) or tag in found:
            raise WrongPayload(why=_("its fields are cut or mixed up"))
        found[tag] = value
        place += 4 + len(value)
    return found
