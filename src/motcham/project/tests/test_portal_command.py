"""`motcham portal`: how the export stands, sent now, held to the dictionary."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.db import connection

from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.national_portal.testing import a_house, national_portal
from motcham.project.cli import main
from motcham.project.commands.portal import command

pytestmark = pytest.mark.django_db


def test_the_command_line_tells_sends_and_checks():
    run = CliRunner().invoke
    with a_house() as house, national_portal() as server:
        server.portal.refusing = {Dossier.objects.get(case_id=house.files().id).code: "TTHC_HET_HIEU_LUC"}
        house.files()
        assert json.loads(run(command, ["send", "--json"]).output) == {"settled": 2, "waiting": 0, "refused": 1}
        told = json.loads(run(command, ["status", "--json"]).output)
        assert (told["connected"], told["refused"], told["last_taken"] is None) == (True, 1, False)
        checked = run(command, ["check", "--json"])
        assert checked.exit_code == 0 and json.loads(checked.output) == {"checked": 2, "wrong": 0, "faults": {}}
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_case SET title = ''")
        checked = run(command, ["check", "--json"])
        assert checked.exit_code == 1 and json.loads(checked.output)["wrong"] == 2


def test_the_code_of_no_dossier_is_refused_and_not_called_right():
    done = CliRunner().invoke(main, ["portal", "check", "000.00.00.H29-261123-0001", "--json"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert json.loads(done.stderr)["facts"] == {"codes": "000.00.00.H29-261123-0001"}


def test_nothing_is_sent_where_no_address_is_set():
    done = CliRunner().invoke(command, ["send"])
    assert done.exit_code == 1 and "MOTCHAM_NATIONAL_PORTAL_URL" in done.output
