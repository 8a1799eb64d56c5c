"""Accusations of people in office are told from ordinary reports: in sentences the words were mended on, and in others.

What is demanded of the sentences kept apart is what was measured, a little less: who changes the words learns whether they hold
elsewhere.
"""

from __future__ import annotations

import unicodedata

import pytest

from motcham import data
from motcham.apps.feedback_1022 import accusing, hinting
from motcham.data.areas.spelling import fold


def labelled(name):
    return [line for line in data.text(name).splitlines() if line[:1] in ("~", "+", "-")]


LABELLED = labelled("accusation_examples.txt")


def measured(name, change=str):
    """Return the share of accusations that are heard, and of ordinary reports that are left alone."""
    shares = shares_heard(name, change)
    return shares["+"], 1 - shares["-"]


def shares_heard(name, change=str):
    """Return what share of the sentences of each label is heard as an accusation; `pytest -rP` shows them."""
    heard = {}
    for line in labelled(name):
        heard.setdefault(line[0], []).append(accusing.accuses(change(line[2:])))
    shares = {sign: sum(each) / len(each) for sign, each in heard.items()}
    print(name, change.__name__, *(f"{sign} {share:.3f} of {len(heard[sign])}" for sign, share in shares.items()))
    return shares


HASTE = {
    "capitals": str.upper,
    "small letters": str.lower,
    "letters and marks apart": lambda text: unicodedata.normalize("NFD", text),
    "no marks": fold,
    "hỏi for ngã": lambda text: unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).replace("\u0303", "\u0309")),
    "lines of their own": lambda text: f"Kính gửi 1022,\n{text}\nXin cảm ơn.",
    "cries": lambda text: f"{text}!!!",
}


@pytest.mark.parametrize("line", LABELLED)
def test_accusations_are_told_from_reports_as_labelled(line):
    assert accusing.accuses(line[2:]) is (line[0] == "+")


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("Trưởng ấp cho người nhà hưởng tiền hộ nghèo", True),
        ("cong an bat con toi ky giay trang", True),
        ("Bác sĩ trạm y tế khám kỹ", True),
        ("Nhờ cán bộ phường xuống đo tiếng ồn", False),
        ("Kẻ gian giả danh công an gọi điện", False),
        ("Đèn đường trước ủy ban phường tắt", False),
    ],
)
def test_what_somebody_in_office_did_is_noticed_whatever_it_was(text, is_told):
    assert accusing.tells_of_office(text) is is_told


def test_who_and_what_far_apart_are_no_accusation():
    assert not accusing.accuses("Cán bộ hướng dẫn tận tình. " + "Rất tốt. " * 20 + "Hàng xóm chửi nhau suốt đêm.")


@pytest.mark.parametrize("change", HASTE.values(), ids=HASTE)
def test_an_accusation_is_heard_however_hastily_it_is_typed(change):
    assert [line for line in LABELLED if line[0] == "+" and not accusing.accuses(change(line[2:]))] == []


@pytest.mark.parametrize("change", [change for name, change in HASTE.items() if name != "no marks"])
def test_what_only_sounds_like_an_accusation_does_so_however_it_is_typed(change):
    assert [line for line in LABELLED if line[0] == "-" and accusing.accuses(change(line[2:]))] == []


@pytest.mark.parametrize(
    ("name", "change", "recall", "left_alone"),
    [
        ("accusation_tuned.txt", str, 0.90, 0.97),
        ("accusation_tuned.txt", fold, 0.85, 0.95),
        ("accusation_held_out.txt", str, 0.93, 0.95),
        ("accusation_held_out.txt", str.upper, 0.93, 0.95),
        ("accusation_held_out.txt", fold, 0.90, 0.93),
    ],
)
def test_accusations_are_heard_and_ordinary_reports_left_alone(name, change, recall, left_alone):
    heard, alone = measured(name, change)

    assert heard >= recall and alone >= left_alone


@pytest.mark.parametrize(
    ("name", "change", "oblique", "plain", "left_alone"),
    [
        ("accusation_oblique_tuned.txt", str, 0.85, 0.92, 0.95),
        ("accusation_oblique_tuned.txt", fold, 0.80, 0.90, 0.93),
        ("accusation_oblique_held_out.txt", str, 0.80, 0.95, 0.95),
        ("accusation_oblique_held_out.txt", str.upper, 0.80, 0.95, 0.95),
        ("accusation_oblique_held_out.txt", fold, 0.75, 0.92, 0.93),
    ],
)
def test_hints_are_heard_and_ordinary_reports_left_alone(name, change, oblique, plain, left_alone):
    shares = shares_heard(name, change)

    assert shares["~"] >= oblique and shares["+"] >= plain and 1 - shares["-"] >= left_alone


@pytest.mark.parametrize(("change", "oblique", "left_alone"), [(str, 0.45, 0.97), (fold, 0.33, 0.97)])
def test_hints_nobody_thought_of_are_heard_where_two_of_them_meet(change, oblique, left_alone):
    shares = shares_heard("accusation_oblique_unseen.txt", change)

    assert shares["~"] >= oblique and 1 - shares["-"] >= left_alone


@pytest.mark.parametrize(
    ("text", "is_heard"),
    [
        ("Muốn nhanh thì phải biết điều", True),
        ("Anh ấy bảo để lại chút cà phê", True),
        ("Hồ sơ của người quen thì xong ngay, của tôi ba tháng chưa thấy", True),
        ("Cứ gặp riêng anh T. là xong", True),
        ("Nhà ông chủ tịch xây lấn mà không ai nói gì", True),
        ("Em vợ ông phó chủ tịch mở quán ngay vỉa hè", True),
        ("Em cán bộ hướng dẫn tôi điền tờ khai", False),
        ("Không lót tay mà hồ sơ vẫn xong sớm", False),
        ("Hồ sơ mà không lót tay thì ba tháng chưa xong", True),
        ("Người quen tôi mất hồ sơ, xin hỏi nộp lại ở đâu?", False),
        ("Khi nào thì phường làm lại hẻm?", False),
        ("Hàng xóm xây lấn mà không ai nói gì", False),
    ],
)
def test_a_hint_accuses_where_it_meets_another_or_somebody_in_office(text, is_heard):
    assert accusing.accuses(text) is is_heard


@pytest.mark.parametrize("change", [str, fold])
def test_no_name_of_a_place_is_heard_as_a_hint(change):
    names = {row["name"] for row in data.rows("areas/areas.csv")}
    addresses = [f"Trước ủy ban {name}, cạnh chợ" for name in sorted(names)]

    assert [address for address in addresses if accusing.accuses(change(address))] == []


def test_hints_far_apart_do_not_add_up():
    near, far = "Người quen nộp hồ sơ {}thì có ngay".format, "và đường trước nhà tôi vẫn còn nhiều ổ gà " * 6

    assert accusing.accuses(near("")) and not accusing.accuses(near(far))


def test_whoever_only_begins_to_hint_is_asked():
    text = "Chị ở quầy nói nhỏ với tôi"

    assert accusing.tells_of_office(text) and not accusing.accuses("Hồ sơ: họ nói nhỏ với tôi")
    assert accusing.tells_of_office("Hồ sơ: họ nói nhỏ với tôi") and not accusing.tells_of_office("Họ nói nhỏ với tôi")


def test_what_is_measured_on_was_not_mended_on():
    mended = {line for name in ("examples", "tuned", "oblique_tuned") for line in labelled(f"accusation_{name}.txt")}
    for name in ("held_out", "oblique_held_out", "oblique_unseen"):
        apart = set(labelled(f"accusation_{name}.txt"))
        assert not apart & mended
        assert min(sum(line[0] in "~+" for line in apart), sum(line[0] == "-" for line in apart)) >= 30


def test_every_hint_has_a_kind_that_is_weighed_and_only_one():
    rows = data.rows("accusation_hints.csv")
    built = {*hinting.PHRASES, *hinting.WORDS, "kin", "owns"}
    hints = [row["words"] for row in rows if row["kind"] not in built]

    assert {row["kind"] for row in rows} - built == {*hinting.WEIGHTS, "scene", "officer"} - {
        "kin", "owns", "paid", "rule", "exchange", "says", "told", "initial"
    }  # fmt: skip
    assert sorted(hints) == sorted(set(hints))
