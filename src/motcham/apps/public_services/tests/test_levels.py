"""The test of Decree 42/2022 rests on words of the source, and on nothing else."""

from __future__ import annotations

from datetime import date

from motcham.apps.public_services import words
from motcham.apps.public_services.define import FeeKind, Offer, Paper, Procedure, Result
from motcham.apps.public_services.levels import Level, Verdict, judge

ONLINE = (Offer("online", 3, "working_days", FeeKind.FREE, 0),)
COPY = (Paper("Tờ khai", copies=1),)


def a_procedure(**more: object) -> Procedure:
    return Procedure("1.777777", 1, date(2026, 7, 1), None, "Một thủ tục", **more)  # type: ignore[arg-type]


def verdicts(procedure: Procedure) -> dict[str, str]:
    return {each.key: each.verdict for each in judge(procedure).criteria}


def test_silence_of_the_source_is_not_announced():
    found = judge(a_procedure(offers=ONLINE, papers=COPY))

    assert found.level is Level.OPEN
    assert verdicts(a_procedure(offers=ONLINE))["presence"] is Verdict.UNSTATED


def test_an_original_on_paper_makes_it_partial_and_is_quoted():
    found = judge(a_procedure(offers=ONLINE, papers=(Paper("Giấy chứng sinh", originals=1),)))

    assert found.level is Level.PARTIAL
    assert found.criteria[0].quote == "Giấy chứng sinh (1 bản chính)"


def test_who_must_come_or_sign_by_hand_cannot_do_it_wholly_online():
    steps = ("Hai bên nam, nữ cùng có mặt và ký tên vào Sổ đăng ký kết hôn.",)

    found = verdicts(a_procedure(offers=ONLINE, papers=COPY, steps=steps))

    assert (found["presence"], found["signature"]) == (Verdict.BROKEN, Verdict.BROKEN)


def test_the_digital_signature_of_somebody_else_says_nothing_of_whoever_applies():
    paper = Paper(
        "Trường hợp cơ quan đã khai thác được dữ liệu điện tử có ký số của Giấy báo tử thì không phải nộp bản giấy", copies=1
    )
    officer = "Cán bộ tiếp nhận số hóa và ký số vào tài liệu."
    applicant = "Chủ xe kê khai trong giấy khai đăng ký xe, ký số."

    assert verdicts(a_procedure(offers=ONLINE, papers=(paper,), steps=(officer,)))["signature"] is Verdict.UNSTATED
    assert verdicts(a_procedure(offers=ONLINE, papers=(paper,), steps=(officer, applicant)))["signature"] is Verdict.MET


def test_a_fee_without_a_word_on_paying_online_is_not_announced():
    paid = (Offer("online", 3, "working_days", FeeKind.AMOUNT, 50_000),)

    assert verdicts(a_procedure(offers=paid))["payment"] is Verdict.UNSTATED
    assert verdicts(a_procedure(offers=ONLINE))["payment"] is Verdict.MET


def test_what_is_handed_in_only_at_a_counter_is_not_online():
    assert judge(a_procedure(offers=(Offer("direct", 3, "days", FeeKind.FREE, 0),))).level is Level.NONE
    assert judge(a_procedure()).level is Level.OPEN


def test_the_short_account_leaves_refusals_out_but_not_a_paper_of_that_name():
    results = (Result("Phiếu từ chối tiếp nhận, giải quyết hồ sơ"), Result("Văn bản từ chối nhận di sản được chứng thực."))

    told = " ".join(words.in_short(a_procedure(offers=ONLINE, results=results)))

    assert "Văn bản từ chối nhận di sản được chứng thực" in told and "Phiếu từ chối" not in told
