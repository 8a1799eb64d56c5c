"""Nothing personal in the log of a process: no name, no telephone number, no code, no token, whatever happens to a request."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Place
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.identity import testing as identity

pytestmark = pytest.mark.django_db
NAME, PHONE, MAIL, WORDS = "Nguyễn Thị Riêng Tư", "0901234599", "rieng.tu@example.vn", "Đèn tắt trước nhà tôi số 7 hẻm 9"
WARD = "ward.26740"


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """Collect what the house would write to its log, by its own settings."""
    handler = logging.StreamHandler(io.StringIO())
    configured = logging.getLogger().handlers
    house = next(each for each in configured if any(type(one).__module__ == "motcham.project.logs" for one in each.filters))
    for one in house.filters:
        handler.addFilter(one)
    handler.setFormatter(house.formatter)
    logging.getLogger().addHandler(handler)
    yield handler.stream
    logging.getLogger().removeHandler(handler)


def test_the_settings_send_every_record_through_the_filter():
    assert all(each["filters"] == ["routes"] for each in settings.LOGGING["handlers"].values())


def test_whatever_goes_wrong_the_log_names_nobody(said: io.StringIO):
    forget_callers()
    identity.an_agency(code=WARD, area_code=WARD[-5:])
    officer = identity.client_of(identity.an_officer(role="ward_officer", agency_code=WARD), raise_request_exception=False)
    stranger, strict = Client(raise_request_exception=False), Client(enforce_csrf_checks=True)
    answers = {"category": "infrastructure.street_light", "description": WORDS, "name": NAME, "phone": "+84" + PHONE[1:]}
    place = Place(106.7031, 10.7769, area_code=WARD[-5:], address=WORDS)
    opened = cases.open_case(
        NewCase(type_key="feedback_1022.report", answers=answers, channel="web", place=place), by=identity.system
    )
    everything = {"name": NAME, "phone": PHONE, "email": MAIL, "description": WORDS, "q": NAME, "login": NAME, "password": WORDS}
    for client in (stranger, strict, officer):
        for path in (
            f"/track/{opened.code}/",
            f"/track/{opened.code}/add/",
            f"/track/{opened.code}/rate/",
            f"/track/{opened.code}/reopen/",
            f"/track/{opened.code}x/",
            f"/api/v1/cases/{opened.code}",
            f"/notices/stop/{opened.code}/",
            f"/nothing/{opened.code}?name={NAME}",
            f"/desk/{opened.id}/act/",
            "/api/v1/cases/feedback_1022.report",
            "/new/feedback_1022.report/6/",
            "/account/login/",
            "/open311/v2/requests.json",
            "/1022/alert/",
        ):
            client.get(path, everything)
            client.post(path, everything)
            client.put(path, NAME)
            client.post(path, everything, HTTP_HOST=f"{opened.code}.example")
    text = said.getvalue()
    assert text.count("\n") > 30
    for secret in (opened.code, NAME, "Riêng", PHONE, PHONE[1:], MAIL, WORDS, WORDS[:8], str(opened.id)):
        assert secret not in text, secret


def test_a_defect_is_written_down_by_where_it_is_and_not_by_what_was_sent(said: io.StringIO, monkeypatch):
    def fails(*_args, **_named):
        raise ValueError(f"cannot read {PHONE}")

    monkeypatch.setattr("motcham.blocks.cases.pages_form.open_type", fails)
    answer = Client(raise_request_exception=False).get("/new/feedback_1022.report/", {"phone": PHONE})
    assert answer.status_code == 500
    assert "ValueError" in said.getvalue() and "pages_form.py" in said.getvalue()
    assert PHONE not in said.getvalue()
