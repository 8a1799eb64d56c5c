"""An inspector and tomorrow: every dossier of the city that will be late, agency by agency; one is opened, all are taken out."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.testing import answers, known
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, case_types
from motcham.blocks.cases.models import Case
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import actor

INSPECTOR = "Thanh tra"
KEY = "public_services.dossier:1.004873"
WARDS = ("26740", "26743", "27301")


@pytest.fixture(autouse=True)
def catalogue() -> Iterator[None]:
    """Have the procedure in the catalogue."""
    with known():
        yield


def accepted(area: str) -> Case:
    """File a dossier in a ward and accept it."""
    read = cases.parse_answers(case_types[KEY].fields, answers(area=area), now=timezone.now())
    opened = cases.open_case(NewCase(type_key=KEY, answers=read.answers, channel="web"), by=Actor.anonymous())
    officer = actor(("ward_officer", opened.agency_id))
    cases.take_step(by=officer, case_id=opened.id, to=states.ACCEPTED)
    cases.take_step(by=officer, case_id=opened.id, to=states.IN_PROGRESS)
    return Case.objects.get(id=opened.id)


def test_an_inspector_finds_every_dossier_that_will_be_late_opens_one_and_takes_them_out(city, person: Callable):
    late = [accepted(area) for area in WARDS for _ in range(2)]
    calm = accepted(WARDS[0])
    for number, case in enumerate(late):
        Case.objects.filter(id=case.id).update(due_at=timezone.now() + timedelta(hours=2, minutes=number))
    Case.objects.filter(id=calm.id).update(due_at=timezone.now() + timedelta(days=20))
    inspector = person(wide=True)
    inspector.goes_to("/")
    inspector.clicks(INSPECTOR)
    inspector.goes_to("/desk/")
    inspector.clicks("Trễ ngày mai")
    inspector.clicks("theo từng cơ quan")
    inspector.finds_no_barrier()
    page = inspector.page
    page.locator(".segments a", has_text="Thủ tục").click()
    page.wait_for_url("**type=public_services.*")
    assert page.locator("tbody th a").count() == len(late)
    shown = {link.get_attribute("href") for link in page.locator("tbody th a").all()}
    assert shown == {f"/desk/{case.id}/" for case in late}
    agencies = [each.text_content() for each in page.locator("table caption").all()]
    assert len(agencies) == len(set(agencies)) == len({case.agency_id for case in late})
    inspector.finds_no_barrier()
    with page.expect_download() as download:
        inspector.clicks("xuất XLSX")
    sheet = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert sheet is not None
    taken = {str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert taken == {str(case.id) for case in late}

    code = Dossier.objects.get(case_id=late[0].id).code
    page.locator(f"a[href='/desk/{late[0].id}/']").click()
    inspector.reads(code)
    inspector.finds_no_barrier()
    assert page.locator("#acts ~ details").count() == 0
    looks = [each for each in cases.case_by_id(late[0].id, actor=Actor.system("test")).events if each.kind == "look"]
    assert len(looks) == 1


def test_an_inspector_reads_the_same_on_a_phone(city, person: Callable):
    case = accepted(WARDS[1])
    Case.objects.filter(id=case.id).update(due_at=timezone.now() + timedelta(hours=2))
    inspector = person()
    inspector.goes_to("/")
    inspector.clicks(INSPECTOR)
    inspector.goes_to("/desk/tomorrow/?type=public_services.")
    inspector.reads(identity.agency(id=case.agency_id).official_name.removeprefix("Ủy ban nhân dân ").capitalize())
    inspector.finds_no_barrier()
