"""Small pieces of HTML put together in Python: the same as Django's `format_html`, at a third of its price.

A page draws several hundred of them, nearly all from plain words and from markup that is ready. Django asks of every
value whether it is lazy, wraps each function that may get a lazy one, and copies what is safe already; here the two
usual kinds are told apart by their type, and everything else goes Django's way.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString


def escaped(value: Any) -> str:
    """The value as it may stand in a page: markup as it is, a word with its signs escaped."""
    kind = type(value)
    if kind is SafeString:
        return value
    return escape(value) if kind is str else conditional_escape(value)


def marked(pattern: str, *values: object) -> SafeString:
    """The pattern, which is markup of ours, with each value escaped in its place: `marked("<b>{}</b>", name)`."""
    return SafeString(pattern.format(*map(escaped, values)))


def together(pieces: Iterable[object]) -> SafeString:
    """One piece after the other, each escaped unless it is markup."""
    return SafeString("".join(map(escaped, pieces)))
