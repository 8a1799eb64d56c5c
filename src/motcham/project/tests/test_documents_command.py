"""`motcham documents withdraw`: what the operator withdraws, everybody comes to know as if an officer had done it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.national_portal.models import Message
from motcham.apps.public_services.national_portal.testing import a_house, national_portal
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.testing import print_orders
from motcham.blocks.identity.testing import client_of
from motcham.project.commands.documents import command

pytestmark = pytest.mark.django_db
DRAWN = {"title": "Giấy xác nhận", "text": "Chưa đăng ký kết hôn với ai.", "issue": "1"}


def test_a_result_withdrawn_on_the_command_line_is_known_to_the_dossier_its_holder_the_portal_and_whoever_checks_it(
    settings, tmp_path: Path
):
    settings.HOME = tmp_path
    with a_house() as house, national_portal():
        opened = house.files()
        for to in (states.ACCEPTED, states.IN_PROGRESS):
            house.steps(opened, to, "2026-03-02 10:00")
        assert client_of(house.officer).post(f"/dossiers/{opened.id}/result/", DRAWN).status_code == 302
        print_orders()
        [result] = documents.results(owner=f"case:{opened.id}")
        assert Dossier.objects.get().electronic_result is True
        done = CliRunner().invoke(command, ["withdraw", result.code, "--reason", "Sai ngày sinh"])
        assert done.exit_code == 0, done.output
        for address in (f"/track/{opened.code}/", f"/verify/{result.code}/"):
            assert "Sai ngày sinh" in Client().get(address).text
        assert "Sai ngày sinh" in client_of(house.officer).get(f"/desk/{opened.id}/").text
        assert Dossier.objects.get().electronic_result is False
        assert Message.objects.latest("id").kind == "result_withdrawn"
