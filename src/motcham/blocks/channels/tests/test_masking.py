"""What tells who somebody is goes out of a text; what a report needs stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham import data
from motcham.blocks.channels import masking

# Words that meet in real reports, so that random text comes near to what the patterns look for.
PIECES = st.sampled_from(
    [
        "ông",
        "bà",
        "anh",
        "Nguyễn",
        "Văn",
        "NGUYỄN",
        "A",
        "hải",
        "Chợ",
        "Bà",
        "Chiểu",
        "0901234567",
        "+84",
        "901.234",
        "o9o",
        "STK",
        "079085001234",
        "59X1-234.56",
        "a@b.vn",
        "@ten",
        "fb.com/x",
        "•••",
        "1022",
        "212/3",
        "02/03/2026",
        "5.000.000",
        "đồng",
        ",",
        ".",
        ":",
        "-",
        "(",
        ")",
        "\n",
        "⟦",
        "tôi",
        "là",
        "không",
        "một",
        "hai",
        "ba",
    ]
)
TEXT = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map(" ".join), st.lists(PIECES, max_size=30).map("".join))


def test_labelled_sentences_are_masked_as_they_are_labelled():
    score = masking.measure(masking.examples())

    assert score.sentences >= 150
    assert score.precision >= 0.995
    assert score.recall >= 0.99
    assert len(score.missed) + len(score.excess) <= 3


def test_a_sentence_that_is_labelled_wrongly_lowers_the_score():
    score = masking.measure("Ông ⟦Nguyễn Văn Tư⟧ ở ⟦số 12⟧.\nGọi 0901234567.")

    assert score.recall < 1
    assert score.precision < 1
    assert len(score.missed) == len(score.excess) == 1


@given(TEXT)
def test_masking_what_is_masked_changes_nothing(text):
    once = masking.mask(text)

    assert masking.mask(once) == once


@given(TEXT)
def test_only_what_is_found_is_taken_out(text):
    text, spans = masking.find(text)
    rest = text
    for each in reversed(spans):
        rest = rest[: each.start] + masking.MASK + rest[each.end :]

    assert masking.mask(text) == rest


@given(st.text(alphabet="0123456789", min_size=9, max_size=9), st.sampled_from(["{}", "{} nhé", "gọi {}.", "({})"]))
def test_no_mobile_number_stays_however_it_is_written(digits, sentence):
    digits = "9" + digits[1:]
    for written in (f"0{digits}", f"+84{digits}", f"0{digits[:3]} {digits[3:6]} {digits[6:]}", f"0{digits[:2]}.{digits[2:]}"):
        assert digits[-4:] not in masking.mask(sentence.format(written))


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "0",
        "0 ",
        "ông ",
        "Nguyễn ",
        "stk ",
        "@",
        "a@",
        "1-",
        "59X1-",
        "không ",
        "a.",
        "+84 ",
        "fb.com/",
        "(",
        "Ô",
        "a a cong ",
    ],
)
def test_rubbish_of_100_000_letters_is_read_in_linear_time(piece):
    def seconds(length):
        began = time.process_time()
        masking.mask(piece * (length // len(piece)))
        return time.process_time() - began

    short = min(seconds(10_000) for _ in range(3))
    # Ten times the text may take ten times as long, and on a busy machine one reading of several; a square takes a hundred.
    assert any(seconds(100_000) < 40 * short + 0.2 for _ in range(5))


def test_the_names_of_the_citys_areas_and_agencies_stay():
    names = {row["name"] for path in ("areas/areas.csv", "agencies.csv") for row in data.rows(path)}

    changed = [name for name in names for said in (name, name.upper(), f"Đèn ở {name} hư") if said != masking.mask(said)]

    assert changed == []
