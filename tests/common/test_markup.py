"""Small pieces of HTML: what Django's `format_html` says, these say too."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.functional import lazystr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from common.markup import escaped, marked, together
from tests.common.test_ui import Cover


class Whole:
    """Knows its own markup."""

    def __html__(self) -> str:
        return "<b>whole</b>"


VALUES = [
    "plain", "<b> & \"both\" 'signs'", mark_safe("<i>safe</i>"), SafeString(""), "", 7, 2.5, None, True, Whole(),
    gettext_lazy("Covered"), lazystr("<lazy>"), Cover.COVERED, ValueError("<refused>"),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_piece_says_what_djangos_says(value: Any) -> None:
    assert marked("<p>{}</p>", value) == format_html("<p>{}</p>", value)
    assert together([value, value]) == format_html_join("", "{}", [(value,), (value,)])
    assert isinstance(marked("{}", value), SafeString)


def test_what_is_marked_once_is_not_escaped_again() -> None:
    assert marked("<li>{}</li>", marked("<b>{}</b>", "<&>")) == "<li><b>&lt;&amp;&gt;</b></li>"


def test_a_word_is_escaped_and_markup_is_not() -> None:
    assert escaped("<") == "&lt;"
    assert escaped(SafeString("<br>")) == "<br>"
