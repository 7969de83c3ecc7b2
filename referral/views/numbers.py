"""Numbers in an address. Whatever stands there, a page answers."""

from __future__ import annotations

from django.http import HttpRequest

LAST_PAGE = 400
"""Nobody reads on so far; an address that asks for more is answered with this page."""


def number(text: str | None) -> int:
    """A number that stands in an address; nought for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def page_number(request: HttpRequest) -> int:
    """Which page of a list is asked for, from 1 on."""
    return min(max(number(request.GET.get("page")), 1), LAST_PAGE)
