"""People read what they call a procedure, officers and papers what the law calls it."""

from __future__ import annotations

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from motcham.apps.public_services import naming, search
from motcham.apps.public_services.dossiers.following import follow
from motcham.apps.public_services.life_events import life_events
from motcham.blocks.cases.define import case_types
from motcham.ui import formats

TITLES = {each.code: each.title for each in search.carried()}
LONGEST = 90


def test_every_plain_name_is_of_a_procedure_that_exists():
    assert set(naming.names()) <= set(TITLES)


def test_no_two_procedures_share_a_plain_name():
    for language in (0, 1):
        said = [names[language].casefold() for names in naming.names().values()]
        assert len(said) == len(set(said))


def test_a_plain_name_is_short_complete_and_of_its_language():
    for code, (name, english) in naming.names().items():
        assert 0 < len(name) <= LONGEST and 0 < len(english) <= LONGEST, code
        assert not name.startswith(naming.SAYS_NOTHING), code
        assert name == name.strip() and english == english.strip(), code
        assert name[:1].isupper() and english[:1].isupper(), code
        assert not formats.is_vietnamese(english), code


def test_every_full_form_and_every_step_of_a_guide_has_a_plain_name():
    full = {each.counted_as for each in case_types if each.follows is follow and each.anyone_files and each.counted_as}
    steps = {step.code for guide in life_events() for step in guide.steps}

    assert len(full) >= 10
    assert full | steps <= set(naming.names())


def test_a_plain_name_is_shorter_than_the_legal_one_wherever_that_is_long():
    long = [code for code in naming.names() if len(TITLES[code]) > LONGEST]

    assert long
    assert all(len(naming.called(code, TITLES[code])) < len(TITLES[code]) for code in long)


def test_a_procedure_is_called_in_the_language_of_whoever_reads():
    assert naming.called("1.000894", "Thủ tục đăng ký kết hôn") == "Đăng ký kết hôn"
    with translation.override("en"):
        assert naming.called("1.000894", "Thủ tục đăng ký kết hôn") == "Marriage registration"
        assert str(naming.label("1.000894", "Thủ tục đăng ký kết hôn")) == "Marriage registration"


def test_a_procedure_without_a_plain_name_keeps_its_title_without_the_words_that_say_nothing():
    assert naming.called("9.999999", "Thủ tục  cấp giấy\nphép") == "Cấp giấy phép"
    assert naming.legal("9.999999", "Thủ tục cấp giấy phép") == ""


@given(st.text(alphabet="Thủ tục đăngký \n-ẢO.", max_size=80))
def test_shortening_takes_nothing_but_the_first_words_and_spaces(title):
    words = " ".join(title.split())

    assert words.casefold().endswith(naming.bare(title).casefold())


def test_every_guide_is_told_in_english_as_in_vietnamese():
    with translation.override("en"):
        english = life_events()

    for one, other in zip(life_events(), english, strict=True):
        assert one.key == other.key and [each.code for each in one.steps] == [each.code for each in other.steps]
        assert bool(one.note) == bool(other.note)
        said = [other.title, other.lead, other.note, *(f"{each.what} {each.when}" for each in other.steps)]
        assert not [each for each in said if formats.is_vietnamese(each)]
