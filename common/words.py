"""The words of a language in one table.

Django looks a string up in the catalogue of each application, one after the other, then in those of the languages behind
it. English has no catalogue of ours, so nearly every word of a page went through all five and came back unchanged; a
page asks for two hundred. What is found does not change while a process runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from gettext import GNUTranslations
from typing import Any

from django.utils.translation import trans_real


def gather(language: str) -> None:
    """Put everything that is known in this language into one table; answers stay the same. Once for each process."""
    spoken: Any = trans_real.translation(language)
    if "gettext" in vars(spoken):
        return
    keys = list(_keys(spoken))
    with_number = {key[0] for key in keys if not isinstance(key, str)}
    known = {key: spoken.gettext(key) for key in {*with_number, *(key for key in keys if isinstance(key, str))}}
    in_number = spoken.ngettext

    def one_or_many(one: str, many: str, number: int) -> str:
        if one in with_number:
            found: str = in_number(one, many, number)
            return found
        return one if number == 1 else many

    spoken.gettext = lambda message: known.get(message, message)
    spoken.ngettext = one_or_many


def _keys(spoken: GNUTranslations | None) -> Iterator[str | tuple[str, int]]:
    """What each catalogue has a word for; with its plural form where the word has a number."""
    while spoken is not None:
        catalogue: Any = spoken._catalog  # type: ignore[attr-defined]
        yield from catalogue.keys()
        spoken = spoken._fallback  # type: ignore[attr-defined]
