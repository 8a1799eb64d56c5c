"""The network goes away in the middle of a report: nothing typed is lost, and a page says what still works."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

WORDS = "Đèn tắt từ tối thứ Hai, cả dãy, tối lắm."


def ready(page: Page) -> None:
    """Wait until the worker stands in for lost pages."""
    page.wait_for_function("navigator.serviceWorker.controller !== null")


@pytest.fixture
def typing(city, person):
    """Somebody who has typed half a report."""
    citizen = person()
    citizen.goes_to("/new/feedback_1022.report/")
    citizen.opens("Hạ tầng đô thị")
    citizen.chooses("Đèn đường hư, tắt")
    citizen.clicks("Tiếp tục")
    citizen.writes("Bạn thấy gì?", WORDS)
    ready(citizen.page)
    return citizen


def test_a_form_is_held_while_there_is_no_network(typing):
    typing.context.set_offline(True)
    typing.reads("Đang mất mạng")
    typing.clicks("Tiếp tục")
    expect(typing.page.get_by_label("Bạn thấy gì?")).to_have_value(WORDS)
    typing.context.set_offline(False)
    expect(typing.page.locator(".band-offline")).to_have_count(0)
    typing.clicks("Tiếp tục")
    expect(typing.page.get_by_label("Bạn thấy gì?")).to_have_count(0)


def test_a_page_that_cannot_come_says_what_still_works_and_gives_the_words_back(typing):
    typing.context.set_offline(True)
    typing.page.reload()
    typing.reads("Chưa có mạng")
    typing.reads(WORDS)
    assert typing.page.locator("a[href='tel:1022']").count() == 1
    typing.finds_no_barrier()
    typing.context.set_offline(False)
    expect(typing.page.get_by_label("Bạn thấy gì?")).to_have_value(WORDS)


def test_what_was_typed_is_forgotten_once_it_has_arrived(typing):
    kept = "Object.keys(sessionStorage).filter((each) => each.startsWith('typed:')).length"
    assert typing.page.evaluate(kept) > 0
    typing.clicks("Tiếp tục")
    typing.goes_to("/new/feedback_1022.report/4/?area=26740&address=2 Lê Lợi")
    for _page in ("place", "questions"):
        typing.clicks("Tiếp tục")
    typing.writes("Tên của bạn", "Nguyễn Thị An")
    typing.writes("Thư điện tử", "an@vidu.vn")
    typing.clicks("Tiếp tục")
    typing.clicks("Gửi")
    typing.reads("Đã nhận được")
    assert typing.page.evaluate(kept) == 0


def test_no_page_of_anybody_is_kept_on_the_device(typing):
    kept = typing.page.evaluate(
        "caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys()))))"
        ".then((lists) => lists.flat().map((each) => new URL(each.url).pathname))"
    )
    assert len(kept) > 10 and all(each.startswith("/static/") for each in kept)
