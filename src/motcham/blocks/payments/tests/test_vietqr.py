"""VietQR payloads as banks write them, and every one that we write read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham.blocks.payments import vietqr
from motcham.blocks.payments.define import WrongPayload
from motcham.blocks.payments.vietqr import VietQR

VECTORS = json.loads((Path(__file__).parent / "vietqr_vectors.json").read_text())
LETTERS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -.", max_size=25)
CODES = st.builds(
    VietQR,
    bank=st.text("0123456789", min_size=6, max_size=6),
    account=st.text("0123456789ABCDEFGHIJ", min_size=1, max_size=19),
    amount=st.none() | st.integers(1, 10**13 - 1),
    purpose=LETTERS,
    order=LETTERS,
    service=st.sampled_from([vietqr.TO_ACCOUNT, vietqr.TO_CARD]),
    once=st.booleans(),
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda each: each["expected_crc"])
def test_given_payloads_have_the_given_check_value(vector):
    payload = vector["payload"]
    assert vietqr.crc(payload[:-4]) == vector["expected_crc"]
    if vector["crc_ok"]:
        assert vietqr.build(vietqr.parse(payload)) == payload
    else:
        with pytest.raises(WrongPayload):
            vietqr.parse(payload)


def test_the_check_value_is_that_of_the_standard():
    # CRC-16/CCITT-FALSE has 29B1 for the nine digits.
    assert vietqr.crc("123456789") == "29B1"


@given(CODES)
def test_what_is_written_is_read_back(code):
    assert vietqr.parse(vietqr.build(code)) == code


@given(CODES, st.data())
def test_one_changed_letter_is_found(code, data):
    payload = vietqr.build(code)
    place = data.draw(st.integers(0, len(payload) - 5))
    letter = data.draw(st.sampled_from("0123456789ABC").filter(lambda each: each != payload[place]))
    with pytest.raises(WrongPayload):
        vietqr.parse(payload[:place] + letter + payload[place + 1 :])


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    with pytest.raises(WrongPayload):
        vietqr.parse(text)
    with pytest.raises(WrongPayload):
        vietqr.parse(f"{text}6304{vietqr.crc(text + '6304')}" if text.isascii() else text)


@pytest.mark.parametrize(
    "wrong",
    [{"bank": "97043"}, {"bank": "97043x"}, {"account": ""}, {"account": "1" * 20}, {"account": "1-2"}, {"amount": 0},
     {"amount": 10**13}, {"purpose": "x" * 26}, {"purpose": "đồng"}],
)  # fmt: skip
def test_what_no_code_can_hold_is_refused(wrong):
    with pytest.raises(WrongPayload):
        vietqr.build(VietQR(**{"bank": "970436", "account": "1", **wrong}))
