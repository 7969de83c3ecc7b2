"""What is wrong with the words of the interface: in the sources, and in each catalogue.

`manage.py check_translations`, `make lint` and the tests say the same. Nothing here needs gettext's programs.
"""

from __future__ import annotations

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError

from config import messages, wording
from config.translations import faults as format_faults

ENDINGS = ".:?…"


def all_faults() -> list[str]:
    """One line for each fault of the sources and of every offered language; an empty list is what is wanted."""
    sources = messages.current()
    found = source_faults(sources)
    for language in messages.translated_languages():
        path = messages.catalogue_path(language)
        if not path.exists():
            found.append(f"{language}: there is no catalogue; run make messages")
            continue
        try:
            catalog = messages.read(path, language)
        except PoFileError as error:
            found.append(f"{language}: {error}")
            continue
        found += [f"{language}: {fault}" for fault in catalogue_faults(catalog, sources, language)]
    return found


def source_faults(sources: Catalog) -> list[str]:
    """Words and signs that the English of the interface does not use, and spaces at the ends of a string."""
    found = []
    for message in _messages(sources):
        for text in forms(message.id):
            faults = wording.avoided_words(text, messages.SOURCE_LANGUAGE, text)
            faults += _signs(text)
            if text != text.strip():
                faults.append("begins or ends with a space")
            found += [f"{messages.SOURCE_LANGUAGE}: {_name(message)}: {fault}" for fault in faults]
    return found


def catalogue_faults(catalog: Catalog, sources: Catalog, language: str) -> list[str]:
    """What keeps `catalog` from being complete, unambiguous and in the words of the product."""
    found = format_faults(catalog)
    terms = wording.glossary(language)
    for message in _messages(sources):
        entry = catalog.get(message.id, message.context)
        if entry is None or isinstance(entry.id, str) != isinstance(message.id, str):
            found.append(f"{_name(message)}: not in the catalogue; run make messages")
        elif entry.fuzzy:
            found.append(f"{_name(message)}: fuzzy")
        elif not messages.filled(entry.string):
            found.append(f"{_name(message)}: not translated")
        elif len(forms(entry.string)) != (1 if isinstance(entry.id, str) else catalog.num_plurals):
            found.append(f"{_name(message)}: {catalog.num_plurals} plural forms are needed")
        else:
            found += [f"{_name(message)}: {fault}" for fault in entry_faults(entry, language, terms)]
    wanted = {(message.context, _first(message)) for message in _messages(sources)}
    found += [
        f"{_name(entry)}: no longer in the sources; run make messages"
        for entry in _messages(catalog)
        if (entry.context, _first(entry)) not in wanted
    ]
    return found


def entry_faults(entry: Message, language: str, terms: list[wording.Term]) -> list[str]:
    """What is wrong with one translated entry; `terms` is the glossary of its language."""
    found = []
    english_texts = forms(entry.id)
    english = english_texts[-1]
    for number, text in enumerate(forms(entry.string)):
        twin = english_texts[min(number, len(english_texts) - 1)]
        if _marks(text) not in [_marks(form) for form in english_texts]:
            found.append("placeholders or tags differ from the English")
        if (text[:1].isspace(), text[-1:].isspace()) != (twin[:1].isspace(), twin[-1:].isspace()):
            found.append("spaces at the ends differ from the English")
        if twin[-1] in ENDINGS and twin[-1] != text[-1]:
            found.append(f"ends without “{twin[-1]}”")
        if text == twin and entry.context not in wording.WORDLESS and not wording.may_be_the_same(text, language):
            found.append("the same as in English")
        found += _signs(text)
        found += wording.avoided_words(text, language, english)
        bare = wording.PLACEHOLDER.sub("0", wording.TAG.sub("", text))
        found += [fault for pattern, fault in wording.TYPOGRAPHY.get(language, ()) if pattern.search(bare)]
        found += [
            f"“{term.name}” is “{' / '.join(term.forms)}”: {text}"
            for term in terms
            if term.english.search(wording.plain(twin)) and not any(form in wording.plain(text) for form in term.forms)
        ]
    return found


def _signs(text: str) -> list[str]:
    return ["has an exclamation mark"] if "!" in text else []


def _marks(text: str) -> list[str]:
    """Placeholders and tags, in any order."""
    return sorted(wording.PLACEHOLDER.findall(text) + wording.TAG.findall(text))


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """One text, or each of its plural forms; none where there is nothing."""
    if text is None:
        return ()
    return (text,) if isinstance(text, str) else tuple(text)


def _first(message: Message) -> str:
    return forms(message.id)[0]


def _name(message: Message) -> str:
    place = message.locations[0][0] if message.locations else "catalogue"
    context = f" [{message.context}]" if message.context else ""
    return f"{place}: “{_first(message)}”{context}"
