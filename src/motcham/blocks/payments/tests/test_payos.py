"""Signatures are those that the gateway publishes; the made-up gateway of tests and demo keeps the same contract."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham.blocks.payments import payos, vietqr
from motcham.blocks.payments.demo_gateway import KEYS, FakeGateway

VECTORS = json.loads((Path(__file__).parent / "payos_vectors.json").read_text())["vectors"]
TEXTS = {"data": payos.text_of, "request": payos.text_of_request, "payout": payos.text_of_payout}
# The fields of the contract, as its documentation and its own libraries name them.
CREDIT = {
    "accountNumber", "amount", "counterAccountBankId", "counterAccountBankName", "counterAccountName", "counterAccountNumber",
    "description", "reference", "transactionDateTime", "virtualAccountName", "virtualAccountNumber",
}  # fmt: skip
CALLBACK = CREDIT | {"orderCode", "currency", "paymentLinkId", "code", "desc"}
OPENED = {
    "bin", "accountNumber", "accountName", "amount", "description", "orderCode", "currency", "paymentLinkId", "status", "expiredAt",
    "checkoutUrl", "qrCode",
}  # fmt: skip
STANDING = {
    "id", "orderCode", "amount", "amountPaid", "amountRemaining", "status", "createdAt", "transactions", "canceledAt",
    "cancellationReason",
}  # fmt: skip
HEADERS = {"x-client-id": KEYS[0], "x-api-key": KEYS[1]}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda each: each["signature"][:8])
def test_a_signature_is_the_published_one(vector):
    assert payos.sign(TEXTS[vector["signs"]](vector["data"]), vector["key"]) == vector["signature"]


@given(
    st.dictionaries(st.text("abcXYZ", min_size=1), st.one_of(st.integers(0, 2**53), st.text(), st.none()), max_size=8),
    st.randoms(),
)
def test_the_order_of_fields_does_not_matter_and_any_change_does(data, random):
    names = list(data)
    random.shuffle(names)
    signature = payos.sign(payos.text_of(data), "key")
    assert payos.is_signed({name: data[name] for name in names}, signature, "key")
    assert not payos.is_signed({**data, "added": "x"}, signature, "key")
    assert not payos.is_signed(data, signature, "another") and not payos.is_signed(data, signature, "")


def test_half_a_letter_in_an_answer_is_refused_and_breaks_nothing():
    assert not payos.is_signed({"\ud800": ["\udfff"]}, "\ud800", "key", text=payos.text_of_payout)


def test_an_instant_without_an_offset_is_in_the_time_of_viet_nam():
    assert payos.moment_of("2023-02-04 18:25:00") == datetime(2023, 2, 4, 11, 25, tzinfo=UTC)
    assert payos.moment_of("2025-12-12T09:00:00+07:00") == datetime(2025, 12, 12, 2, tzinfo=UTC)


@pytest.fixture
def fake(tmp_path: Path) -> FakeGateway:
    return FakeGateway(tmp_path)


def ask(fake: FakeGateway, **changes: object) -> tuple[int, dict, dict]:
    asked = {"orderCode": 7, "amount": 50_000, "description": "MC7", "cancelUrl": "http://a", "returnUrl": "http://a", **changes}
    signature = changes.pop("signature", payos.sign(payos.text_of_request(asked), KEYS[2]))
    return fake.answer("/v2/payment-requests", HEADERS, json.dumps({**asked, "signature": signature}).encode())


def test_the_fake_answers_with_the_fields_of_the_contract_and_signs_them(fake):
    status, answer, _above = ask(fake)
    assert status == 200 and set(answer["data"]) == OPENED and payos.is_signed(answer["data"], answer["signature"], KEYS[2])
    code = vietqr.parse(answer["data"]["qrCode"])
    assert (code.amount, code.purpose, code.once) == (50_000, "MC7", True)
    told = fake.transfer(7)
    assert set(told["data"]) == CALLBACK and payos.is_signed(told["data"], told["signature"], KEYS[2])
    _, standing, _above = fake.answer("/v2/payment-requests/7", HEADERS, None)
    assert set(standing["data"]) == STANDING and set(standing["data"]["transactions"][0]) == CREDIT
    assert standing["data"]["status"] == "PAID" and payos.is_signed(standing["data"], standing["signature"], KEYS[2])


def test_the_fake_refuses_what_the_contract_refuses(fake):
    assert fake.answer("/v2/payment-requests", {}, b"{}")[0] == 401
    assert ask(fake, signature="0" * 64)[1]["code"] == "201"
    assert ask(fake, description="x" * 26)[1]["code"] == "20"
    assert ask(fake)[1]["code"] == "00" and ask(fake)[1]["code"] == "231"
    assert fake.answer("/v2/payment-requests/8", HEADERS, None)[0] == 404


def test_the_fake_pays_back_once_for_one_key(fake):
    asked = {"referenceId": "r", "amount": 5, "description": "x", "toBin": "970415", "toAccountNumber": "123456", "category": []}
    sent = {**HEADERS, "x-idempotency-key": "r", "x-signature": payos.sign(payos.text_of_payout(asked), KEYS[2])}
    first = fake.answer("/v1/payouts/", sent, json.dumps(asked).encode())
    assert first == fake.answer("/v1/payouts/", sent, json.dumps(asked).encode())
    _status, said, above = first
    assert payos.is_signed(said["data"], above["x-signature"], KEYS[2], text=payos.text_of_payout)
    wrong = {**sent, "x-signature": "0"}
    assert fake.answer("/v1/payouts/", wrong, json.dumps(asked).encode())[1]["code"] == "201"
