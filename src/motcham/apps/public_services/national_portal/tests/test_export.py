"""From an act of a dossier to the national portal: in order, once, through answers that are late, wrong or never come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers import actions_results
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.national_portal import actions, checking, client, queries, sending, tasks
from motcham.apps.public_services.national_portal.checks import check_portal
from motcham.apps.public_services.national_portal.define import NoSuchMessage, PortalDown
from motcham.apps.public_services.national_portal.demo_portal import the_demo
from motcham.apps.public_services.national_portal.models import Message
from motcham.apps.public_services.national_portal.testing import House, Server, at
from motcham.blocks.cases import api as cases
from motcham.blocks.identity.testing import an_officer, system
from motcham.blocks.ledger.testing import connect
from motcham.blocks.payments import api as payments
from motcham.blocks.payments.define import Item

pytestmark = pytest.mark.django_db


def sent(server: Server, path: str) -> list[dict[str, Any]]:
    """Return what was sent of a kind, in order."""
    name = {client.DOSSIERS: "TrangThaiHoSo", client.PROGRESS: "TrangThai"}[path]
    return [each for each in server.bodies if name in each]


def later() -> None:
    """Let what waits come due."""
    Message.objects.filter(next_at__isnull=False).update(next_at=timezone.now() - timedelta(seconds=1))


def test_a_settled_dossier_is_told_with_every_step_in_order(house: House, server: Server):
    opened = house.files()
    house.steps(opened, states.ACCEPTED, "2026-03-02 10:00")
    house.steps(opened, states.IN_PROGRESS, "2026-03-02 10:05")
    house.steps(opened, states.DONE, "2026-03-03 10:00", electronic_result=True)
    while sending.send_due():
        pass
    row = Dossier.objects.get(case_id=opened.id)
    assert server.portal.told == {row.code: ["1", "2", "4", "9"]}
    assert row.synced_at is not None and not Message.objects.filter(done_at=None).exists()
    last = sent(server, client.DOSSIERS)[-1]
    assert (last["MaTTHC"], last["KenhThucHien"], last["TrangThaiHoSo"]) == ("1.004873", "2", "9")
    assert (last["NgayNopHoSo"], last["NgayTiepNhan"], last["NgayKetThucXuLy"]) == (
        "20260302090000",
        "20260302100000",
        "20260303100000",
    )
    assert (last["ChuHoSo"], last["SoGiayToChuHoSo"], last["SoDienThoai"]) == ("Trần Thị Bình", "079190000123", "+84901234567")
    officers = {each["NguoiXuLy"] for each in sent(server, client.PROGRESS)}
    assert officers == {"Người nộp hồ sơ", house.officer.display_name}


def test_nothing_beyond_the_dictionary_leaves_the_house(house: House, server: Server):
    house.files(address="12 Lê Lợi bí mật")
    sending.send_due()
    assert "bí mật" not in str(server.bodies) and "1990" not in str(server.bodies)


def test_what_is_opened_of_the_applicant_is_one_look_with_its_purpose(house: House, server: Server):
    opened = house.files()
    sending.send_due()
    view = cases.case_by_id(opened.id, actor=house.inspector)
    looks = [each.facts for each in view.events if each.kind == "look"]
    assert [(each["purpose"], each["what"]) for each in looks] == [("national_portal", "name, personal_number, phone")]


def test_a_dossier_that_stands_as_the_portal_knows_it_is_not_sent_again(house: House, server: Server):
    opened = house.files()
    house.steps(opened, states.ACCEPTED, "2026-03-02 10:00")
    house.steps(opened, states.IN_PROGRESS, "2026-03-02 10:05")
    while sending.send_due():
        pass
    # Three acts that waited together: the dossier is told as it stands now, once, and each act for itself.
    assert [each["TrangThaiHoSo"] for each in sent(server, client.DOSSIERS)] == ["4"]
    assert [each["TrangThai"] for each in sent(server, client.PROGRESS)] == ["1", "2", "4"]
    digests = Message.objects.exclude(digest="").values_list("digest", flat=True)
    assert len(digests) == 1


def test_acts_that_waited_together_open_what_identifies_the_applicant_once(house: House, server: Server):
    opened = house.files()
    house.steps(opened, states.ACCEPTED, "2026-03-02 10:00")
    house.steps(opened, states.IN_PROGRESS, "2026-03-02 10:05")
    assert sending.send_due(most=1) == 3
    view = cases.case_by_id(opened.id, actor=house.inspector)
    assert len([each for each in view.events if each.kind == "look"]) == 1


def test_a_dossier_that_the_portal_lost_is_told_again_by_itself(house: House, server: Server):
    opened = house.files()
    sending.send_due()
    row = Dossier.objects.get(case_id=opened.id)
    server.portal.states.clear()
    server.portal._taken.clear()
    # An act that changes nothing of what the portal is told of the dossier itself.
    Message.objects.create(case_id=opened.id, agency_id=row.agency_id, kind="due_changed", step="1", actor="system:clock",
                           at=timezone.now(), next_at=timezone.now())  # fmt: skip
    assert sending.send_due() == 1
    assert server.portal.states == {row.code: "1"} and server.portal.told[row.code] == ["1", "1"]
    assert queries.standing().refused == 0


RUBBISH = {
    "page": (200, b"<html><title>B\xe1\xba\xa3o tr\xc3\xac</title></html>", "unreadable"),
    "list": (200, b"[1, 2]", "unreadable"),
    "deep": (200, b"[" * 60_000, "unreadable"),
    "not text": (200, b"\xff\xfe\x00", "unreadable"),
    "empty": (200, b"", "unreadable"),
    "neither": (200, b'{"status": "maybe"}', "undecided"),
    "endless": (200, b" " * (client.MOST_BYTES + 1), "silent"),
    "moved": (302, b"", "http_302"),
    "forbidden": (403, b"no", "http_403"),
    "gone": (404, b"no", "http_404"),
    "proxy": (520, b"?", "http_520"),
    "busy": (503, b"", "http_503"),
}


@pytest.mark.parametrize(("status", "body", "why"), RUBBISH.values(), ids=list(RUBBISH))
def test_rubbish_is_no_refusal_and_is_tried_again(house: House, server: Server, status: int, body: bytes, why: str):
    code = Dossier.objects.get(case_id=house.files().id).code
    token = b'{"token": "%s"}' % server.portal.key.encode()
    server.portal.tokens.add(server.portal.key)
    server.instead = [(200, token), (status, body)]
    assert sending.send_due() == 0
    message = Message.objects.get()
    assert (message.problem, message.said, message.tries, message.refused_at) == ("national_portal.down", why, 1, None)
    later()
    assert sending.send_due() == 1 and server.portal.told[code] == ["1"]


def test_what_is_wrong_with_a_later_act_lets_the_earlier_ones_stand(house: House, server: Server):
    opened = house.files()
    house.steps(opened, states.ACCEPTED, "2026-03-02 10:00")
    house.steps(opened, states.IN_PROGRESS, "2026-03-02 10:05")
    Message.objects.filter(step="2").update(step="77")
    assert sending.send_due() == 2
    row = Dossier.objects.get(case_id=opened.id)
    assert server.portal.told[row.code] == ["1"] and queries.standing().refused == 1 and queries.standing().waiting == 1
    assert sending.send_due() == 0, "what stands behind a refusal waits for an officer"
    actions.leave(by=house.officer, message_id=Message.objects.get(refused_at__isnull=False).pk)
    assert sending.send_due() == 1 and server.portal.told[row.code] == ["1", "4"]


@pytest.mark.django_db(transaction=True)
def test_a_batch_is_claimed_and_put_off_while_officers_are_at_work_in_its_cases(house: House, server: Server):
    opened = house.files()
    house.steps(opened, states.ACCEPTED, "2026-03-02 10:00")
    with connect() as officer, officer.cursor() as cursor:
        cursor.execute("SELECT FROM cases_case WHERE id = %s FOR UPDATE", [opened.id])
        with connection.cursor() as mine:
            mine.execute("SET lock_timeout = '2s'")
            (waiting,) = sending._claim(10)
            sending._put_off(waiting, PortalDown(why=client.SILENT))
            later()
            (waiting,) = sending._claim(10)
            sending._give_back(waiting)
            mine.execute("RESET lock_timeout")
        officer.rollback()
    assert [each.step for each in waiting] == ["1", "2"]


def test_in_the_demo_what_is_done_now_is_told_before_what_was_replayed(house: House, settings):
    settings.DEMO, settings.NATIONAL_PORTAL_URL, settings.NATIONAL_PORTAL_KEY = True, "demo", "demo"
    replayed, now = house.files(on="2026-03-02 09:00"), house.files(on="2026-11-20 09:00")
    assert sending.send_due(most=1) == 1
    told = the_demo().told
    codes = {each: Dossier.objects.get(case_id=each.id).code for each in (replayed, now)}
    assert codes[now] in told and codes[replayed] not in told
    assert sending.send_due(most=1) == 1 and codes[replayed] in told


def test_the_data_used_is_told_by_the_codes_that_the_operator_entered_and_by_no_other(house: House, server: Server, settings):
    opened = house.files()
    house.steps(opened, states.ACCEPTED, "2026-03-02 10:00")
    house.steps(opened, states.IN_PROGRESS, "2026-03-02 10:05")
    house.steps(opened, states.DONE, "2026-03-03 10:00", electronic_result=True, looked_up=["land", "population"])
    assert Dossier.objects.get(case_id=opened.id).sources == ["population", "land"]
    sending.send_due()
    assert "DSKetNoiCSDL" not in sent(server, client.DOSSIERS)[-1], "no source gives the codes of the portal"
    settings.NATIONAL_PORTAL_SOURCES = ["population=DC-01", "business=7"]
    house.steps(opened, states.HANDED_OVER, "2026-03-03 11:00")
    sending.send_due()
    assert sent(server, client.DOSSIERS)[-1]["DSKetNoiCSDL"] == [{"MaCSDL": "DC-01"}]


def test_a_result_is_told_while_it_is_being_signed_and_no_more_once_it_is_withdrawn(house: House, server: Server):
    opened = house.files()
    house.steps(opened, states.ACCEPTED, "2026-03-02 10:00")
    house.steps(opened, states.IN_PROGRESS, "2026-03-02 10:05")
    drawn = actions_results.Drawing("Giấy xác nhận", "Xác nhận.")
    made = actions_results.issue(by=house.officer, case_id=opened.id, drawing=drawn)
    while sending.send_due():
        pass
    assert [each["MaGiayToKetQua"] for each in sent(server, client.DOSSIERS)[-1]["DanhSachGiayToKetQua"]] == [made.code]
    actions_results.withdraw(by=house.officer, case_id=opened.id, code=made.code, reason="Sai tên")
    assert sending.send_due() == 1
    assert "DanhSachGiayToKetQua" not in sent(server, client.DOSSIERS)[-1]
    second = actions_results.issue(by=house.officer, case_id=opened.id, drawing=drawn)
    assert sending.send_due() == 1
    assert [each["MaGiayToKetQua"] for each in sent(server, client.DOSSIERS)[-1]["DanhSachGiayToKetQua"]] == [second.code]
    said = [each["NoiDungXuLy"] for each in sent(server, client.PROGRESS)]
    assert said[-2:] == ["Thu hồi kết quả đã cấp", "Cấp kết quả điện tử"] and "Sai tên" not in str(server.bodies)


def test_a_bill_that_was_withdrawn_is_no_fee_of_the_dossier(house: House, server: Server):
    opened = house.files()
    agency_id = Dossier.objects.get(case_id=opened.id).agency_id
    bills = [payments.bill(by=system, subject=f"case:{opened.id}", agency_id=agency_id, items=[Item("Lệ phí", 8_000)])
             for _each in range(2)]  # fmt: skip
    payments.withdraw(by=system, bill_id=bills[0].id, reason="x")
    sending.send_due()
    assert sent(server, client.DOSSIERS)[-1]["DanhSachLePhi"] == [{"TenPhiLePhi": "Lệ phí", "Gia": 8_000}]


def test_a_setting_that_names_no_data_is_told_by_the_check(settings):
    settings.NATIONAL_PORTAL_SOURCES = ["population=1", "weather=2", "land"]
    said = [each.msg for each in check_portal(None) if each.id == "national_portal.E003"]
    assert len(said) == 2 and "weather=2" in said[0] and "'land'" in said[1]


def test_a_dossier_that_comes_back_to_what_it_was_is_told_again(house: House, server: Server):
    opened = house.files()
    sending.send_due()
    house.steps(opened, states.ACCEPTED, "2026-03-02 10:00")
    sending.send_due()
    row = Dossier.objects.get(case_id=opened.id)
    assert server.portal.states[row.code] == "2"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET step = '1', due_at = NULL, state = 'paused' WHERE id = %s", [opened.id])
    Dossier.objects.filter(case_id=opened.id).update(accepted_at=None)
    first = Message.objects.order_by("id").first()
    assert first is not None
    Message.objects.create(
        case_id=opened.id,
        agency_id=first.agency_id,
        kind="taken_back",
        step="1",
        actor="",
        at=timezone.now(),
        next_at=timezone.now(),
    )
    sending.send_due()
    assert server.portal.states[row.code] == "1"


def test_an_answer_that_never_came_costs_a_repeated_call_and_nothing_else(house: House, server: Server):
    opened = house.files()
    server.holds = {client.PROGRESS}
    assert sending.send_due() == 0
    message = Message.objects.get()
    assert (message.problem, message.tries) == ("national_portal.down", 1) and message.next_at is not None
    server.holds = set()
    later()
    assert sending.send_due() == 1
    row = Dossier.objects.get(case_id=opened.id)
    assert server.portal.told == {row.code: ["1"]} and server.portal.repeats == 1
    assert len(sent(server, client.DOSSIERS)) == 1


def test_a_dossier_whose_receipt_was_lost_is_known_again_by_its_key(house: House, server: Server):
    house.files()
    server.holds = {client.DOSSIERS}
    assert sending.send_due() == 0
    server.holds = set()
    later()
    assert sending.send_due() == 1
    assert server.portal.repeats == 1 and Message.objects.get().receipt == "DVCQG-00000001"


def test_failures_are_tried_again_ever_more_seldom(house: House, server: Server):
    house.files()
    pauses = []
    for _ in range(4):
        server.portal.failing = [503]
        later()
        before = timezone.now()
        assert sending.send_due() == 0
        found = Message.objects.get().next_at
        assert found is not None
        pauses.append((found - before).total_seconds())
    server.portal.failing = []
    assert pauses == sorted(pauses) and 24 <= pauses[0] <= 37 and pauses[-1] > 150
    later()
    assert sending.send_due() == 1


def test_an_hour_without_a_portal_loses_nothing_and_keeps_the_order(house: House, server: Server, settings):
    there = settings.NATIONAL_PORTAL_URL
    opened = [house.files(on=f"2026-03-02 09:{number:02}") for number in range(6)]
    settings.NATIONAL_PORTAL_URL = "http://127.0.0.1:9"
    for _ in range(5):
        later()
        assert sending.send_due() == 0
    for each in opened:
        house.steps(each, states.ACCEPTED, "2026-03-02 10:00")
    # After three failures the rest of a batch is given back untried.
    assert Message.objects.filter(kind="opened", tries=0).exists()
    settings.NATIONAL_PORTAL_URL = there
    later()
    while sending.send_due():
        pass
    assert set(map(tuple, server.portal.told.values())) == {("1", "2")} and len(server.portal.told) == 6


def test_a_refusal_waits_for_an_officer_and_holds_back_what_came_after(house: House, server: Server):
    opened, other = house.files(), house.files()
    row = Dossier.objects.get(case_id=opened.id)
    server.portal.refusing = {row.code: "TTHC_HET_HIEU_LUC"}
    house.steps(opened, states.ACCEPTED, "2026-03-02 10:00")
    while sending.send_due():
        pass
    refused = Message.objects.get(refused_at__isnull=False)
    assert (refused.problem, refused.said) == ("TTHC_HET_HIEU_LUC", "MaHoSo")
    assert row.code not in server.portal.told and Dossier.objects.get(case_id=other.id).code in server.portal.told
    assert queries.standing().refused == 1
    server.portal.refusing = {}
    actions.send_again(by=house.officer, message_id=refused.pk)
    while sending.send_due():
        pass
    assert server.portal.told[row.code] == ["1", "2"]


def test_what_is_left_lets_the_next_go_out(house: House, server: Server):
    opened = house.files()
    row = Dossier.objects.get(case_id=opened.id)
    server.portal.refusing = {row.code: "khac"}
    sending.send_due()
    server.portal.refusing = {}
    house.steps(opened, states.ACCEPTED, "2026-03-02 10:00")
    assert sending.send_due() == 0
    actions.leave(by=house.officer, message_id=Message.objects.get(refused_at__isnull=False).pk)
    assert sending.send_due() == 1
    assert server.portal.told[row.code] == ["2"]


def test_an_officer_of_another_agency_learns_nothing_of_a_refusal(house: House, server: Server):
    opened = house.files()
    server.portal.refusing = {Dossier.objects.get(case_id=opened.id).code: "khac"}
    sending.send_due()
    message_id = Message.objects.get().pk
    for who in (an_officer(role="ward_officer", agency_code="ward.26743"), house.inspector):
        for act in (actions.send_again, actions.leave):
            with pytest.raises(NoSuchMessage):
                act(by=who, message_id=message_id)


def test_a_dossier_that_the_dictionary_does_not_allow_never_leaves(house: House, server: Server):
    opened = house.files()
    Dossier.objects.filter(case_id=opened.id).update(code="x" * 60)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET title = '' WHERE id = %s", [opened.id])
    assert sending.send_due() == 1
    message = Message.objects.get()
    assert (message.problem, message.said) == ("dictionary", "TrichYeuHoSo: absent")
    assert server.portal.calls[client.DOSSIERS] == 0
    assert [each.field for each in checking.check(codes=["x" * 60])["x" * 60]] == ["TrichYeuHoSo"]


def test_a_check_opens_nothing_of_anybody(house: House, server: Server):
    opened = house.files()
    found = checking.check()
    assert list(found.values()) == [[]]
    assert not [each for each in cases.case_by_id(opened.id, actor=house.inspector).events if each.kind == "look"]


def test_a_token_that_ended_is_asked_for_anew(house: House, server: Server):
    house.files()
    portal = client.portal()
    portal._token = "ended"
    assert list(sending.send(list(Message.objects.order_by("id")), portal)) == list(Message.objects.order_by("id"))
    assert server.portal.calls[client.TOKEN] == 1 and server.portal.calls[client.DOSSIERS] == 2


def test_a_key_that_is_not_taken_is_no_defect_of_a_dossier(house: House, server: Server, settings):
    house.files()
    settings.NATIONAL_PORTAL_KEY = "wrong"
    assert sending.send_due() == 0
    assert Message.objects.get().refused_at is None


def test_an_act_that_is_undone_leaves_nothing_to_send(house: House, server: Server):
    with transaction.atomic():
        house.files()
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_nothing_is_noted_where_there_is_no_portal(house: House):
    house.files()
    assert not Message.objects.exists() and sending.send_due() == 0


def test_what_was_made_up_is_never_told_outside(house: House, server: Server):
    opened = house.files()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET synthetic = true WHERE id = %s", [opened.id])
    assert sending.send_due() == 1
    assert server.bodies == [] and Message.objects.get().problem == "made_up"


def test_an_apology_tells_both_days(house: House, server: Server):
    opened = house.files()
    house.steps(opened, states.ACCEPTED, "2026-03-02 10:00")
    cases.extend(by=house.officer, case_id=opened.id, reason="Chờ xác minh", until=date(2026, 3, 10), at=at("2026-03-04 09:00"))
    while sending.send_due():
        pass
    assert sent(server, client.DOSSIERS)[-1]["DanhSachHoSoBoSung"] == [
        {"NgayHenTraTruoc": "20260305170000", "NgayHenTraMoi": "20260310170000"}
    ]


def test_what_was_settled_long_ago_is_forgotten_but_for_what_the_portal_knows(house: House, server: Server):
    opened = house.files()
    sending.send_due()
    house.steps(opened, states.ACCEPTED, "2026-03-02 10:00")
    house.steps(opened, states.IN_PROGRESS, "2026-03-02 10:05")
    while sending.send_due():
        pass
    Message.objects.update(done_at=timezone.now() - tasks.KEPT - timedelta(days=1))
    tasks.forget()
    assert set(Message.objects.values_list("digest", flat=True)).isdisjoint({""}) and Message.objects.count() == 2
