"""Addresses of pages by name, as Django's `reverse` gives them, with the search for the pattern done once.

A list writes eighty addresses of four patterns. For each Django walks the name spaces, reads three context variables and
puts a regular expression together; here that is done once for each name, and what is left is to fill the pattern in. No
address is kept, only patterns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from django.conf import settings
from django.urls import get_resolver, get_script_prefix, get_urlconf, reverse

AS_IT_IS = "!$&'()*+,;=/~:@"
"""Signs that stand unchanged in a path: those of RFC 3986, as Django has them."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """An address with places for its parts, how each part is written, and what the whole must look like."""

    text: str
    writes: tuple[Callable[..., str], ...]
    looks: re.Pattern[str]


def address(name: str, *parts: object) -> str:
    """The address of the page of this name, such as `address("referral:person", code)`.

    Raises NoReverseMatch for a name that no page has, and for parts that do not fit.
    """
    pattern = _pattern(name, len(parts), get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    if pattern is not None:
        try:
            written = pattern.text % tuple(write(part) for write, part in zip(pattern.writes, parts, strict=True))
        except ValueError:  # as Django has it: a part that does not fit is no mistake of the converter's
            return reverse(name, args=parts)
        if pattern.looks.match(written) and not written.startswith("//"):
            return quote(written, safe=AS_IT_IS)
    return reverse(name, args=parts)


@lru_cache(maxsize=2_000)  # a proxy may hand on any prefix
def _pattern(name: str, count: int, urlconf: str, prefix: str) -> _Pattern | None:
    """The one pattern of a name with so many parts; None where there is none or a choice, which Django decides."""
    *spaces, view = name.split(":")
    resolver, before = get_resolver(urlconf), prefix
    for space in spaces:
        if space not in resolver.namespace_dict:
            return None
        further, resolver = resolver.namespace_dict[space]
        before += further
    if before != prefix:
        return None  # a name space below an address of its own, of which Django keeps a pattern and no text
    found = [
        _Pattern(
            before.replace("%", "%%") + re.sub(r"%\(\w+\)s", "%s", text),
            tuple(converters[part].to_url if part in converters else str for part in parts),
            re.compile(f"{re.escape(before)}{looks}"),
        )
        for texts, looks, _defaults, converters in resolver.reverse_dict.getlist(view)
        for text, parts in texts
        if len(parts) == count
    ]
    return found[0] if len(found) == 1 else None
