"""Time and fee by channel, out of run-together text, never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham.apps.public_services.define import FeeKind, Offer
from motcham.apps.public_services.reading.offers import CHANNELS, HEADER, UNITS, read


def only(raw: str) -> Offer:
    (offer,) = read(HEADER + raw).offers
    return offer


def test_each_row_is_a_channel_with_its_time_and_fee():
    found = read(
        HEADER
        + "Trực tuyến3 Ngày làm việc7,000 Việt Nam ĐồngDịch vụ bưu chính20 NgàyMiễn phíTrực tiếpKhông có thông tinKhông có thông tin"
    )

    assert [(each.channel, each.value, each.unit, each.fee_kind, each.fee_vnd) for each in found.offers] == [
        ("online", 3, "working_days", FeeKind.AMOUNT, 7000),
        ("post", 20, "days", FeeKind.FREE, 0),
        ("direct", None, "", FeeKind.UNSTATED, None),
    ]
    assert not found.doubts


def test_the_word_of_a_channel_inside_a_description_begins_no_row():
    offer = only("Trực tiếp1 Ngày làm việcMiễn phí+ Trực tuyến: nộp hồ sơ qua Cổng. Trực tiếp tại trụ sở.")

    assert offer.channel == "direct"
    assert "Trực tuyến: nộp" in offer.note


def test_a_number_without_a_unit_is_no_limit():
    found = read(HEADER + "Trực tuyến1Miễn phí")

    assert (found.offers[0].value, found.offers[0].unit) == (None, "")
    assert [reason for _field, _text, reason in found.doubts] == ["time_without_unit"]


@pytest.mark.parametrize(
    ("raw", "kind", "amount"),
    [
        ("50,000 Việt Nam Đồng", FeeKind.AMOUNT, 50_000),
        ("50,000 Việt Nam Đồng(50.000 đồng/lần)", FeeKind.AMOUNT, 50_000),
        ("2,000 Việt Nam Đồng(/trang)", FeeKind.EACH, 2_000),
        ("10 USD(/bản)", FeeKind.FOREIGN, None),
        ("135 VNĐ(Lệ phí cấp giấy phép lái xe: 135.000 đồng/lần.)", FeeKind.UNCLEAR, None),
        ("25 VNĐ", FeeKind.UNCLEAR, None),
        ("1200 VNĐ", FeeKind.UNCLEAR, None),
        ("5,000 Việt Nam Đồng(nộp qua cổng dịch vụ công thu 7.000 đồng/lần)", FeeKind.UNCLEAR, None),
        ("50,000 VNĐ(Cấp mới)100,000 VNĐ(Cấp lại)", FeeKind.UNCLEAR, None),
        ("Miễn phí", FeeKind.FREE, 0),
        ("Miễn phí(Miễn lệ phí cho mọi người)", FeeKind.FREE, 0),
        ("Miễn phí(Mức lệ phí cụ thể do Hội đồng nhân dân tỉnh quyết định)", FeeKind.UNCLEAR, None),
        ("Không có thông tin", FeeKind.UNSTATED, None),
    ],
)
def test_a_fee_has_a_number_only_where_its_own_words_bear_it(raw, kind, amount):
    offer = only("Trực tiếp5 Ngày làm việc" + raw)

    assert (offer.fee_kind, offer.fee_vnd) == (kind, amount)


def test_a_time_and_a_fee_run_together_are_parted_only_where_there_is_one_way():
    assert only("Trực tiếp1100,000 VNĐ").fee_vnd == 100_000

    found = read(HEADER + "Trực tiếp120,000 VNĐ")

    assert found.offers[0].fee_vnd is None
    assert "time_and_fee_run_together" in {reason for _field, _text, reason in found.doubts}


def test_days_that_the_page_calls_working_days_elsewhere_are_a_contradiction():
    found = read(HEADER + "Trực tiếp20 NgàyMiễn phíTối đa không quá 20 ngày làm việc")

    assert found.clashes == (("limit", "20 Ngày", "20 ngày làm việc"),)


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(CHANNELS)), st.integers(1, 200), st.sampled_from(sorted(UNITS))), min_size=1, max_size=6
    )
)
def test_whatever_rows_were_run_together_come_apart_again(rows):
    raw = HEADER + "".join(f"{channel}{value} {unit}Miễn phí" for channel, value, unit in rows)

    found = read(raw)

    assert [(each.channel, each.value, each.unit) for each in found.offers] == [
        (CHANNELS[channel], value, UNITS[unit]) for channel, value, unit in rows
    ]


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader_or_makes_a_number_that_it_has_not(text):
    for offer in read(text).offers:
        assert offer.value is None or str(offer.value) in text.replace("0", "") or "0" in text
