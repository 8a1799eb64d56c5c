"""A gateway that is made up: it answers after the contract in `payos`, takes no money, and lives in files. The demo has it in its
own process, tests behind a port; nothing else may use it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.utils import timezone

from motcham.blocks.channels.define import CallFailed
from motcham.blocks.payments import payos, vietqr

BANK, ACCOUNT = "970415", "113366668888"
KEYS = ("demo-client", "demo-api-key", "demo-checksum-key")


class FakeGateway:
    """The other side of the contract. It checks what it is sent as strictly as the contract says it does."""

    payout_state = "SUCCEEDED"

    def __init__(self, folder: Path, *, keys: tuple[str, str, str] = KEYS, pages: str = "/payments/demo-gateway/") -> None:
        self.folder, self.keys, self.pages = folder, keys, pages
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def answer(self, path: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, dict[str, Any], dict[str, str]]:
        """Return the status of HTTP, what is answered, and the header that signs what is said about payouts."""
        status, said = self._answer(path, headers, body)
        is_signed_above = path.startswith("/v1/payouts") and "data" in said
        above = {"x-signature": payos.sign(payos.text_of_payout(said["data"]), self.keys[2])} if is_signed_above else {}
        return status, said, above

    def _answer(self, path: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, dict[str, Any]]:
        sent = {name.lower(): value for name, value in headers.items()}
        if (sent.get("x-client-id"), sent.get("x-api-key")) != self.keys[:2]:
            return 401, {"code": "401", "desc": "unauthorised"}
        path, _sign, query = path.partition("?")
        parts = path.strip("/").split("/")
        asked = json.loads(body) if body else {}
        if parts[:2] == ["v2", "payment-requests"]:
            return self._requests(parts[2:], asked)
        if parts == ["v1", "payouts"] and body is None:
            return self._listed(dict(parse_qsl(query)))
        if parts[:2] == ["v1", "payouts"]:
            return self._payouts(parts[2:], asked, sent)
        return 404, {"code": "404", "desc": "not found"}

    def _requests(self, rest: list[str], asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if rest:
            return self._of_order(rest[0], closes=rest[1:] == ["cancel"])
        if asked.get("signature") != payos.sign(payos.text_of_request(asked), self.keys[2]):
            return 200, {"code": "201", "desc": "signature"}
        if len(asked["description"]) > payos.LONGEST_DESCRIPTION or not 0 < asked["amount"] <= payos.LARGEST:
            return 200, {"code": "20", "desc": "fields"}
        if self.order(asked["orderCode"]) is not None:
            return 200, {"code": "231", "desc": "the order is there already"}
        link = secrets.token_hex(16)
        order = {**asked, "id": link, "status": "PENDING", "createdAt": timezone.localtime().isoformat(), "transactions": []}
        self._keep(order)
        code = vietqr.VietQR(bank=BANK, account=ACCOUNT, amount=asked["amount"], purpose=asked["description"])
        return 200, self._signed(
            {
                "bin": BANK,
                "accountNumber": ACCOUNT,
                "accountName": "TAI KHOAN TRINH DIEN",
                "amount": asked["amount"],
                "description": asked["description"],
                "orderCode": asked["orderCode"],
                "currency": "VND",
                "paymentLinkId": link,
                "status": "PENDING",
                "expiredAt": asked.get("expiredAt"),
                "checkoutUrl": f"{self.pages}{asked['orderCode']}/",
                "qrCode": vietqr.build(code),
            }
        )

    def _of_order(self, code: str, *, closes: bool) -> tuple[int, dict[str, Any]]:
        order = self.order(code)
        if order is None:
            return 404, {"code": "101", "desc": "no such order"}
        if closes and order["status"] != "PENDING":
            return 200, {"code": "14", "desc": "the order is over"}
        if closes:
            order["status"] = "CANCELLED"
            self._keep(order)
        return 200, self._signed(_shown(order))

    def _payouts(self, rest: list[str], asked: dict[str, Any], sent: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        if rest and rest[0]:
            found = json.loads((self.folder / f"payout-{Path(rest[0]).name}.json").read_text())
            return 200, {"code": payos.OK, "desc": "success", "data": found}
        if sent.get("x-signature") != payos.sign(payos.text_of_payout(asked), self.keys[2]):
            return 200, {"code": "201", "desc": "signature"}
        key = Path(sent["x-idempotency-key"]).name
        file = self.folder / f"payout-{key}.json"
        if not file.exists():
            line = {**asked, "id": f"{key}-1", "state": self.payout_state, "reference": f"FT{secrets.token_hex(5).upper()}"}
            line |= {
                "toAccountName": None,
                "transactionDatetime": timezone.localtime().isoformat(),
                "errorMessage": None,
                "errorCode": None,
            }
            line.pop("category")
            payout = {"id": key, "referenceId": asked["referenceId"], "transactions": [line], "category": None}
            file.write_text(json.dumps({**payout, "approvalState": "COMPLETED", "createdAt": timezone.localtime().isoformat()}))
        return 200, {"code": payos.OK, "desc": "success", "data": json.loads(file.read_text())}

    def _listed(self, asked: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Return a page of the payouts of a time, or of one key."""
        found = [json.loads(file.read_text()) for file in sorted(self.folder.glob("payout-*.json"))]
        if "referenceId" in asked:
            found = [each for each in found if each["referenceId"] == asked["referenceId"]]
        else:
            begins, ends = (datetime.fromisoformat(asked[name]) for name in ("fromDate", "toDate"))
            found = [each for each in found if begins <= datetime.fromisoformat(each["createdAt"]) <= ends]
        first, most = int(asked["offset"]), int(asked["limit"])
        page = found[first : first + most]
        more = {"limit": most, "offset": first, "total": len(found), "count": len(page), "hasMore": first + most < len(found)}
        return 200, {"code": payos.OK, "desc": "success", "data": {"payouts": page, "pagination": more}}

    def order(self, order_code: object) -> dict[str, Any] | None:
        """Return what is known of an order, None where there is none."""
        file = self.folder / f"order-{int(str(order_code))}.json"
        found: dict[str, Any] | None = json.loads(file.read_text()) if file.exists() else None
        return found

    def transfer(self, order_code: int, *, amount: int | None = None, at: datetime | None = None) -> dict[str, Any]:
        """Let somebody transfer money for an order; return the callback that tells of it."""
        order = self.order(order_code)
        assert order is not None
        moment = timezone.localtime(at, timezone.get_default_timezone())
        line = {
            "reference": f"FT{secrets.token_hex(6).upper()}",
            "amount": order["amount"] if amount is None else amount,
            "accountNumber": ACCOUNT,
            "description": order["description"],
            "transactionDateTime": moment.strftime("%Y-%m-%d %H:%M:%S"),
            "counterAccountBankId": "01202001",
            "counterAccountBankName": "",
            "counterAccountName": "NGUOI TRINH DIEN",
            "counterAccountNumber": "9876543210",
            "virtualAccountName": "",
            "virtualAccountNumber": "",
        }
        order["transactions"].append(line)
        order["status"] = "PAID" if paid(order) >= order["amount"] else "UNDERPAID"
        self._keep(order)
        data = {
            **line,
            "orderCode": order_code,
            "paymentLinkId": order["id"],
            "currency": "VND",
            "code": payos.OK,
            "desc": "success",
        }
        return {**self._signed(data), "success": True}

    def close(self, order_code: int, status: str) -> None:
        """Let an order expire or be cancelled at the gateway."""
        order = self.order(order_code)
        assert order is not None
        self._keep({**order, "status": status})

    def _keep(self, order: dict[str, Any]) -> None:
        (self.folder / f"order-{order['orderCode']}.json").write_text(json.dumps(order))

    def _signed(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"code": payos.OK, "desc": "success", "data": data, "signature": payos.sign(payos.text_of(data), self.keys[2])}


def paid(order: Mapping[str, Any]) -> int:
    """Return how much came for an order."""
    return sum(each["amount"] for each in order["transactions"])


def _shown(order: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": order["id"],
        "orderCode": order["orderCode"],
        "amount": order["amount"],
        "amountPaid": paid(order),
        "amountRemaining": max(0, order["amount"] - paid(order)),
        "status": order["status"],
        "createdAt": order["createdAt"],
        "transactions": order["transactions"],
        "canceledAt": None,
        "cancellationReason": None,
    }


def fake() -> FakeGateway:
    """Return the gateway of the demo."""
    return FakeGateway(Path(settings.HOME) / "demo-gateway", keys=settings.PAYOS_KEYS)


def call(path: str, headers: Mapping[str, str], body: bytes | None) -> tuple[bytes, Mapping[str, str]]:
    """Answer a call in the same process."""
    status, answer, above = fake().answer(path, headers, body)
    if status != 200:
        raise CallFailed(url="demo", why=str(status), permanent=True)
    return json.dumps(answer).encode(), above
