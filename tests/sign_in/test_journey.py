"""In a real browser: a leader comes in at level 1, sets up the second step, and proves level 2 for what needs it."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser, Page
from tests.sign_in.conftest import configure

from motcham.blocks.identity import api, testing
from motcham.blocks.identity.models import Account

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def agrees(page: Page, who: str, level: str) -> None:
    page.fill("input[name=who]", who)
    page.click(f"button[value='{level}']")


def test_from_level_1_over_the_second_step_to_level_2_and_back_to_the_page(browser: Browser, live_server, certified, settings):
    configure(settings, certified(live_server.url))
    testing.forget()
    testing.an_agency(code="an-agency")
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)

    page.goto(f"{live_server.url}/account/devices/")
    page.click("form[action*='/oidc/vneid/'] button")
    agrees(page, "leader", "1")
    page.wait_for_url("**/account/devices/")
    api.ensure_post(by=testing.system, account_id=Account.objects.get().id, agency_code="an-agency", role="agency_leader")

    page.goto(f"{live_server.url}/account/staff/")
    page.wait_for_url("**/account/factor/app/**")
    secret = re.sub(r"\s", "", page.locator("code").inner_text())
    page.fill("input[name=code]", format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1])))
    page.click("main form button")
    page.wait_for_url("**/account/factor/codes/")
    page.click("main a.button")

    page.wait_for_url("**/account/step-up/**")
    page.click("main form button")
    agrees(page, "leader", "2")
    page.wait_for_url("**/account/staff/")
    assert page.locator("main form").count() >= 3
    assert complaints == []
    context.close()
