"""Papers, steps, laws and results, out of cells that were run together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from motcham.apps.public_services.define import LegalText, Paper, Result
from motcham.apps.public_services.reading import papers, texts, words
from motcham.apps.public_services.reading.papers import HEADS


def test_papers_stand_in_their_groups_with_counts_and_forms():
    raw = (
        f"* Giấy tờ phải nộp:{HEADS}- Tờ khai theo mẫu (Mẫu CT01).1.MuCT01.doc1 bản chính"
        f"- Văn bản ủy quyền.1 bản chính,1 bản sao* Lưu ý:{HEADS}+ Không phải nộp thêm giấy tờ nào.0 bản chính"
    )

    found = papers.read(raw)

    assert found.papers == (
        Paper("Tờ khai theo mẫu (Mẫu CT01).", "Giấy tờ phải nộp", 1, None, "1.MuCT01.doc"),
        Paper("Văn bản ủy quyền.", "Giấy tờ phải nộp", 1, 1),
        Paper("Không phải nộp thêm giấy tờ nào.", "Lưu ý", 0),
    )
    assert [each.is_note for each in found.papers] == [False, False, True]
    assert not found.doubts


def test_copies_counted_inside_a_name_end_no_row():
    found = papers.read(f"--{HEADS}- Hợp đồng (01 bản chính hoặc 02 bản sao có chứng thực).1 bản sao")

    assert found.papers == (Paper("Hợp đồng (01 bản chính hoặc 02 bản sao có chứng thực).", "", None, 1),)


def test_a_count_that_may_belong_to_the_name_stays_open():
    found = papers.read(f"--{HEADS}Đơn theo Mẫu số 12121 bản chính")

    assert found.papers[0].originals is None
    assert found.doubts[0][2] == "count_run_together"


def test_papers_told_in_sentences_are_kept_and_reported():
    found = papers.read("); nộp hồ sơ cho cơ quan bảo hiểm xã hội.")

    assert found.papers[0].is_note
    assert found.doubts[0][2] == "no_table"


@given(
    st.lists(
        st.tuples(st.sampled_from(["Đơn đề nghị", "Giấy chứng sinh.", "Bản vẽ (nếu có)"]), st.integers(1, 9)),
        min_size=1,
        max_size=8,
    )
)
def test_rows_that_were_run_together_come_apart_again(rows):
    found = papers.read(f"--{HEADS}" + "".join(f"{name}{count} bản chính" for name, count in rows))

    assert list(found.papers) == list(dict.fromkeys(Paper(name, "", count) for name, count in rows))


def test_the_number_of_a_law_is_the_cell_after_its_title():
    raw = (
        "Tên văn bản pháp lýMã văn bảnLuật 60/2014/QH1360/2014/QH13Thông tư số 85/2019/TT-BTCThông tư sửa đổi Thông tư số 55/2021/TT-BCA "
        "về cư trú66/2023/TT-BCANghị quyết về dữ liệu66.7/2025/NQ-CP"
    )

    assert texts.laws(raw).laws == (
        LegalText("60/2014/QH13"),
        LegalText("85/2019/TT-BTC"),
        LegalText("66/2023/TT-BCA", "Thông tư sửa đổi Thông tư số 55/2021/TT-BCA về cư trú"),
        LegalText("66.7/2025/NQ-CP", "Nghị quyết về dữ liệu"),
    )


def test_the_next_title_leaves_no_letter_in_a_number():
    raw = "Thông tư về cư trú55/2021/TT-BCASửa đổi nghị định56/2021/TT-BCAsửa đổi thông tư66/2023/TT-BCA"

    assert [each.number for each in texts.laws(raw).laws] == ["55/2021/TT-BCA", "56/2021/TT-BCA", "66/2023/TT-BCA"]


def test_a_number_run_into_the_title_before_it_ends_its_row_though_a_space_follows():
    raw = (
        "Nghị định số 10/2019/NĐ-CP về hộ tịch của Bộ Tư pháp18/2026/NĐ-CP Nghị định sửa đổi Nghị định 87/2020/NĐ-CP về dữ liệu"
        "90/2026/NĐ-CP"
    )

    assert texts.laws(raw).laws == (
        LegalText("18/2026/NĐ-CP", "Nghị định số 10/2019/NĐ-CP về hộ tịch của Bộ Tư pháp"),
        LegalText("90/2026/NĐ-CP", "Nghị định sửa đổi Nghị định 87/2020/NĐ-CP về dữ liệu"),
    )


def test_the_year_in_which_a_title_ends_is_no_part_of_its_number():
    raw = "Luật Cư trú năm 202068/2020/QH14Luật sửa đổi Luật Doanh nghiệp 202076/2025/QH15Đính chính ngày 12/6/20252418/QĐ-BNNMT"

    assert texts.laws(raw).laws == (
        LegalText("68/2020/QH14", "Luật Cư trú năm 2020"),
        LegalText("76/2025/QH15", "Luật sửa đổi Luật Doanh nghiệp 2020"),
        LegalText("2418/QĐ-BNNMT", "Đính chính ngày 12/6/2025"),
    )


def test_a_law_without_a_number_is_kept_and_reported():
    found = texts.laws("Tên văn bản pháp lýMã văn bảnQuy chế nội bộ của tỉnh")

    assert found.laws == (LegalText("", "Quy chế nội bộ của tỉnh"),)
    assert found.doubts[0][2] == "law_without_number"


def test_results_end_where_the_foot_of_the_page_begins():
    raw = "Giấy khai sinhMã: KQ.G15.000031Thẻ bảo hiểm y tếMã: KQ.G18.000047Từ khóaKhông có thông tinMô tảKhông có thông tinChọn cơ quan thực hiệnTỉnh"

    assert texts.results(raw) == (Result("Giấy khai sinh", "KQ.G15.000031"), Result("Thẻ bảo hiểm y tế", "KQ.G18.000047"))


def test_a_comma_parts_names_only_before_a_capital():
    assert words.names("Công dân Việt Nam, Cán bộ, công chức, viên chức", comma=True) == (
        "Công dân Việt Nam",
        "Cán bộ, công chức, viên chức",
    )
    assert words.names("Sở Y tế\nSở Y tế\nKhông có thông tin") == ("Sở Y tế",)


def test_steps_are_parted_at_their_numbers():
    assert texts.steps("Bước 1: Nộp.\n- Tại phường.\nBước 2: Nhận.") == ("Bước 1: Nộp.\n- Tại phường.", "Bước 2: Nhận.")


@given(st.text(max_size=300))
def test_no_text_breaks_a_reader(text):
    papers.read(HEADS + text)
    texts.laws(text)
    texts.results(text)
    texts.steps(text)
