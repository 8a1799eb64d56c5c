"""What the quality check says of made-up pages: sharp, blurred, askew, dark, blank, coarse."""

from __future__ import annotations

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from motcham.blocks.documents import scanning
from motcham.blocks.documents.define import Fault
from motcham.blocks.documents.scanning import Measured
from motcham.blocks.documents.testing import a_page

RULES = scanning.rules_on(date(2026, 11, 22))
GOOD = Measured(long_side=3000, brightness=240, ink=60, sharpness=900, lean=0.5)


def faults(page: Image.Image) -> tuple[Fault, ...]:
    return scanning.judge(scanning.measure_image(page), RULES)


def test_a_good_scan_passes():
    assert faults(a_page()) == ()


def test_a_page_of_few_words_is_no_less_sharp():
    assert faults(a_page(lines=3)) == ()


@pytest.mark.parametrize("degrees", [-8, -5, 4, 9])
def test_a_page_that_lies_askew_is_told_by_how_much(degrees):
    turned = a_page().rotate(degrees, Image.Resampling.BICUBIC, fillcolor=245)
    page = scanning.measure_image(turned)
    assert abs(page.lean - degrees) <= 1 and Fault.SKEWED in scanning.judge(page, RULES)


@pytest.mark.parametrize("degrees", [-1.5, 0, 2])
def test_a_page_a_little_askew_passes(degrees):
    assert faults(a_page().rotate(degrees, Image.Resampling.BICUBIC, fillcolor=245)) == ()


def test_a_blurred_page_is_said_to_be_blurred():
    assert Fault.BLURRED in faults(a_page().filter(ImageFilter.GaussianBlur(12)))


def test_a_dark_page_is_said_to_be_dark_and_nothing_else():
    assert faults(a_page(paper=90, ink=10)) == (Fault.DARK,)


def test_a_blank_page_is_said_to_be_blank():
    assert faults(Image.new("L", (2100, 2970), 250)) == (Fault.BLANK,)
    assert faults(Image.new("RGB", (10, 10), "white")) == (Fault.BLANK,)


def test_the_shadow_of_the_lid_is_no_ink():
    page = Image.new("L", (2100, 2970), 250)
    ImageDraw.Draw(page).rectangle((0, 0, 40, 2970), fill=0)
    assert faults(page) == (Fault.BLANK,)


def test_a_coarse_scan_is_said_to_be_coarse():
    assert faults(a_page(900)) == (Fault.COARSE,)


def test_a_picture_with_holes_is_seen_on_white():
    page = a_page().convert("RGBA")
    page.putalpha(page.getchannel("R").point([255 if level < 128 else 0 for level in range(256)]))
    out = io.BytesIO()
    page.save(out, "PNG")
    assert scanning.judge(scanning.measure(out.getvalue()), RULES) == ()


def a_pdf(*pages: Image.Image) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:])
    return out.getvalue()


def test_the_pages_of_a_scanned_pdf_are_looked_at_each():
    turned = a_page().rotate(7, fillcolor=245)
    assert len(scanning.measure_pdf(a_pdf(a_page(), turned))) == 2
    assert scanning.faults_of(a_pdf(a_page(), a_page()), is_image=False, rules=RULES) == ()
    found = scanning.faults_of(a_pdf(a_page(), turned, Image.new("L", (2100, 2970), 250)), is_image=False, rules=RULES)
    assert found == (Fault.SKEWED, Fault.BLANK)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"%PDF \xff\xd8\xff\xe0 cut off", b"\xff\xd8\xff" * 200])
def test_a_pdf_without_a_scanned_page_is_said_to_be_unmeasured(content):
    assert scanning.faults_of(content, is_image=False, rules=RULES) == (Fault.UNMEASURED,)


def test_a_seal_in_a_pdf_is_no_page():
    assert scanning.measure_pdf(a_pdf(Image.new("RGB", (300, 300), "red"), Image.new("RGB", (2000, 300), "white"))) == []


def test_every_fault_says_what_to_do():
    assert set(scanning.WORDS) == set(Fault) and all(len(str(each).split()) > 6 for each in scanning.WORDS.values())


@given(
    st.builds(
        Measured,
        long_side=st.integers(1, 3000),
        brightness=st.integers(0, 255),
        ink=st.floats(0, 1000),
        sharpness=st.floats(0, 10_000),
        lean=st.floats(-13, 13),
    )
)
def test_a_page_passes_only_where_every_measure_is_within_the_rules(page):
    passes = (
        page.brightness >= RULES.brightness_least
        and page.ink >= RULES.ink_least
        and page.resolution >= RULES.resolution_least
        and page.sharpness >= RULES.sharpness_least
        and abs(page.lean) <= RULES.skew_most
    )
    assert (scanning.judge(page, RULES) == ()) == passes
