"""Words without an end, letters that pile up and turn round: no page is wider than a telephone, and none runs what was written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, case_types
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.identity import testing as identity

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
KEY, WARD = "feedback_1022.report", "ward.26740"
ENDLESS = "Ậ" * 4_900
ODD = "👨‍👩‍👧‍👦" * 40 + "\u202eđảo\u202c\u200b" + ("e" + "\u0301" * 60) * 3 + "<script>document.title='x'</script>" + "W" * 2_000
LONG = {"endless": ENDLESS, "odd": ODD}


@pytest.fixture
def phone(browser: Browser, live_server) -> Iterator[Page]:
    forget_callers()
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=live_server.url)
    yield context.new_page()
    context.close()


def is_too_wide(page: Page) -> str:
    """Return what sticks out of the page, or nothing."""
    return str(
        page.evaluate(
            """() => {
                const wide = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= wide) return '';
                const out = [...document.querySelectorAll('body *')].filter(
                    e => e.getBoundingClientRect().right > wide + 1 && !e.closest('.tabs, .side')
                );
                return out.slice(0, 4).map(e => `${e.tagName}.${e.className}`).join(' | ') || 'the page itself';
            }"""
        )
    )


@pytest.mark.parametrize("words", LONG)
def test_no_page_is_wider_than_a_telephone_whatever_was_written(words: str, phone: Page, live_server):
    text = LONG[words]
    identity.an_agency(code=WARD, area_code=WARD[-5:])
    officer = identity.an_officer(role="ward_officer", agency_code=WARD)
    place = {"lon": 106.7031, "lat": 10.7769, "address": text[:300]}
    answers = {
        "category": "infrastructure.street_light",
        "description": text,
        "name": text[:80],
        "phone": "0901234567",
        "place": place,
    }
    read = cases.parse_answers(case_types[KEY].fields, answers, now=timezone.now())
    agency_id = officer.posts[0].agency_id
    new = NewCase(type_key=KEY, answers=read.answers, channel="web", place=read.place, agency_id=agency_id)
    opened = cases.open_case(new, by=identity.system)
    desk = identity.client_of(officer)
    assert desk.post(f"/desk/{opened.id}/release/", {"text": text, "reply": text}).status_code == 302
    assert desk.post(f"/desk/{opened.id}/act/", {"act": "note", "note-message": text}).status_code == 302
    ref = cases.public_ref(opened.id)
    session = {"name": "sessionid", "value": desk.cookies["sessionid"].value, "url": live_server.url}
    wide = {}
    for path, signed_in in (
        ("/1022/reports/", False),
        (f"/1022/reports/{ref}/", False),
        (f"/track/{opened.code}/", False),
        (f"/join/{ref}/", False),
        (f"/places/?q={text[:500]}", False),
        ("/desk/", True),
        (f"/desk/{opened.id}/", True),
        (f"/desk/?q={text[:500]}", True),
    ):
        phone.context.clear_cookies()
        if signed_in:
            phone.context.add_cookies([session])
        phone.goto(path)
        assert phone.title() != "x"
        if out := is_too_wide(phone):
            wide[path[:40]] = out
    assert wide == {}


def test_a_form_shows_endless_words_again_within_the_page(phone: Page):
    phone.goto(f"/new/{KEY}/3/")
    for page, name in ((3, "description"), (4, "place-address"), (6, "name")):
        phone.goto(f"/new/{KEY}/{page}/")
        phone.locator(f"main [name='{name}']").first.fill(ENDLESS)
        phone.locator("main form button.button").last.click()
        phone.wait_for_load_state()
        assert is_too_wide(phone) == ""
