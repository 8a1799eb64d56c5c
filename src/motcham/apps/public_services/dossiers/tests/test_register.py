"""The register of a day, as a page and as a file; the codes of agencies; numbers given by many at once."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.utils.translation import gettext

from motcham.apps.public_services.dossiers import actions, numbers
from motcham.apps.public_services.dossiers.following import follow
from motcham.apps.public_services.dossiers.models import DayNumber, Dossier, Slip
from motcham.apps.public_services.dossiers.tests.papers import text_of
from motcham.apps.public_services.dossiers.tests.test_dossier import filed, step
from motcham.blocks.cases.define import Happening
from motcham.blocks.identity.define import NotPermitted
from motcham.blocks.identity.testing import an_agency, an_officer, client_of, system
from motcham.blocks.payments.testing import at_once

DAY = "2026-03-02"


def back_at(row: Dossier, to: str) -> Happening:
    """Return what a block hears when the last act was taken back, so that the case stands at a step again."""
    case = row.case
    return Happening(
        case.id, "taken_back", case.filed_at, case.type_key, case.agency_id, case.area_code, case.category, case.channel,
        case.filed_at, None, None, None, "", None, step=to,
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
class TestRegister:
    def test_it_lists_what_an_agency_got_on_a_day_and_nothing_of_another(self):
        mine, other = filed(), filed(area="26743")
        step(mine, "2", "2026-03-02 10:00")
        client = client_of(an_officer(role="ward_officer", agency_code="ward.26740"))
        page = client.get(f"/dossiers/register/?day={DAY}").content.decode()
        assert "MC.26740-260302-0001" in page and "MC.26743" not in page and "Được tiếp nhận" in page
        assert "Trần Thị Bình" not in page
        asked = client.get(f"/dossiers/register/?day={DAY}&agency=ward.26743").content.decode()
        assert "MC.26743" not in asked, other

    def test_whoever_looks_for_dossiers_is_led_to_where_theirs_are(self):
        officer = client_of(an_officer(role="ward_officer", agency_code="ward.26740"))
        assert officer.get("/dossiers/", follow=True).redirect_chain == [("/dossiers/register/", 302)]
        assert Client().get("/dossiers/", follow=True).redirect_chain == [("/track/", 302)]

    def test_a_number_read_off_a_slip_opens_its_dossier_to_those_who_may_read_it_and_to_nobody_else(self):
        opened, number = filed(), "MC.26740-260302-0001"
        here, there = (client_of(an_officer(role="ward_officer", agency_code=code)) for code in ("ward.26740", "ward.26743"))
        for address in (f"/desk/?q={number}", f"/desk/?q=+{number.lower()}+", f"/desk/find/?code={number}"):
            assert here.get(address)["Location"] == f"/desk/{opened.id}/"
            assert there.get(address).headers.get("Location", "/desk/") == "/desk/"
        refused = Client().post("/track/", {"code": number})
        assert refused.status_code == 404 and number in refused.content.decode() and "Đây là mã hồ sơ" in refused.content.decode()

    def test_it_is_taken_out_as_a_file_with_its_entry(self):
        filed()
        client = client_of(an_officer(role="agency_leader", agency_code="ward.26740"))
        answer = client.get(f"/dossiers/register.xlsx?day={DAY}")
        rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
        assert len(rows) == 2 and rows[1][0] == "MC.26740-260302-0001" and rows[1][2] == "1.004873"
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_pending WHERE kind = 'dossiers.register_exported'")
            assert cursor.fetchone()[0] == 1

    def test_in_a_demo_the_file_says_that_what_it_holds_is_made_up(self, settings):
        settings.MODE = "demo"
        filed()
        client = client_of(an_officer(role="agency_leader", agency_code="ward.26740"))
        answer = client.get(f"/dossiers/register.xlsx?day={DAY}")
        rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
        assert len(rows) == 3
        assert rows[2][0] == gettext("Replayed and generated data, for demonstration. These are not real cases.")

    def test_whoever_may_not_take_lists_out_gets_no_file(self):
        client = client_of(an_officer(role="ward_officer", agency_code="ward.26740"))
        assert client.get("/dossiers/register.xlsx").status_code == 403

    def test_a_code_that_an_official_entered_numbers_what_comes_from_its_day_on(self):
        ward = an_agency(code="ward.26740", kind="ward")
        actions.enter_code(by=system, agency_id=ward, code="38.98.h29", valid_from=date(2026, 3, 3), legal_basis="QĐ 1/QĐ-UBND")
        codes = [Dossier.objects.get(case_id=filed(on=on).id).code for on in ("2026-03-02 09:00", "2026-03-03 09:00")]
        assert codes == ["MC.26740-260302-0001", "38.98.H29-260303-0001"]

    def test_what_is_taken_back_leaves_no_acceptance_and_no_slip(self):
        opened = filed()
        step(opened, "2", "2026-03-02 10:00")
        row = Dossier.objects.get()
        assert row.accepted_at is not None and Slip.objects.filter(kind="receipt").count() == 1
        follow(back_at(row, "1"), system, {"step": "2"})
        row.refresh_from_db()
        assert row.accepted_at is None and not Slip.objects.filter(kind="receipt", withdrawn_at=None).exists()

    def test_it_is_printed_as_the_form_of_the_circular_for_whoever_may_take_it_out(self):
        opened = filed()
        step(opened, "2", "2026-03-02 10:00")
        leader = client_of(an_officer(role="agency_leader", agency_code="ward.26740"))
        page = leader.get(f"/dossiers/register.pdf?day={DAY}")
        text = text_of(page.content)
        assert "Sổ theo dõi hồ sơ" in text and "MC.26740-260302-" in text and "Trần Thị Bình" not in text
        officer = client_of(an_officer(role="ward_officer", agency_code="ward.26740"))
        assert officer.get(f"/dossiers/register.pdf?day={DAY}").status_code == 403

    @pytest.mark.parametrize("code", ["000.00.01.H29", "38.98.H29", "H29", "H29.38", "H29.38.98.1"])
    def test_both_forms_of_codes_are_taken(self, code):
        assert numbers.demand_official(f" {code.lower()} ") == code

    @pytest.mark.parametrize("code", ["", "H30.1", "MC.26740", "38.H29", "H29.1.2.3.4", "38.98.H29-260310"])
    def test_no_other_form_is(self, code):
        with pytest.raises(numbers.NotAnAgencyCode):
            numbers.demand_official(code)

    def test_only_who_manages_enters_codes(self):
        ward = an_agency(code="ward.26740", kind="ward")
        with pytest.raises(NotPermitted):
            actions.enter_code(
                by=an_officer(role="ward_officer", agency_code="ward.26740"),
                agency_id=ward,
                code="38.98.H29",
                valid_from=date(2026, 1, 1),
                legal_basis="QĐ 1",
            )

    def test_the_page_keeps_what_was_typed_when_a_code_is_refused(self):
        client = client_of(an_officer(role="administrator", agency_code="department.office"))
        typed = {"agency": "ward.26740", "code": "38-98", "valid_from": "2026-01-01", "legal_basis": "QĐ 12/QĐ-UBND"}
        answer = client.post("/dossiers/codes/", typed)
        assert answer.status_code == 422 and "QĐ 12/QĐ-UBND" in answer.content.decode()
        assert client.post("/dossiers/codes/", {**typed, "code": "38.98.H29"}).status_code == 302
        assert "38.98.H29" in client.get("/dossiers/codes/").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("house")
def test_many_who_file_at_once_get_each_a_number_of_their_own():
    many = 24
    assert [answer for answer in at_once(*[filed] * many) if isinstance(answer, Exception)] == []
    assert sorted(Dossier.objects.values_list("number", flat=True)) == list(range(1, many + 1))
    assert DayNumber.objects.get().last == Dossier.objects.values("code").distinct().count() == many
