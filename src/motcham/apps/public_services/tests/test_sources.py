"""What dossiers know of a procedure: read once for all the lines of a list, and anew as soon as it is another."""

from __future__ import annotations

from datetime import date

import pytest

from motcham.apps.public_services import sources, stating
from motcham.apps.public_services.tests.conftest import indexed, listed
from motcham.blocks.identity.testing import system

pytestmark = pytest.mark.django_db
CODE = "1.777777"


@pytest.fixture(autouse=True)
def _a_procedure(read):
    read([listed(CODE, "Cấp phép thả diều")], [indexed(CODE, raw="Trực tiếp1Không có thông tin")])


def test_a_list_of_dossiers_reads_a_procedure_once(django_assert_num_queries):
    first = sources.find(code=CODE, version=1)
    with django_assert_num_queries(0):
        assert all(sources.find(code=CODE, version=1) is first for _line in range(25))


def test_what_is_imported_is_read_anew(read):
    assert sources.find(code=CODE).title == "Cấp phép thả diều"
    assert sources.find(code="1.777778") is None
    read([listed(CODE, "Cấp phép thả đèn trời"), listed("1.777778", "Đăng ký nuôi đom đóm")], on=date(2026, 8, 1))
    assert sources.find(code=CODE).title == "Cấp phép thả đèn trời"
    assert sources.find(code="1.777778").title == "Đăng ký nuôi đom đóm"
    assert sources.find(code=CODE, version=1).title == "Cấp phép thả diều", "a version stays what it was"


def test_what_an_official_enters_is_read_anew():
    assert 5 not in {offer.value for offer in sources.find(code=CODE).offers}
    stating.state(
        by=system,
        code=CODE,
        fact="limit",
        channel="direct",
        value=5,
        unit="working_days",
        document="9/2026/QĐ-UBND",
        article="2",
        valid_from=date(2026, 8, 1),
    )
    assert {offer.value for offer in sources.find(code=CODE).offers} == {5}
