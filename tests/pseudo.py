"""A made-up language that shows what nobody marked, and the words that a page shows.

Every marked string reads ⟦lííkée thíís⟧: a third longer, with accents, in the reading direction of Arabic. Whatever a
page shows in plain Latin letters outside these brackets was never marked, unless it is a name or a code in `<bdi>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf import settings
from django.test.utils import override_settings
from django.utils import translation

from config import messages, wording

LANGUAGE = "ar"
OPEN, CLOSE = "⟦", "⟧"
# The innermost alone: a whole sentence may be isolated too, with names in it.
ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")
CODE = re.compile(r"[A-Z0-9]{3,}(?: [A-Z0-9]{3,})*")
LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]{2,}")
ADDRESS = re.compile(r"\S+@\S+|https?://\S+")
KEPT = re.compile(f"({wording.PLACEHOLDER.pattern}|{wording.TAG.pattern}|&\\w+;)")
SPOKEN = ("alt", "aria-label", "title", "placeholder", "label")
SILENT = frozenset({"bdi", "code", "script", "style", "template"})
EMPTY = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
# The product's own name, and the names of programs: the same in every language.
NAMES = frozenset({"Alongside", "FreeOTP", "Aegis"})
VOWELS = {"a": "áa", "e": "ée", "i": "íi", "o": "óo", "u": "úu", "A": "Áa", "E": "Ée", "I": "Íi", "O": "Óo", "U": "Úu"}


def pseudo(text: str) -> str:
    """`text` in the made-up language; placeholders, tags and entities stay as they are."""
    parts = KEPT.split(text)
    return OPEN + "".join(part if KEPT.fullmatch(part) else _longer(part) for part in parts) + CLOSE


def _longer(text: str) -> str:
    return "".join(VOWELS.get(letter, letter) for letter in text)


@contextmanager
def pseudo_language(folder: Path) -> Iterator[None]:
    """While it lasts, `LANGUAGE` is the made-up one, and it is the active language. Writes its catalogue into `folder`."""
    place = folder / LANGUAGE / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.mo").write_bytes(_compiled())
    with override_settings(LOCALE_PATHS=[folder, *settings.LOCALE_PATHS]), translation.override(LANGUAGE):
        yield


@cache
def _compiled() -> bytes:
    """The whole catalogue of the made-up language."""
    catalog = Catalog(locale=LANGUAGE, domain="django")
    for message in messages.current():
        if not message.id or message.context in wording.WORDLESS:
            continue
        one, *more = (message.id,) if isinstance(message.id, str) else message.id
        string = tuple(pseudo(form) for form in [one, *more * (catalog.num_plurals - 1)]) if more else pseudo(one)
        catalog.add(message.id, string, context=message.context)
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


class _Words(HTMLParser):
    """Collects what a reader sees or hears: text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.path: list[tuple[str, bool]] = []
        self.found: list[str] = []
        self.lines: list[str] = []
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        foreign = given.get("lang") not in (None, self.language)
        code = "code" in (given.get("class") or "").split()
        silent = tag in SILENT or code or foreign or given.get("translate") == "no" or self._silent()
        if not silent:
            self.lines += [value for name in SPOKEN if (value := given.get(name))]
            if tag == "input" and given.get("type") in {"submit", "button"}:
                self.lines.append(given.get("value") or "")
        if tag not in EMPTY:
            self.path.append((tag, silent))
            self._block(tag)

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _silent in self.path):
            name, _silent = self.path.pop()
            if name == tag:
                break
        self._block(tag)

    def handle_data(self, text: str) -> None:
        if not self._silent():
            self.found.append(text)

    def close(self) -> None:
        super().close()
        self._line()

    def _silent(self) -> bool:
        return bool(self.path) and self.path[-1][1]

    def _block(self, tag: str) -> None:
        if tag not in {"a", "abbr", "b", "bdi", "code", "em", "span", "strong", "svg", "tspan", "use", "time"}:
            self._line()

    def _line(self) -> None:
        line = " ".join("".join(self.found).split())
        self.found.clear()
        if line:
            self.lines.append(line)


def lines(html: str) -> list[str]:
    """What a page says, line by line, without names and codes in `<bdi>` and words marked as another language."""
    words = _Words()
    words.feed(html)
    words.close()
    return [line for line in words.lines if line.strip()]


def unmarked(html: str, *, but: frozenset[str] = frozenset()) -> list[str]:
    """Each line of a page in the made-up language that holds Latin words nobody marked.

    `but` names texts that somebody typed: they are shown as they are.
    """
    found = []
    for line in lines(html):
        rest = line
        if CODE.fullmatch(line):
            continue
        for typed in but | {name for _code, name in settings.LANGUAGES}:
            rest = rest.replace(typed, " ")
        rest = _outside(ADDRESS.sub(" ", ISOLATED.sub(" ", rest)))
        if set(LATIN.findall(rest)) - NAMES:
            found.append(line)
    return found


def _outside(text: str) -> str:
    """What stands outside all brackets."""
    depth, kept = 0, []
    for letter in text:
        depth += (letter == OPEN) - (letter == CLOSE)
        if depth == 0 and letter != CLOSE:
            kept.append(letter)
    return "".join(kept)


def left_in_english(english: str, translated: str, language: str, *, but: frozenset[str] = frozenset()) -> list[str]:
    """Lines that a page shows in both languages alike, apart from words that the two share and texts somebody typed."""
    there = {line for line in lines(english) if set(LATIN.findall(_bare(line))) - NAMES}
    return [
        line
        for line in dict.fromkeys(lines(translated))
        if line in there
        and line not in but
        and not CODE.fullmatch(line)
        and not wording.may_be_the_same(_bare(line), language)
    ]


def _bare(line: str) -> str:
    """A line without isolated names, addresses and anything that holds a digit, such as a code."""
    return re.sub(r"\S*\d\S*", " ", ADDRESS.sub(" ", ISOLATED.sub(" ", line)))
