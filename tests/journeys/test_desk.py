"""The desk by the keyboard alone: a call is taken in and sent on, an officer asks and answers, takes many on, takes a list out."""

from __future__ import annotations

from collections.abc import Callable

import openpyxl

from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Place
from motcham.blocks.cases.models import Case
from motcham.blocks.identity.define import Actor

WARD = "ward.26740"
OPERATOR, OFFICER, HEAD = "Tổng đài viên 1022", "Cán bộ phường Sài Gòn", "Chủ tịch phường Sài Gòn"


def a_report(street: str, *, category: str = "infrastructure.street_light", ward: str = "26740") -> Case:
    answers = {"category": category, "description": f"Đèn tắt ở {street}.", "name": "Nguyễn Thị An", "phone": "+84901234567"}
    place = Place(None, None, area_code=ward, address=f"212 {street}")
    new = NewCase(type_key="feedback_1022.report", answers=answers, place=place, channel="app")
    return Case.objects.get(id=cases.open_case(new, by=Actor.anonymous()).id)


def enters(person: Callable, who: str):
    """Sign somebody in; from here on no pointer is used."""
    seated = person(wide=True)
    seated.goes_to("/")
    seated.clicks(who)
    seated.page.wait_for_url("**/desk/**")
    return seated


def presses(seated, *keys: str) -> None:
    for key in keys:
        seated.page.keyboard.press(key)


def comes_to(seated, selector: str) -> None:
    """Walk with the tabulator until what is sought has the focus: whatever cannot be reached fails here."""
    for _step in range(80):
        if seated.page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        seated.page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by the keyboard")


def test_an_operator_sends_on_what_no_rule_routes(city, person):
    case = a_report("Lê Lợi", category="other.anything")
    operator = enters(person, OPERATOR)
    operator.finds_no_barrier()
    operator.page.keyboard.type("gr")  # the second within a moment of the first
    operator.reads("Chưa định tuyến")
    presses(operator, "j", "c")
    operator.page.locator("#act-assigned[open]").wait_for()
    operator.finds_no_barrier()
    assert operator.page.locator("#q-assigned-to_agency").input_value() == WARD
    presses(operator, "Control+Enter")
    operator.reads("Đã xong:")
    case.refresh_from_db()
    assert case.agency.code == WARD and case.step == "assigned"


def test_a_call_is_taken_in_with_what_is_known_beside_it(city, person):
    earlier = a_report("Lê Lợi")
    operator = enters(person, OPERATOR)
    presses(operator, "n")
    operator.page.wait_for_url("**/desk/intake/**")
    operator.finds_no_barrier()
    comes_to(operator, "[name=phone]")
    operator.page.keyboard.type("0901 234 567")
    presses(operator, "Tab")
    operator.reads(earlier.title)
    comes_to(operator, "[name=name]")
    operator.page.keyboard.type("Nguyễn Thị An")
    comes_to(operator, ".pick-search")
    operator.page.keyboard.type("den duong")
    presses(operator, "Enter")
    comes_to(operator, "[name=place-address]")
    operator.page.keyboard.type("30 Lê Lợi, phường Sài Gòn")
    comes_to(operator, "[name=description]")
    operator.page.keyboard.type("Đèn tắt cả dãy.")
    operator.reads("Địa chỉ có thể thuộc")
    comes_to(operator, "[data-areas] button")
    presses(operator, "Enter")
    operator.reads("Đã có ai báo chưa?")
    comes_to(operator, "[name=description]")
    presses(operator, "Control+Enter")
    operator.reads("Đọc cho người gọi mã này")
    assert Case.objects.filter(channel="phone", agency__code=WARD).count() == 1


def test_an_officer_asks_and_answers_with_a_photo(city, person):
    a_report("Lê Lợi")
    case = a_report("Nguyễn Huệ")
    officer = enters(person, OFFICER)
    presses(officer, "/")
    officer.page.keyboard.type("nguyen hue")
    presses(officer, "Enter")
    officer.page.wait_for_url("**q=nguyen*")
    presses(officer, "j", "Enter")
    officer.page.locator("#pane .case-body").wait_for()
    officer.finds_no_barrier()
    presses(officer, "m")
    officer.reads("Việc này nay do bạn giữ.")
    presses(officer, "h")
    officer.page.locator("#act-asked[open]").wait_for()
    comes_to(officer, "#q-asked-message")
    officer.page.keyboard.type("Xin cho biết số trụ đèn?")
    presses(officer, "Control+Enter")
    officer.reads("tạm dừng")
    case.refresh_from_db()
    assert case.state == "paused" and case.holder is not None
    cases.take_step(by=Actor.system("filer"), case_id=case.id, to="accepted")
    officer.goes_to(f"/desk/{case.id}/")
    presses(officer, "t")
    officer.page.locator("#act-answered[open]").wait_for()
    officer.page.locator("#act-answered input[type=file]").first.focus()
    officer.attaches("gold")
    comes_to(officer, "#q-answered-message")
    officer.page.keyboard.type("Đã thay bóng đèn.")
    presses(officer, "Control+Enter")
    officer.reads("Hồ sơ đã đóng.")
    case.refresh_from_db()
    assert case.outcome == "answered" and len(case.documents) == 1


def test_what_was_written_outlives_a_lost_connection(city, person):
    case = a_report("Lê Lợi")
    officer = enters(person, OFFICER)
    officer.goes_to(f"/desk/{case.id}/")
    presses(officer, "t")
    officer.page.locator("#q-answered-message").fill("Đã thay bóng đèn trụ số 12.")
    officer.context.set_offline(True)
    officer.page.wait_for_function("!navigator.onLine")
    presses(officer, "Control+Enter")
    officer.reads("Đang mất mạng.")
    officer.context.set_offline(False)
    officer.page.reload()
    presses(officer, "t")
    assert officer.page.locator("#q-answered-message").input_value() == "Đã thay bóng đèn trụ số 12."


def test_many_are_taken_on_at_once_and_taken_back(city, person):
    for street in ("Lê Lợi", "Nguyễn Huệ", "Đồng Khởi"):
        a_report(street)
    officer = enters(person, OFFICER)
    presses(officer, "x", "j", "x")
    comes_to(officer, "button[value='feedback_1022.report:accepted']")
    presses(officer, "Enter")
    officer.reads("Lỡ tay?")
    assert Case.objects.filter(step="accepted").count() == 2
    officer.finds_no_barrier()
    presses(officer, "z")
    officer.reads("Đã hoàn tác")
    assert not Case.objects.filter(step="accepted").exists()


def test_a_list_is_taken_out_and_every_key_is_told(city, person, tmp_path):
    a_report("Lê Lợi")
    head = enters(person, HEAD)
    presses(head, "?")
    head.reads("Phím tắt nghỉ khi bạn đang gõ trong ô.")
    head.finds_no_barrier()
    presses(head, "Escape")
    head.page.keyboard.type("ga")
    head.page.wait_for_url("**list=all**")
    comes_to(head, "a[href*='/desk/export/']")
    with head.page.expect_download() as arrives:
        presses(head, "Enter")
    arrives.value.save_as(tmp_path / "list.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "list.xlsx").active.values)
    assert len(rows) == 2 and "Lê Lợi" in rows[1][2] and "Nguyễn Thị An" not in str(rows)
