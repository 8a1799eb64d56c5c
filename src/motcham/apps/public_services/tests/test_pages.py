"""What a citizen reads about a procedure: plain words, and nothing that no source gives."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from motcham.apps.public_services.life_events import life_events
from motcham.apps.public_services.tests.conftest import detailed, indexed, listed

pytestmark = pytest.mark.django_db
CODE = "1.777777"


def body(path: str, status: int = 200) -> str:
    answer = Client().get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_procedure_is_found_without_tone_marks(read):
    read([listed(CODE, "Thủ tục đăng ký khai sinh"), listed("1.888888", "Đăng ký tạm trú")])

    page = body("/procedures/?q=khai+sinh")

    assert f"/procedures/{CODE}/" in page
    assert "/procedures/1.888888/" not in page


def test_a_search_that_finds_nothing_says_what_to_do(read):
    read([listed(CODE)])

    assert "1022" in body("/procedures/?q=zzz")


def test_fields_and_levels_narrow_the_list(read):
    read([listed(CODE), listed("1.888888", "Tách hộ", linh_vuc="Cư trú")], [indexed(CODE, raw="Trực tiếp1 NgàyMiễn phí")])

    assert "/procedures/1.888888/" in body("/procedures/?field=C%C6%B0+tr%C3%BA")
    assert f"/procedures/{CODE}/" not in body("/procedures/?field=C%C6%B0+tr%C3%BA")
    assert f"/procedures/{CODE}/" in body("/procedures/?level=C%E1%BA%A5p+x%C3%A3")


def test_a_long_list_has_pages(read):
    read([listed(f"1.7777{number:02}", f"Thủ tục số {number}") for number in range(45)])

    first, last = body("/procedures/?q=thu+tuc"), body("/procedures/?q=thu+tuc&page=2")

    assert first.count("/procedures/1.7777") == 20
    assert last.count("/procedures/1.7777") == 5
    assert "page=1" in first


@pytest.mark.parametrize("page", ["-1", "x", "99999999999999999999", "²", "500"])
def test_a_page_number_that_is_none_shows_a_page(read, page):
    read([listed(CODE)])

    body(f"/procedures/?q=khai&page={page}")


def test_a_page_says_papers_time_fee_and_what_is_not_announced(read):
    read([listed(CODE)], [detailed(CODE, raw="Trực tiếp3 Ngày làm việc50,000 Việt Nam ĐồngTrực tuyến1Không có thông tin")])

    page = body(f"/procedures/{CODE}/")

    assert "Giấy chứng sinh." in page
    assert "3 ngày làm việc" in page
    assert "50.000 đ" in page
    assert "Ủy ban nhân dân cấp xã" in page
    assert "Trực tuyến1" in page  # the place that was not understood, as it stands in the source


def test_a_paper_that_is_no_more_is_marked_where_it_stands(read):
    papers = "--Tên giấy tờMẫu đơn, tờ khaiSố lượng- Sổ hộ khẩu1 bản chính"
    read([listed(CODE)], [detailed(CODE, thanh_phan_ho_so=papers)])

    assert "Sổ hộ khẩu giấy hết giá trị" in body(f"/procedures/{CODE}/")


def test_an_earlier_version_can_be_read_and_is_marked(read):
    read([indexed(CODE, raw="Trực tiếp3 Ngày làm việcMiễn phí")])
    read([indexed(CODE, raw="Trực tiếp2 Ngày làm việcMiễn phí")], on=date(2026, 9, 1))

    assert "3 ngày làm việc" in body(f"/procedures/{CODE}/?version=1")
    assert "2 ngày làm việc" in body(f"/procedures/{CODE}/")
    assert "3 ngày làm việc" in body(f"/procedures/{CODE}/?on=2026-08-01")
    body(f"/procedures/{CODE}/?on=nonsense")
    body(f"/procedures/{CODE}/?version=9", 404)


def test_what_was_withheld_is_said_and_not_shown(read):
    read([listed(CODE, "Khóa căn cước điện tử")], [detailed(CODE, "Hỗ trợ phát triển sản xuất", raw="Trực tiếp7 NgàyMiễn phí")])

    page = body(f"/procedures/{CODE}/")

    assert "Khóa căn cước điện tử" in page
    assert "Giấy chứng sinh" not in page


def test_text_of_a_source_is_never_markup(read):
    read([listed(CODE, "<script>alert(1)</script> Đăng ký")])

    assert "<script>alert(1)" not in body(f"/procedures/{CODE}/")


def test_conflicts_and_doubts_are_listed_by_kind(read):
    read([listed(CODE, "Khóa căn cước điện tử")], [indexed(CODE, "Hỗ trợ phát triển sản xuất")])
    read([indexed("1.888888", "Tách hộ", raw="Trực tiếp1Miễn phí")])

    assert CODE in body("/procedures/conflicts/?rule=other_procedure")
    assert "1.888888" not in body("/procedures/conflicts/")
    assert "1.888888" in body("/procedures/unread/?rule=time_without_unit")


@pytest.mark.parametrize("odd", ["%00", "%ED%A0%80", "%27%22%3E", "%F0%9F%98%80", "1.001193%00"])
def test_odd_letters_break_nothing(read, odd):
    read([listed(CODE)])

    body(f"/procedures/?q={odd}&field={odd}&agency={odd}&level={odd}")
    body(f"/procedures/{odd}/", 404)


def test_programs_read_a_procedure_as_json(read):
    read([listed(CODE)], [indexed(CODE, raw="Trực tiếp1Miễn phí")])

    facts = Client().get(f"/procedures/{CODE}.json").json()

    assert (facts["code"], facts["version"], facts["offers"][0]["value"]) == (CODE, 1, None)
    assert facts["not_understood"][0]["reason"] == "time_without_unit"
    assert Client().get("/procedures/9.999999.json").status_code == 404


def test_who_settles_it_leads_to_all_that_they_settle(read):
    read([listed(CODE), listed("1.888888", "Tách hộ", co_quan_thuc_hien="Công an cấp Xã")])

    page = body("/procedures/?agency=C%C3%B4ng+an+c%E1%BA%A5p+X%C3%A3")

    assert "/procedures/1.888888/" in page
    assert f"/procedures/{CODE}/" not in page


def test_a_code_that_nobody_knows_is_not_found():
    body("/procedures/9.999999/", 404)
    body("/procedures/events/nothing/", 404)


def test_a_guide_leads_to_its_procedures_in_order(read):
    guide = life_events()[0]
    read([listed(step.code, f"Thủ tục {step.code}") for step in guide.steps])

    page = body(f"/procedures/events/{guide.key}/")

    places = [page.index(f"/procedures/{step.code}/") for step in guide.steps]
    assert places == sorted(places)


def test_the_home_page_leads_to_the_procedures():
    assert 'href="/procedures/"' in body("/")


@pytest.mark.parametrize(
    ("code", "form"), [("1.000894", "public_services.marriage"), ("1.777777", "public_services.dossier:1.777777")]
)
def test_the_page_leads_to_the_form_by_which_it_is_filed_and_the_form_is_there(read, code, form):
    read([listed(code)])

    assert f'href="/new/{form}/"' in body(f"/procedures/{code}/")
    assert body(f"/new/{form}/")


def test_what_differs_by_the_way_to_hand_in_stands_at_the_head_by_the_way(read):
    read([listed(CODE)], [detailed(CODE, raw="Trực tiếp20 Ngày làm việcMiễn phíTrực tuyến3 Ngày làm việcKhông có thông tin")])

    head = body(f"/procedures/{CODE}/").partition('id="papers"')[0]

    assert "Tại quầy: 20 ngày làm việc; Trực tuyến: 3 ngày làm việc" in head
    assert "Tại quầy: không mất tiền; Trực tuyến: chưa công bố" in head


def test_what_differs_by_more_than_the_way_is_not_summed_up(read):
    read([listed(CODE)], [detailed(CODE, raw="Trực tiếp20 Ngày làm việcMiễn phíTrực tiếp3 Ngày làm việcMiễn phí")])

    assert "20 ngày" not in body(f"/procedures/{CODE}/").partition('id="papers"')[0]


def test_a_conflict_about_a_time_is_told_in_words(read):
    read([listed("1.004873")], [detailed("1.004873", raw="Trực tiếp5 Ngày làm việcMiễn phí")])

    page = body("/procedures/1.004873/")

    assert "3 ngày làm việc" in page and "5 ngày làm việc" in page
    assert "working_days" not in page and "working_days" not in body("/procedures/conflicts/")


def test_a_step_of_a_guide_leads_to_the_guide(read):
    read([listed("1.001193", "Thủ tục đăng ký khai sinh"), listed(CODE)])

    assert "/procedures/events/co-con/" in body("/procedures/1.001193/")
    assert "/procedures/events/" not in body(f"/procedures/{CODE}/")
