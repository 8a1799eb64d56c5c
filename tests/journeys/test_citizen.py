"""Citizens and a lamp: one reports it with a photo, another joins, both follow; it is contested, mended and rated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from motcham.blocks.cases import api as cases
from motcham.blocks.cases.models import Case
from motcham.blocks.channels.testing import MailServer, deliver, mail_server
from motcham.blocks.documents.testing import a_document
from motcham.blocks.identity.testing import system

LAMP = (106.7009, 10.7769)


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def letters(post: MailServer, to: str) -> list[str]:
    """Return the subjects of what came for somebody."""
    deliver()
    return [str(letter["Subject"]) for whom, letter in post.got if whom == to]


def released(words: str = "Đèn tắt trước nhà", reply: str = "") -> Case:
    """Have an officer publish the only report there is."""
    case = Case.objects.get()
    cases.release(by=system, case_id=case.id, text=words, reply=reply, documents=case.documents)
    return case


def answered(case: Case, words: str) -> None:
    """Have the ward answer with a photo of the work."""
    cases.take_step(by=system, case_id=case.id, to="answered", message=words, documents=[a_document().id])


@pytest.mark.parametrize("keyboard", [False, True], ids=["by pointer", "by keyboard"])
def test_a_citizen_reports_with_a_photo_that_knows_where_it_was_taken(city, person, keyboard):
    citizen = person(wide=keyboard, keyboard=keyboard)
    citizen.goes_to("/")
    citizen.clicks("Báo một sự cố")
    citizen.opens("Hạ tầng đô thị")
    citizen.chooses("Đèn đường hư, tắt")
    citizen.clicks("Tiếp tục")
    citizen.writes("Bạn thấy gì?", "Đèn tắt từ tối thứ Hai, tối lắm.")
    citizen.attaches("black", at=LAMP)
    citizen.finds_no_barrier()
    citizen.clicks("Tiếp tục")
    citizen.reads("Ảnh của bạn có ghi nơi chụp")
    citizen.finds_no_barrier()
    citizen.clicks("Lấy vị trí từ ảnh")
    citizen.reads("Phường Sài Gòn")
    citizen.finds_no_barrier()
    citizen.clicks("Tiếp tục")
    citizen.reads("Bao nhiêu bóng đèn hư?")
    citizen.finds_no_barrier()
    citizen.chooses("Một dãy đèn")
    citizen.writes("Số trụ hoặc số tủ", "12")
    citizen.clicks("Tiếp tục")
    citizen.writes("Tên của bạn", "Nguyễn Thị An")
    citizen.writes("Thư điện tử", "an@vidu.vn")
    citizen.clicks("Tiếp tục")
    citizen.reads("Một dãy đèn")
    citizen.finds_no_barrier()
    citizen.clicks("Gửi")
    citizen.reads("Đã nhận được")
    citizen.finds_no_barrier()
    case = Case.objects.get()
    assert case.agency.code == "ward.26740" and len(case.documents) == 1
    assert abs(case.lon - LAMP[0]) < 0.001 and abs(case.lat - LAMP[1]) < 0.001


def reports(person, email: str, **how):
    """Somebody reports the lamp with a photo; return them before the page of their code."""
    citizen = person(**how)
    citizen.goes_to("/new/feedback_1022.report/?category=infrastructure.street_light")
    citizen.clicks("Tiếp tục")
    citizen.writes("Bạn thấy gì?", "Đèn tắt từ tối thứ Hai.")
    citizen.attaches("black", at=LAMP)
    citizen.clicks("Tiếp tục")
    citizen.clicks("Lấy vị trí từ ảnh")
    citizen.clicks("Tiếp tục")
    citizen.clicks("Tiếp tục")
    citizen.writes("Tên của bạn", "Nguyễn Thị An")
    citizen.writes("Thư điện tử", email)
    citizen.clicks("Tiếp tục")
    citizen.clicks("Gửi")
    citizen.clicks("Theo dõi")
    citizen.reads("Phường Sài Gòn đang giữ việc này")
    return citizen


@pytest.mark.parametrize("keyboard", [False, True], ids=["by pointer", "by keyboard"])
def test_two_citizens_follow_one_lamp_contest_the_answer_and_rate_it(city, person, post, keyboard):
    filer = reports(person, "an@vidu.vn", keyboard=keyboard)
    case = released()
    tracking = filer.page.url

    # A neighbour wants to report the same, sees that it is known, and joins instead: once.
    neighbour = person(keyboard=keyboard)
    neighbour.goes_to("/new/feedback_1022.report/?category=infrastructure.street_light")
    neighbour.clicks("Tiếp tục")
    neighbour.writes("Bạn thấy gì?", "Đèn hư.")
    neighbour.attaches("gray", at=LAMP)
    neighbour.clicks("Tiếp tục")
    neighbour.clicks("Lấy vị trí từ ảnh")
    neighbour.clicks("Tiếp tục")
    neighbour.reads("Có phải bạn nói về việc này?")
    neighbour.finds_no_barrier()
    neighbour.clicks("Tôi cũng bị")
    neighbour.finds_no_barrier()
    neighbour.writes("Thư điện tử", "binh@vidu.vn")
    neighbour.clicks("Tham gia")
    neighbour.reads("Bạn đã tham gia phản ánh này")
    neighbour.finds_no_barrier()
    joined = neighbour.page.url
    assert joined != tracking and Case.objects.count() == 1

    # The ward asks; the filer comes by the letter, answers, and sees the clock go on.
    cases.take_step(by=system, case_id=case.id, to="asked", message="Xin cho biết số trụ đèn?")
    assert letters(post, "an@vidu.vn")
    filer.goes_to("/track/")
    filer.writes("Mã", tracking.rstrip("/").split("/")[-1].lower().replace("-", " "))
    filer.clicks("Xem")
    filer.reads("Xin cho biết số trụ đèn?")
    assert filer.page.locator(".photos img").count() == 1  # what was published is not shown as if it were new
    filer.finds_no_barrier()
    filer.writes("Lời nhắn của bạn", "Trụ số 12.")
    filer.clicks("Gửi")
    filer.reads("Cơ quan đang xử lý")

    # A date is promised, then the ward answers; the neighbour is told and knows better.
    on = timezone.localdate() + timedelta(days=3)
    cases.take_step(by=system, case_id=case.id, to="promised", message="Chờ bóng mới.", answers={"promised_on": on.isoformat()})
    filer.page.reload()
    filer.reads("Hẹn xong")
    filer.finds_no_barrier()
    answered(case, "Đã thay bóng đèn.")
    released(reply="Đã thay bóng đèn.")
    assert any("trả lời" in subject for subject in letters(post, "binh@vidu.vn"))
    neighbour.page.reload()
    neighbour.reads("Đã thay bóng đèn.")
    neighbour.finds_no_barrier()
    neighbour.opens("Chưa xong: yêu cầu mở lại")
    neighbour.clicks("Mở lại")
    neighbour.finds_no_barrier()
    neighbour.writes("Việc gì chưa xong?", "Dãy đèn bên kia đường vẫn tắt.")
    neighbour.attaches("navy")
    neighbour.clicks("Mở lại")
    neighbour.reads("Phường Sài Gòn đang giữ việc này")
    neighbour.finds_no_barrier()
    assert any("mở lại" in subject for subject in letters(post, "an@vidu.vn"))

    # The second answer holds: both read it, the filer sees before beside after, and rates with a reason.
    answered(case, "Đã thay cả dãy.")
    released(reply="Đã thay cả dãy đèn hai bên đường.")
    neighbour.page.reload()
    neighbour.reads("Đã thay cả dãy đèn hai bên đường.")
    filer.page.reload()
    filer.reads("Đã thay cả dãy.")
    before, after = (filer.page.locator(".pair img").nth(place) for place in (0, 1))
    assert before.bounding_box()["y"] == after.bounding_box()["y"]
    filer.finds_no_barrier()
    filer.chooses("Tạm được")
    filer.chooses("Rõ ràng")
    filer.writes("Theo lời của bạn", "Phải nhắc mới làm hết.")
    filer.clicks("Gửi đánh giá")
    filer.reads("Được chấm 3 trên 5")
    filer.finds_no_barrier()
    case.refresh_from_db()
    assert (case.rating, case.reopened) == (3, 1)
    assert len(re.findall("trả lời", " ".join(letters(post, "binh@vidu.vn")))) == 2
