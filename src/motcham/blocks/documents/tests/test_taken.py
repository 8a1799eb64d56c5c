"""What a field of files says beforehand is what `receive` holds a file to."""

from __future__ import annotations

import pytest

from motcham.blocks.documents import api, define, rules
from motcham.blocks.documents.define import ACCEPT, DocumentKind, TooLarge


def test_it_says_the_size_above_which_a_file_is_refused(monkeypatch):
    said = api.bounds(at_most=3)
    with pytest.raises(TooLarge) as refused:
        rules.kind_of(b"%PDF-" + bytes(define.MAX_BYTES))
    assert f"{refused.value.facts['megabytes']} MB" in said and "3" in said
    assert define.MAX_BYTES == define.MOST_MEGABYTES * 1024 * 1024


@pytest.mark.parametrize("accept", [ACCEPT, DocumentKind.PDF])
def test_it_names_the_kinds_that_are_taken_and_no_other(accept):
    said = api.bounds(at_most=1, accept=accept)
    assert {each.name for each in DocumentKind if each.name in said} == {each.name for each in DocumentKind if each in accept}
