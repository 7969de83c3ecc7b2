"""Finds every string that the sources mark for translation, and brings the catalogues up to date.

`python -m config.messages` writes `locale/<language>/LC_MESSAGES/django.po` for each offered language. It needs Python
alone: Django's own reader turns a template into Python, and Babel reads the marks of both. The files carry no dates,
line numbers or versions, so that they change only where a string changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from config.env import PROJECT
from config.settings.base import LANGUAGES

PACKAGES = ("accounts", "common", "config", "referral", "workshop")
TEMPLATES = "templates"
COMMENT = "Translators:"

# How a call is read: the position of each string, and of a context ("c").
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# The source language needs no catalogue: its words stand in the sources.
SOURCE_LANGUAGE = "en-gb"
HEADER = "# Alongside: words of the interface in {language}. Rules and glossary: docs/translations.md\n#"
# Header lines that would change with every run or with the machine.
UNSTABLE = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Report-Msgid-Bugs-To): .*\n',
    re.M,
)


def main() -> None:
    """Update every catalogue and say how much of it is left to translate."""
    sources = current()
    for language in translated_languages():
        left = update(catalogue_path(language), language, sources)
        print(f"{language}: {len(sources)} strings, {left} to translate")


def translated_languages() -> list[str]:
    """The languages that the product offers besides the one of the sources."""
    return [code for code, _name in LANGUAGES if code != SOURCE_LANGUAGE]


def catalogue_path(language: str, folder: Path = PROJECT / "locale") -> Path:
    return folder / language / "LC_MESSAGES" / "django.po"


def current(root: Path = PROJECT) -> Catalog:
    """Every string that the sources of `root` mark now, with the files it comes from."""
    catalog = Catalog(project="Alongside", charset="utf-8")
    for path in source_files(root):
        name = path.relative_to(root).as_posix()
        for line, message, comments, context in marked(path):
            catalog.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return catalog


def source_files(root: Path) -> Iterator[Path]:
    """Python files and everything under `templates/` (pages, mails, subjects), in a fixed order.

    Migrations are left out: they repeat what the models say.
    """
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path
    for path in sorted((root / TEMPLATES).rglob("*")):
        if path.is_file():
            yield path


def marked(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """Line, string (or its plural forms), comments for translators and context of each mark in one file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = as_python(text, path.name)
    yield from extract(
        "python", BytesIO(text.encode()), KEYWORDS, (COMMENT,), {"encoding": "utf-8"}, strip_comment_tags=True
    )


def as_python(template: str, name: str = "template") -> str:
    """A template as Python calls. Its indentation means nothing in Python, so it is taken away."""
    return "\n".join(line.lstrip() for line in templatize(template, origin=name).splitlines())


def update(path: Path, language: str, sources: Catalog) -> int:
    """Write the catalogue of one language: what the sources say, with the translations there are.

    Returns how many strings are left. Never guesses a translation from a similar string.
    """
    known = read(path, language) if path.exists() else Catalog(locale=language)
    fresh = Catalog(
        locale=language, domain="django", project="Alongside", version="1", charset="utf-8",
        header_comment=HEADER.format(language=language), fuzzy=False,
    )  # fmt: skip
    left = 0
    for message in sources:
        if not message.id:
            continue
        old = known.get(message.id, message.context)
        keeps = old is not None and isinstance(old.id, tuple) == isinstance(message.id, tuple) and not old.fuzzy
        string = old.string if old is not None and keeps else None
        left += not filled(string)
        fresh.add(
            message.id, string, locations=message.locations, flags=message.flags, context=message.context,
            auto_comments=message.auto_comments, user_comments=old.user_comments if old is not None else (),
        )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rendered(fresh), encoding="utf-8")
    return left


def filled(string: str | tuple[str, ...] | list[str] | None) -> bool:
    """Whether a translation says something, in every plural form."""
    return bool(string) and (isinstance(string, str) or all(string or ()))


def read(path: Path, language: str) -> Catalog:
    """A catalogue as it stands in the repository; raises `PoFileError` when it is no catalogue."""
    with path.open("rb") as handle:
        return read_po(handle, locale=language, domain="django", abort_invalid=True)


def rendered(catalog: Catalog) -> str:
    """The text of a `.po` file: in the order of the sources, unwrapped, without anything that changes by itself."""
    out = BytesIO()
    write_po(out, catalog, width=0, sort_by_file=True, include_lineno=False)
    return UNSTABLE.sub("", out.getvalue().decode("utf-8"))


if __name__ == "__main__":
    main()
