"""Files of known forms become versions; what contradicts or is not understood is kept beside."""

from __future__ import annotations

from datetime import date

import pytest

from motcham.apps.public_services import catalogue
from motcham.apps.public_services.define import FeeKind, NoSuchProcedure, NotReadable, UnknownForm
from motcham.apps.public_services.tests.conftest import channelled, detailed, indexed, listed
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import system
from motcham.kernel.errors import Refused

pytestmark = pytest.mark.django_db
RAW = "Trực tiếp3 Ngày làm việc50,000 Việt Nam Đồng"
CODE = "1.777777"


def test_files_of_the_known_forms_are_told_by_their_columns(read):
    report = read(
        [listed(CODE)],
        [indexed(CODE, raw=RAW)],
        [channelled(CODE, fee_kind="amount", fee_vnd="50000")],
        [detailed(CODE, raw=RAW)],
    )

    assert sorted(report.files.values()) == ["channels", "detail", "index", "list"]
    found = catalogue.procedure(code=CODE)
    assert (found.title, found.field, found.agencies) == ("Thủ tục đăng ký khai sinh", "Hộ tịch", ("Ủy ban nhân dân cấp xã",))
    assert [(each.channel, each.value, each.unit, each.fee_vnd) for each in found.offers] == [
        ("direct", 3, "working_days", 50_000)
    ]
    assert found.papers[0].name == "Giấy chứng sinh."
    assert not catalogue.conflicts(code=CODE)


def test_the_same_files_again_change_nothing(read):
    files = [listed(CODE)], [indexed(CODE, raw=RAW)]
    read(*files)

    report = read(*files, on=date(2026, 8, 1))

    assert (report.new, report.changed, report.unchanged) == (0, 0, 1)
    assert catalogue.versions(code=CODE) == [(1, date(2026, 7, 1), None)]


def test_a_changed_procedure_gets_a_version_and_the_old_one_keeps_its_days(read):
    read([listed(CODE)], [indexed(CODE, raw=RAW)])

    report = read([indexed(CODE, raw="Trực tiếp2 Ngày làm việcMiễn phí")], on=date(2026, 9, 1))

    assert (report.new, report.changed) == (0, 1)
    assert catalogue.versions(code=CODE) == [(2, date(2026, 9, 1), None), (1, date(2026, 7, 1), date(2026, 9, 1))]
    assert catalogue.procedure(code=CODE, on=date(2026, 8, 31)).offers[0].value == 3
    assert catalogue.procedure(code=CODE, on=date(2026, 9, 1)).offers[0].value == 2
    assert catalogue.procedure(code=CODE).version == 2


def test_before_its_first_day_a_procedure_is_not_there(read):
    read([listed(CODE)])

    with pytest.raises(NoSuchProcedure):
        catalogue.procedure(code=CODE, on=date(2026, 6, 30))


def test_files_of_one_day_read_one_after_another_make_one_version(read):
    read([listed(CODE)])
    read([indexed(CODE, raw=RAW)])

    assert [number for number, _since, _until in catalogue.versions(code=CODE)] == [1]
    assert catalogue.procedure(code=CODE).offers[0].value == 3


def test_an_older_file_never_replaces_a_newer_record(read):
    read([indexed(CODE, raw=RAW)], on=date(2026, 7, 1))

    report = read([indexed(CODE, raw="Trực tiếp9 Ngày làm việcMiễn phí")], on=date(2026, 5, 1))

    assert report.older_than_known == 1
    assert catalogue.procedure(code=CODE).offers[0].value == 3


def test_the_official_list_wins_for_the_title(read):
    read([listed(CODE, "Đăng ký khai tử lưu động")], [indexed(CODE, "Đăng ký khai tử lưu động tại nhà", raw=RAW)])

    assert catalogue.procedure(code=CODE).title == "Đăng ký khai tử lưu động"
    assert [(each.field, each.rule) for each in catalogue.conflicts(code=CODE)] == [("title", "list_wins")]
    assert catalogue.procedure(code=CODE).offers


def test_of_a_page_that_belongs_to_another_procedure_nothing_is_taken(read):
    other = "Hỗ trợ phát triển sản xuất cộng đồng."
    read([listed(CODE, "Khóa căn cước điện tử")], [indexed(CODE, other, raw=RAW)], [detailed(CODE, other, raw=RAW)])

    found = catalogue.procedure(code=CODE)

    assert (found.title, found.is_withheld) == ("Khóa căn cước điện tử", True)
    assert not found.offers and not found.papers and not found.steps
    assert {each.rule for each in catalogue.conflicts(code=CODE)} == {"other_procedure"}


def test_where_the_parsed_table_says_something_else_the_page_is_shown_and_the_table_listed(read):
    read([indexed(CODE, raw=RAW)], [channelled(CODE, duration_value="5", fee_kind="amount", fee_vnd="50000")])

    assert catalogue.procedure(code=CODE).offers[0].value == 3
    assert {(each.field, each.rule) for each in catalogue.conflicts(code=CODE)} == {
        ("limit", "page_before_table"),
        ("channels", "page_before_table"),
    }


def test_without_a_page_the_parsed_table_is_used(read):
    read(
        [listed(CODE)],
        [channelled(CODE), channelled(CODE, channel="Trực tuyến", duration_unit="", fee_kind="amount", fee_vnd="50")],
    )

    direct, online = catalogue.procedure(code=CODE).offers

    assert (direct.value, direct.fee_kind) == (3, FeeKind.FREE)
    assert (online.value, online.fee_kind) == (None, FeeKind.UNCLEAR)
    assert {each.reason for each in catalogue.doubts(code=CODE)} == {"time_without_unit", "fee_unclear"}


def test_a_limit_that_the_page_contradicts_itself_stays_open(read):
    read([indexed(CODE, raw="Trực tiếp20 NgàyMiễn phíkhông quá 20 ngày làm việc")])

    assert catalogue.procedure(code=CODE).offers[0].value is None
    assert [each.rule for each in catalogue.conflicts(code=CODE)] == ["left_open"]


def test_what_is_mended_in_a_later_file_is_no_longer_listed(read):
    read([indexed(CODE, raw="Trực tiếp1Miễn phí")])
    assert catalogue.doubts(code=CODE)

    read([indexed(CODE, raw="Trực tiếp1 Ngày làm việcMiễn phí")], on=date(2026, 8, 1))

    assert not catalogue.doubts(code=CODE)


def test_a_file_of_no_known_form_changes_nothing(read):
    with pytest.raises(UnknownForm, match="a, b"):
        read([listed(CODE)], [{"a": "1", "b": "2"}])

    assert not catalogue.versions(code=CODE)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_list_is_read_as_spreadsheets_here_write_it(tmp_path, separator):
    from motcham.apps.public_services import importing

    path = tmp_path / "list.csv"
    rows = [listed(CODE), listed("1.777778", ten="Thủ tục, có dấu phẩy")]
    path.write_text(
        "\r\n".join(separator.join(cells) for cells in [rows[0].keys(), *(row.values() for row in rows)]), "utf-8-sig"
    )
    importing.import_files(by=system, paths=[path])

    assert catalogue.procedure(code="1.777778").title == "Thủ tục, có dấu phẩy"


@pytest.mark.parametrize("content", [b"\x1f\x8bnot gzip", b"\xff\xfe\x00bad", b'{"ma_thu_tuc": ', b"[1, 2]", b""])
def test_a_broken_file_is_refused_with_its_name(tmp_path, content):
    from motcham.apps.public_services import importing

    path = tmp_path / "broken.csv"
    path.write_bytes(content)

    with pytest.raises((NotReadable, UnknownForm), match=r"broken\.csv"):
        importing.import_files(by=system, paths=[path])


def test_rows_without_a_code_are_counted_not_imported(read):
    report = read([listed(CODE), listed("", "Không mã"), listed("x.1", "Mã sai")])

    assert (report.procedures, report.rows_without_code) == (1, 2)


def test_who_may_not_operate_the_house_imports_nothing(tmp_path):
    from motcham.apps.public_services import importing

    with pytest.raises(Refused):
        importing.import_files(by=Actor.anonymous(), paths=[tmp_path / "never-read.csv"])


def test_a_localised_code_leads_to_the_national_procedure(read):
    read([listed(CODE)])

    assert catalogue.procedure(code=f"{CODE}.000.00.00.H29").code == CODE
