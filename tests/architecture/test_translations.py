"""Every string is translated in every offered language, and the check that says so finds what is wrong."""

from __future__ import annotations

from io import BytesIO, StringIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.core.management import CommandError, call_command

from config import messages, translation_check, wording

HEAD = r"""msgid ""
msgstr ""
"Language: %s\n"
"Plural-Forms: nplurals=%d; plural=%s;\n"
"Content-Type: text/plain; charset=utf-8\n"

"""
ARABIC = "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5"
LANGUAGES = messages.translated_languages()


@pytest.fixture(scope="module")
def sources() -> Catalog:
    return messages.current()


def french(text: str) -> Catalog:
    return read_po(BytesIO((HEAD % ("fr", 2, "(n > 1)") + text).encode()), locale="fr")


def marked(*strings: str | tuple[str, str], context: str | None = None) -> Catalog:
    catalog = Catalog()
    for string in strings:
        catalog.add(string, context=context)
    return catalog


def faults(english: str | tuple[str, str], entry: str, context: str | None = None) -> list[str]:
    return translation_check.catalogue_faults(french(entry), marked(english, context=context), "fr")


def test_french_is_offered_and_english_needs_no_catalogue():
    assert "fr" in LANGUAGES
    assert messages.SOURCE_LANGUAGE not in LANGUAGES


def test_the_words_of_the_product_are_without_fault():
    assert translation_check.all_faults() == []


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_bringing_a_catalogue_up_to_date_twice_changes_nothing(sources, language, tmp_path):
    again = tmp_path / "again.po"
    again.write_bytes(messages.catalogue_path(language).read_bytes())
    assert messages.update(again, language, sources) == 0
    once = again.read_text(encoding="utf-8")
    messages.update(again, language, sources)
    assert again.read_text(encoding="utf-8") == once


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_names_files_without_lines_and_nobody_s_machine(language):
    text = messages.catalogue_path(language).read_text(encoding="utf-8")
    places = [place for line in text.splitlines() if line.startswith("#: ") for place in line[3:].split()]
    assert places
    assert [place for place in places if not (messages.PROJECT / place).is_file()] == []
    assert "POT-Creation-Date" not in text


def test_the_marks_of_python_and_of_templates_are_read(tmp_path):
    (tmp_path / "common").mkdir()
    (tmp_path / "templates" / "mails").mkdir(parents=True)
    (tmp_path / "common" / "a.py").write_text(
        "# Translators: a title\n"
        'A = _("One")\nB = pgettext_lazy("button", "Two")\n'
        'C = ngettext("%(n)d three", "%(n)d threes", n)\nD = "not marked"\n'
    )
    (tmp_path / "templates" / "a.html").write_text(
        '{% load i18n %}\n  <p>{% translate "Four" context "verb" %}</p>\n    <p>It\'s unmarked ("so</p>\n'
        '{% include "x.html" with label=_("Five") only %}\n'
        "{% blocktranslate count n=n trimmed %}\n  {{ n }} six\n{% plural %}\n  {{ n }} sixes\n{% endblocktranslate %}\n"
    )
    (tmp_path / "templates" / "mails" / "a.subject").write_text('{% load i18n %}{% translate "Seven" %}')
    found = {(message.context, message.id) for message in messages.current(tmp_path) if message.id}
    assert found == {
        (None, "One"), ("button", "Two"), (None, ("%(n)d three", "%(n)d threes")), ("verb", "Four"), (None, "Five"),
        (None, ("%(n)s six", "%(n)s sixes")), (None, "Seven"),
    }  # fmt: skip


def test_a_translation_is_never_guessed_from_a_similar_string(tmp_path):
    path = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    assert messages.update(path, "fr", marked("Open the case")) == 1
    path.write_text(
        path.read_text().replace('msgid "Open the case"\nmsgstr ""', 'msgid "Open the case"\nmsgstr "Ouvrir"')
    )
    assert messages.update(path, "fr", marked("Open the cases")) == 1
    assert "Ouvrir" not in path.read_text()


@pytest.mark.parametrize(
    ("english", "entry", "said"),
    [
        ("Home", "", "not in the catalogue"),
        ("Home", 'msgid "Home"\nmsgstr ""\n', "not translated"),
        ("Home", '#, fuzzy\nmsgid "Home"\nmsgstr "Accueil"\n', "fuzzy"),
        (("%(n)d day", "%(n)d days"), 'msgid "%(n)d day"\nmsgid_plural "%(n)d days"\nmsgstr[0] "%(n)d jour"\nmsgstr[1] ""\n', "not translated"),
        (("%(n)d day", "%(n)d days"), 'msgid "%(n)d day"\nmsgid_plural "%(n)d days"\nmsgstr[0] "%(n)d jour"\n', "plural"),
        ("Back to %(name)s", 'msgid "Back to %(name)s"\nmsgstr "Retour"\n', "placeholders"),
        ("<b>Now</b>", 'msgid "<b>Now</b>"\nmsgstr "Maintenant"\n', "tags"),
        ("Home", 'msgid "Home"\nmsgstr "Accueil "\n', "spaces at the ends"),
        ("Go home.", 'msgid "Go home."\nmsgstr "Rentrez"\n', "ends without"),
        ("Home", 'msgid "Home"\nmsgstr "Home"\n', "same as in English"),
        ("Home", 'msgid "Home"\nmsgstr "Accueil !"\n', "exclamation"),
        ("Sure?", 'msgid "Sure?"\nmsgstr "Vraiment ?"\n', "non-breaking"),
        ("The house", 'msgid "The house"\nmsgstr "L\'accueil"\n', "apostrophe"),
        ("Holder", 'msgid "Holder"\nmsgstr "A la garde"\n', "garde"),
        ("The inbox", 'msgid "The inbox"\nmsgstr "La corbeille"\n', "boîte de réception"),
        ("Home", 'msgid "Home"\nmsgstr "Accueil"\n\nmsgid "Old"\nmsgstr "Vieux"\n', "no longer in the sources"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_translation_is_said(english, entry, said):
    assert any(said in fault for fault in faults(english, entry)), faults(english, entry)


def test_a_good_translation_has_no_fault():
    entry = 'msgid "Send to %(country)s?"\nmsgstr "Envoyer au pays d’accueil (%(country)s)\u00a0?"\n'
    assert faults("Send to %(country)s?", entry) == []


def test_the_same_words_with_another_context_need_a_translation_of_their_own():
    assert any(
        "not in the catalogue" in fault for fault in faults("Home", 'msgid "Home"\nmsgstr "Accueil"\n', "button")
    )


def test_arabic_needs_six_plural_forms():
    text = HEAD % ("ar", 6, ARABIC) + 'msgid "%(n)d day"\nmsgid_plural "%(n)d days"\n'
    text += 'msgstr[0] "يوم"\nmsgstr[1] "يومان"\n'
    catalog = read_po(BytesIO(text.encode()), locale="ar")
    assert translation_check.format_faults(catalog)


@pytest.mark.parametrize(
    "text", ["The victim waits", "Rescued yesterday", "Submit", "An illegal entry", "Her claims", "Sent away!", "Home "]
)
def test_english_that_the_product_does_not_say_is_found(text):
    assert translation_check.source_faults(marked(text))


@pytest.mark.parametrize("text", ["The person waits", "Reclaimed land", "Restore", "Found at the border"])
def test_words_that_only_contain_an_avoided_one_are_left_alone(text):
    assert translation_check.source_faults(marked(text)) == []


def test_an_allowed_string_still_stands_in_the_sources(sources):
    ids = {form for message in sources if message.id for form in translation_check.forms(message.id)}
    assert {english for _language, english in wording.ALLOWED} <= ids
    assert all(wording.ALLOWED.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_of_the_glossary_is_met_somewhere(sources, language):
    ids = [wording.plain(form) for message in sources if message.id for form in translation_check.forms(message.id)]
    assert [
        term.name for term in wording.glossary(language) if not any(term.english.search(text) for text in ids)
    ] == []


def test_a_language_without_a_glossary_is_refused():
    with pytest.raises(LookupError, match="no glossary for xx"):
        wording.glossary("xx")


def test_the_command_fails_on_a_fault(monkeypatch):
    monkeypatch.setattr("config.management.commands.check_translations.all_faults", lambda: ["fr: x: not translated"])
    with pytest.raises(CommandError, match="1 fault"):
        call_command("check_translations", stderr=StringIO())
