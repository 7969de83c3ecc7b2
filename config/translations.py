"""Compiles `.po` into `.mo` with Babel, so that no gettext tools are needed on the machine."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from config.env import PROJECT


class TranslationsRefused(Exception):
    """A translation file cannot be compiled; the message names file and lines."""


def stale(folder: Path = PROJECT / "locale") -> list[Path]:
    """Translation files whose compiled form is missing or older."""
    return [po for po in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _newer(po, po.with_suffix(".mo"))]


def compile_all(files: Iterable[Path]) -> int:
    """Compile each file and return how many there were; raises `TranslationsRefused` and leaves the old `.mo`."""
    count = 0
    for po in files:
        compile_one(po)
        count += 1
    return count


def compile_one(po: Path) -> None:
    """Write the `.mo` beside `po`, whole or not at all."""
    language = po.parents[1].name
    try:
        with po.open("rb") as handle:
            catalog = read_po(handle, locale=language, domain=po.stem, abort_invalid=True)
    except (PoFileError, UnknownLocaleError, UnicodeDecodeError) as error:
        raise TranslationsRefused(f"{po}: {error}") from error
    wrong = faults(catalog)
    if wrong:
        raise TranslationsRefused(f"{po}: " + "; ".join(wrong))
    draft = po.with_suffix(f".mo.{os.getpid()}")
    with draft.open("wb") as handle:
        write_mo(handle, catalog)
    draft.replace(po.with_suffix(".mo"))


def faults(catalog: Catalog) -> list[str]:
    """What would show as English or break at run time: bad placeholders, and plurals translated in part.

    Babel writes English for a missing plural form and gettext nothing at all, so both must fail here.
    """
    found = [f"line {message.lineno}: {error}" for message, errors in catalog.check() for error in errors]
    for message in catalog:
        if message.id and message.pluralizable and not message.fuzzy:
            forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
            if any(forms) and (not all(forms) or len(forms) != catalog.num_plurals):
                found.append(f"line {message.lineno}: a plural form is missing")
    return found


def _newer(source: Path, product: Path) -> bool:
    return not product.exists() or product.stat().st_mtime_ns < source.stat().st_mtime_ns
