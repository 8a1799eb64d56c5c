"""Drafts of people who are signed in: kept for all their devices, never overwritten unasked, deleted in time, and nobody else's."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext

from motcham.blocks.cases import drafts, tasks, throttle
from motcham.blocks.cases.models import Case, Draft
from motcham.blocks.cases.testing import a_case_type, registered
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.testing import a_photo, erase_unattached
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import a_citizen, an_agency, an_officer, client_of, forget, let_session_end, system
from motcham.blocks.ledger.testing import written
from motcham.kernel.terms import Choice, Field, Kind

pytestmark = pytest.mark.django_db
FORM = "/new/testing.report/"
FIELDS = (
    Field("kind", "Kind", Kind.CHOICE, choices=(Choice("lamp", "Lamp"), Choice("noise", "Noise"))),
    Field("description", "What?", Kind.LONG_TEXT, longest=200, page="what"),
    Field("photos", "Photos", Kind.FILES, required=False, at_most=3, page="what"),
    Field("since", "Since when?", Kind.DATE, required=False, page="when"),
    Field("name", "Your name", identifies="name", page="when"),
)


@pytest.fixture(autouse=True)
def case_type() -> Iterator[None]:
    forget()
    throttle.forget()
    an_agency(code="test-desk", kind="desk")
    with registered(a_case_type(fields=FIELDS, category="kind")):
        yield
    forget()


def carried(page: str) -> dict[str, str]:
    """Return what a page carries with its form: of which draft it is, and what it showed."""
    return dict(re.findall(r'name="(draft-(?:id|seen))" value="([^"]*)"', page))


def sends(client: Client, page: int, **typed):
    """Open a page of the form as a browser does, and send it."""
    return client.post(f"{FORM}{page}/", {**carried(client.get(f"{FORM}{page}/").text), **typed})


def fills(client: Client) -> None:
    sends(client, 1, kind="lamp")
    sends(client, 2, description="Đèn tắt", photos=SimpleUploadedFile("đèn.jpg", a_photo()))
    sends(client, 3, name="Nguyễn Thị An")


def test_what_was_begun_on_one_device_goes_on_with_its_files_on_another():
    who = a_citizen()
    phone, desk = client_of(who), client_of(who)
    sends(phone, 1, kind="lamp")
    sends(phone, 2, description="Đèn tắt", photos=SimpleUploadedFile("đèn.jpg", a_photo()))

    page = desk.get("/new/").text
    assert "2 / 3" in page or re.search(r"2 (of|trong|trên) 3", page), page
    href = re.search(r"/new/kept/[0-9a-f-]+/", page).group()
    assert desk.get(href)["Location"] == f"{FORM}3/"
    back = desk.get(f"{FORM}2/").text
    assert "Đèn tắt" in back and "đèn.jpg" in back
    sends(desk, 3, name="Nguyễn Thị An")
    assert desk.post(f"{FORM}review/")["Location"] == f"{FORM}received/"
    case = Case.objects.get()
    assert len(case.documents) == 1 and case.filer_id == who.account_id
    assert "/new/kept/" not in phone.get("/new/").text
    # The first device, where the page is still open, is led to the receipt and opens nothing.
    assert phone.post(f"{FORM}3/", {"name": "X"})["Location"] == f"{FORM}received/"
    assert Case.objects.count() == 1


def test_after_sending_the_same_browser_begins_the_next_form_and_the_way_back_opens_nothing():
    client = Client()
    fills(client)
    sent = carried(client.get(f"{FORM}2/").text)
    client.post(f"{FORM}review/")
    assert client.post(f"{FORM}2/", {**sent, "description": "x"})["Location"] == f"{FORM}received/"
    page = client.get(FORM).text
    assert "checked" not in page
    assert client.post(FORM, {**carried(page), "kind": "noise"})["Location"] == f"{FORM}2/"
    assert "Đèn tắt" not in client.get(f"{FORM}2/").text
    assert Case.objects.count() == 1 and Draft.objects.count() == 2


def test_the_form_itself_tells_of_what_was_begun_on_another_device_and_begins_anew_only_when_asked():
    who = a_citizen()
    sends(client_of(who), 1, kind="noise")
    other = client_of(who)
    page = other.get(FORM).text
    draft = Draft.objects.get()
    assert f"/new/kept/{draft.id}/" in page and "checked" not in page
    sends(other, 1, kind="lamp")
    assert Draft.objects.count() == 2


def test_a_draft_of_an_account_opens_for_nobody_else_whoever_has_its_key():
    who = a_citizen()
    mine = client_of(who)
    fills(mine)
    draft = Draft.objects.get()
    assert "Đèn tắt".encode() not in bytes(draft.sealed)
    for stranger in (Client(), client_of(a_citizen()), client_of(an_officer(role="ward_officer", agency_code="test-desk"))):
        stranger.cookies["draft_testing_report"] = str(draft.id)
        for page in (FORM, f"{FORM}2/", f"{FORM}review/", "/new/"):
            assert "Đèn tắt" not in stranger.get(page).text
        assert stranger.get(f"{FORM}files/{draft.documents[0]}/").status_code == 404
        assert stranger.get(f"/new/kept/{draft.id}/").status_code in (302, 404)
        assert f"{FORM}" not in stranger.get(f"/new/kept/{draft.id}/").get("Location", "")
        stranger.post(f"/new/kept/{draft.id}/delete/")
        stranger.post(f"{FORM}forget/")
        stranger.post(f"{FORM}review/")
    assert Draft.objects.filter(id=draft.id).exists() and not Case.objects.exists()
    assert mine.get(f"/new/kept/{uuid4()}/").status_code == 404


def test_a_draft_begun_without_an_account_joins_it_on_signing_in():
    client, who = Client(), a_citizen()
    sends(client, 1, kind="lamp")
    sends(client, 2, description="Đèn tắt", photos=SimpleUploadedFile("a.jpg", a_photo()))
    key = client.cookies["draft_testing_report"].value
    signed_in = client_of(who)
    signed_in.cookies["draft_testing_report"] = key
    assert "Đèn tắt" in signed_in.get(f"{FORM}2/").text
    draft = Draft.objects.get()
    assert draft.account_id == who.account_id and written("case.draft_kept") == 1
    assert f"/new/kept/{draft.id}/" in client_of(who).get("/new/").text
    sends(signed_in, 3, name="An")
    signed_in.post(f"{FORM}review/")
    # The paper that was sent before signing in lies in the wallet like any other.
    assert [each.document.name for each in documents.wallet(holder=who.ref)] == ["a.jpg"]


def test_an_officer_keeps_no_draft_of_somebody_else_with_the_own_account():
    officer = client_of(an_officer(role="ward_officer", agency_code="test-desk"))
    sends(officer, 1, kind="lamp")
    assert Draft.objects.get().account_id is None
    assert "/new/kept/" not in officer.get("/new/").text


def test_two_tabs_on_one_page_are_told_and_shown_both():
    who = a_citizen()
    one, two = client_of(who), client_of(who)
    fills(one)
    two.get(f"/new/kept/{Draft.objects.get().id}/")
    first, second = carried(one.get(f"{FORM}2/").text), carried(two.get(f"{FORM}2/").text)
    one.post(f"{FORM}2/", {**first, "description": "Viết trên điện thoại"})

    told = two.post(f"{FORM}2/", {**second, "description": "Viết ở máy tính"})
    assert told.status_code == 409
    assert "Viết trên điện thoại" in told.text and "Viết ở máy tính" in told.text
    assert "Viết trên điện thoại" in one.get(f"{FORM}2/").text, "nothing is overwritten unasked"
    # Having seen both, whoever goes on means it.
    assert two.post(f"{FORM}2/", {**carried(told.text), "description": "Viết ở máy tính"}).status_code == 302
    assert "Viết ở máy tính" in one.get(f"{FORM}2/").text


def test_a_file_that_comes_with_words_that_clash_is_kept():
    who = a_citizen()
    one = client_of(who)
    fills(one)
    stale = carried(one.get(f"{FORM}2/").text)
    sends(one, 2, description="mới hơn")
    told = one.post(f"{FORM}2/", {**stale, "description": "khác", "photos": SimpleUploadedFile("sau.jpg", a_photo(colour="red"))})
    assert told.status_code == 409 and "sau.jpg" in told.text
    assert "sau.jpg" in one.get(f"{FORM}2/").text


def test_two_tabs_on_different_pages_or_with_the_same_words_are_no_clash():
    one = client_of(a_citizen())
    fills(one)
    first, second = carried(one.get(f"{FORM}2/").text), carried(one.get(f"{FORM}3/").text)
    assert one.post(f"{FORM}2/", {**first, "description": "đổi"}).status_code == 302
    assert one.post(f"{FORM}3/", {**second, "name": "Bình"}).status_code == 302
    # A double click, and a page on which nothing was typed while another tab wrote: what stands there stays.
    assert one.post(f"{FORM}2/", {**first, "description": "đổi"}).status_code == 302
    assert one.post(f"{FORM}2/", {**first, "description": "Đèn tắt"}).status_code == 302
    page = one.get(f"{FORM}review/").text
    assert "đổi" in page and "Bình" in page


def test_nobody_sends_words_that_were_changed_after_the_review_was_shown():
    one = client_of(a_citizen())
    fills(one)
    shown = carried(one.get(f"{FORM}review/").text)
    sends(one, 2, description="Đổi ở thẻ khác")
    again = one.post(f"{FORM}review/", shown)
    assert again["Location"] == f"{FORM}review/" and not Case.objects.exists()
    page = one.get(f"{FORM}review/").text
    assert "Đổi ở thẻ khác" in page
    assert one.post(f"{FORM}review/", carried(page))["Location"] == f"{FORM}received/"


def test_an_account_keeps_a_bounded_number_and_the_next_stays_with_the_device():
    who = a_citizen()
    for number in range(drafts.MOST_OF_ACCOUNT):
        Draft.objects.create(id=uuid4(), type_key=f"testing.{number}", sealed=b"", account_id=who.account_id, at=timezone.now())
    client = client_of(who)
    assert sends(client, 1, kind="lamp").status_code == 302
    row = Draft.objects.get(type_key="testing.report")
    assert row.account_id is None
    page = client.get(f"{FORM}2/").text
    assert str(drafts.MOST_OF_ACCOUNT) in page and 'href="/new/"' in page
    Draft.objects.filter(type_key="testing.0").delete()
    client.get(f"{FORM}2/")
    row.refresh_from_db()
    assert row.account_id == who.account_id


def test_deleting_takes_the_files_at_once_and_leaves_an_entry():
    client = client_of(a_citizen())
    fills(client)
    draft = Draft.objects.get()
    assert client.post(f"/new/kept/{draft.id}/delete/")["Location"] == "/new/"
    assert not Draft.objects.exists() and documents.refs(draft.documents) == ()
    assert written("case.draft_deleted") == 1
    assert "Đèn tắt" not in client.get(f"{FORM}2/").text


def test_what_was_begun_on_a_shared_computer_can_be_deleted_there():
    client = Client()
    fills(client)
    draft = Draft.objects.get()
    client.post(f"{FORM}forget/")
    assert not Draft.objects.exists() and documents.refs(draft.documents) == ()


def test_drafts_are_forgotten_in_time_those_of_an_account_later():
    who = a_citizen()
    sends(client_of(who), 1, kind="lamp")
    sends(Client(), 1, kind="noise")
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        tasks.forget_keys()
        assert [row.account_id for row in Draft.objects.all()] == [who.account_id]
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        tasks.forget_keys()
        assert not Draft.objects.exists()


def test_the_files_of_a_kept_draft_wait_as_long_as_it_does():
    client = client_of(a_citizen())
    fills(client)
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        erase_unattached()
    assert len(documents.refs(Draft.objects.get().documents)) == 1


def test_drafts_of_a_closed_account_go():
    who = a_citizen()
    sends(client_of(who), 1, kind="lamp")
    identity.close_account(by=system, account_id=who.account_id)
    tasks.forget_keys()
    assert not Draft.objects.exists()


def come_back(client: Client, who: Actor) -> None:
    """Sign in again in the same browser; what the session holds goes over into the new one."""
    kept = {name: value for name, value in client.session.items() if name.startswith("kept_")}
    client.cookies.update(client_of(who).cookies)
    session = client.session
    session.update(kept)
    session.save()


def test_a_session_that_ran_out_in_a_long_form_costs_nothing():
    who = a_citizen()
    client = client_of(who)
    sends(client, 1, kind="lamp")
    page = carried(client.get(f"{FORM}2/").text)
    let_session_end(client)
    turned = client.post(f"{FORM}2/", {**page, "description": "Viết rất lâu"}, headers={"Referer": f"http://testserver{FORM}2/"})
    assert turned["Location"] == "/account/login/?next=%2Faccount%2Fkept%2F"
    assert gettext(
        "Your session has ended. What you typed is kept: sign in as before and it is given back to you, to be sent."
    ) in (unescape(client.get(turned["Location"]).text))
    come_back(client, who)
    given = client.get("/account/kept/").text
    assert "Viết rất lâu" in given and f'action="{FORM}2/"' in given
    sent = dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', given)) | {"description": "Viết rất lâu"}
    assert client.post(f"{FORM}2/", sent).status_code == 302
    assert "Viết rất lâu" in client.get(f"{FORM}2/").text and Draft.objects.count() == 1


def test_where_the_browser_forgot_the_session_what_was_typed_is_kept_on_the_device():
    client = client_of(a_citizen())
    sends(client, 1, kind="lamp")
    page = carried(client.get(f"{FORM}2/").text)
    del client.cookies["sessionid"]
    turned = client.post(f"{FORM}2/", {**page, "description": "Viết rất lâu"})
    assert turned.status_code == 302 and "/account/login/" in turned["Location"]
    told = gettext("Your session has ended. What you typed is kept: sign in as before and go on where you were.")
    assert told in unescape(client.get(turned["Location"]).text)
    assert "Viết rất lâu" in client.get(f"{FORM}2/").text
    assert Draft.objects.filter(account=None).count() == 1


def test_a_stranger_on_the_same_device_begins_a_form_of_their_own():
    client = client_of(a_citizen())
    fills(client)
    del client.cookies["sessionid"]
    page = client.get(FORM).text
    assert "/account/login/" in page and "checked" not in page
    assert client.post(FORM, {**carried(page), "kind": "noise"}).status_code == 302
    assert Draft.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_the_same_moment_both_stand():
    client = client_of(a_citizen())
    fills(client)
    draft = drafts.Begun.of(Draft.objects.get())
    page = carried(client.get(f"{FORM}3/").text)

    def other_tab() -> None:
        try:
            client.post(f"{FORM}3/", {**page, "name": "Trần Văn Ba"})
        finally:
            connection.close()

    with drafts.held(draft):
        thread = threading.Thread(target=other_tab)
        thread.start()
        wait_until_somebody_waits(thread)
        draft.raw["description"] = "Viết cùng lúc"
        draft.keep()
    thread.join()
    kept = drafts.Begun.of(Draft.objects.get()).raw
    assert (kept["description"], kept["name"]) == ("Viết cùng lúc", "Trần Văn Ba")


def wait_until_somebody_waits(thread: threading.Thread) -> None:
    """Return once the connection of a thread waits for a row of this one."""
    sql = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    with connection.cursor() as cursor:
        while True:
            cursor.execute(sql)
            if cursor.fetchone()[0]:
                return
            assert thread.is_alive(), "nobody waits"


def test_a_file_that_is_in_its_slot_already_is_not_added_again_and_told():
    client = Client()
    sends(client, 1, kind="lamp")
    sends(client, 2, description="a", photos=SimpleUploadedFile("một.jpg", a_photo()))
    told = sends(client, 2, description="a", photos=SimpleUploadedFile("hai.jpg", a_photo()))
    assert told.status_code == 422 and "hai.jpg" in told.text
    assert len(Draft.objects.get().documents) == 1
