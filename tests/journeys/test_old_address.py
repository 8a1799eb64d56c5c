"""Somebody with an old address learns which ward it lies in today, on a phone, without a script, and with the keyboard alone."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("wide", "script"), [(False, False), (True, True)])
def test_an_old_address_leads_to_the_wards_of_today_and_to_the_law(person, wide, script):
    citizen = person(wide=wide, script=script)
    citizen.goes_to("/places/")
    if script:
        citizen.finds_no_barrier()
    citizen.writes("Địa chỉ, phường, xã, quận, huyện hoặc mã", "P. Đa Kao, Q.1")
    citizen.page.keyboard.press("Enter")
    citizen.reads("Đơn vị này đã được chia")
    citizen.reads("Phường Tân Định")
    if script:
        citizen.finds_no_barrier()
        assert citizen.page.evaluate("document.documentElement.scrollWidth") <= 1280
    citizen.page.get_by_role("link", name="Phường Đa Kao", exact=True).focus()
    citizen.page.keyboard.press("Enter")
    citizen.reads("1685/NQ-UBTVQH15 Điều 1 khoản 2")
    if script:
        citizen.finds_no_barrier()
    citizen.clicks("Phường Sài Gòn")
    citizen.reads("Được lập từ")
    citizen.reads("Phường Bến Nghé")


def test_a_name_that_many_wards_bore_is_asked_about_on_a_phone(person):
    citizen = person()
    citizen.goes_to("/places/?q=Phường 1")
    citizen.reads("Có nhiều khả năng")
    citizen.finds_no_barrier()
    assert citizen.page.evaluate("document.documentElement.scrollWidth") <= 390
    citizen.goes_to("/places/?on=2025-03-01")
    citizen.reads("Không có bản đồ cho ngày 01/03/2025")
    citizen.finds_no_barrier()
    citizen.clicks("Quận Phú Nhuận")
    citizen.reads("Phường 5")
