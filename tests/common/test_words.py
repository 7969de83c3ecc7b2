"""Words gathered in one table say what Django's catalogues say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.translation import gettext, ngettext, override, pgettext, trans_real

from common import words

NUMBERS = (0, 1, 2, 3, 5, 11, 21, 100, 1_000_000)


@pytest.fixture(params=["en-gb", "fr", "pt", "ar"])
def both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Any]]:
    """A language, and Django's own catalogues of it beside the gathered ones."""
    monkeypatch.setattr(trans_real, "_translations", {})
    usual = trans_real.DjangoTranslation(request.param)
    words.gather(request.param)
    words.gather(request.param)
    yield request.param, usual
    trans_real._default = None


def test_every_word_is_the_same(both: tuple[str, Any]) -> None:
    language, usual = both
    keys = set(words._keys(usual))
    assert len(keys) > 100
    with override(language):
        for key in keys:
            if isinstance(key, str):
                assert trans_real.translation(language).gettext(key) == usual.gettext(key)
                continue
            assert trans_real.translation(language).gettext(key[0]) == usual.gettext(key[0])
            for number in NUMBERS:
                assert ngettext(key[0], "many", number) == usual.ngettext(key[0], "many", number)


def test_what_no_catalogue_has_stays_as_it_is(both: tuple[str, Any]) -> None:
    with override(both[0]):
        assert gettext("No such words.") == "No such words."
        assert pgettext("somewhere", "No such words.") == "No such words."
        assert ngettext("%(n)d such word", "%(n)d such words", 1) == "%(n)d such word"
        assert ngettext("%(n)d such word", "%(n)d such words", 2) == "%(n)d such words"
