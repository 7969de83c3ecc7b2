"""Compiling the words without gettext's tools."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest

from config.translations import TranslationsRefused, compile_all, compile_one, stale

HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""


@pytest.fixture
def po(tmp_path: Path) -> Path:
    path = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + 'msgid "Sign in"\nmsgstr "Se connecter"\n', encoding="utf-8")
    return path


def test_a_file_is_compiled_once_and_again_when_it_is_newer(po: Path, tmp_path: Path) -> None:
    assert compile_all(stale(tmp_path)) == 1
    assert stale(tmp_path) == []
    os.utime(po, ns=(0, po.with_suffix(".mo").stat().st_mtime_ns + 1))
    assert stale(tmp_path) == [po]
    found = gettext.translation("django", tmp_path, ["fr"])
    assert found.gettext("Sign in") == "Se connecter"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (
            'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s jour"\nmsgstr[1] ""\n',
            "plural form is missing",
        ),
        ('msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s jour"\n', "plural form"),
        ('#, python-format\nmsgid "by %(name)s"\nmsgstr "par %(nom)s"\n', "line"),
        ("not a message\n", "django.po"),
    ],
)
def test_what_would_break_or_show_as_english_is_refused_and_the_old_file_stays(
    po: Path, entry: str, reason: str
) -> None:
    compile_one(po)
    before = po.with_suffix(".mo").read_bytes()
    po.write_text(HEAD + entry, encoding="utf-8")
    with pytest.raises(TranslationsRefused, match=reason):
        compile_one(po)
    assert po.with_suffix(".mo").read_bytes() == before
    assert [path.name for path in po.parent.iterdir() if path.suffix not in (".po", ".mo")] == []
