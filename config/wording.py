"""Words that the interface does not use, per language, and how each language is set.

The lists come from the product's word list. A word that must stand, because law is quoted or because it means something
else there, is allowed for that one string and with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from config.env import PROJECT

GLOSSARY = PROJECT / "docs" / "translations.md"
NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True)
class Avoided:
    """A word that is not used, as a pattern without its word boundaries, and what is said instead."""

    pattern: str
    instead: str


AVOIDED: Mapping[str, tuple[Avoided, ...]] = {
    "en-gb": (
        Avoided("victims?", "person"),
        Avoided("rescue[ds]?", "found"),
        Avoided("abscond(?:ed|s)?", "left, whereabouts not known"),
        Avoided("illegal(?:ly)?", "irregular"),
        Avoided("deport(?:ed|ee|ees|ation)?", "returned person"),
        Avoided("submit(?:s|ted|ting)?", "the act itself: send, save, record"),
        Avoided("reject(?:s|ed|ion)?", "cannot receive now"),
        Avoided("claim(?:s|ed)?", "says"),
        Avoided("stor(?:y|ies)", "what the person chose to tell"),
        Avoided("refus(?:es|ed) to", "has not chosen to"),
        Avoided("well done", "nothing"),
        Avoided("scores?", "nothing"),
    ),
    "fr": (
        Avoided("gardes?", "est responsable de"),
        Avoided("cas", "dossier"),
        Avoided("transferts?", "passage de relais"),
        Avoided("remises?", "passage de relais"),
        Avoided("fugues?", "a quitté l’hébergement"),
        Avoided("rapatriements?", "retour choisi"),
        Avoided("prétend(?:re|ent|ait|u|ue)?", "dit avoir"),
        Avoided("victimes?", "personne"),
        Avoided("illéga(?:l|le|ux|les)", "irrégulier"),
        Avoided("expuls(?:é|ée|és|ées|ion|ions)", "personne de retour"),
        Avoided("rejet(?:s|é|ée|er)?", "accueil impossible en ce moment"),
        Avoided("soumettre|soumis|soumise", "envoyer, enregistrer"),
        Avoided("bravo", "rien"),
    ),
}

# Language, the English string, why its word may stand.
ALLOWED: Mapping[tuple[str, str], str] = {
    (
        "en-gb",
        "No real names, phone numbers, documents or stories. What you type can be read by everybody in the same exercise "
        "who has the right role, and is deleted after it.",
    ): "asks readers not to type anything from real life; says nothing about a person",
}

# What reads the same in English and in the other language; everything else that does is a string left in English.
SAME: Mapping[str, frozenset[str]] = {
    "fr": frozenset(
        "code contact cookies danger documents identification information institution justice menu message messages minute "
        "minutes note option options page parent police question questions service services total type version".split()
    ),
}

# Contexts of strings that hold no words.
WORDLESS = frozenset({"date format"})

FRENCH_FAULTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[^\u00a0\u202f\d:/][:;?](?=\s|$)"), "no non-breaking space before : ; ?"),
    (re.compile(r"«(?!\u00a0)|(?<!\u00a0)»"), "no non-breaking space inside « »"),
    (re.compile(r"\w'\w"), "straight apostrophe instead of ’"),
    (re.compile(r'(?<![=\w])"|"(?![\w>/ ])'), "straight quotation marks instead of « »"),
    (re.compile(r"\.\.\."), "three dots instead of …"),
)
TYPOGRAPHY: Mapping[str, tuple[tuple[re.Pattern[str], str], ...]] = {"fr": FRENCH_FAULTS}

TAG = re.compile(r"<[^>]*>")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")


@dataclass(frozen=True)
class Term:
    """One line of the glossary: an English term and the forms of which one must stand in the translation."""

    english: re.Pattern[str]
    name: str
    forms: tuple[str, ...]


def plain(text: str) -> str:
    """The words alone: no tags, no placeholders, ordinary spaces, small letters."""
    bare = PLACEHOLDER.sub(" ", TAG.sub(" ", text))
    return re.sub(r"\s+", " ", bare.replace(NO_BREAK_SPACE, " ").replace("’", "'")).strip().casefold()


def may_be_the_same(text: str, language: str) -> bool:
    """Whether `text` may read the same as in English: no words at all, or words that both languages share."""
    words = re.findall(r"[^\W\d_]+", plain(text))
    return all(word in SAME.get(language, ()) for word in words)


def avoided_words(text: str, language: str, english: str) -> list[str]:
    """Each avoided word that stands in `text`, with what to say instead; none where the string is allowed."""
    if (language, english) in ALLOWED:
        return []
    words = plain(text)
    return [
        f"says “{found.group()}”, instead of: {word.instead}"
        for word in AVOIDED.get(language, ())
        if (found := re.search(rf"\b(?:{word.pattern})\b", words))
    ]


def glossary(language: str) -> list[Term]:
    """The lines of `docs/translations.md` under the heading of `language`; raises `LookupError` when there are none."""
    text = GLOSSARY.read_text(encoding="utf-8")
    section = re.search(rf"^## Glossary: {language}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", section.group(1), re.MULTILINE) if section else []
    terms = [_term(english, forms) for english, forms in rows if english != "English" and set(english) != {"-"}]
    if not terms:
        raise LookupError(f"{GLOSSARY.name} has no glossary for {language}")
    return terms


def _term(english: str, forms: str) -> Term:
    names = [re.escape(name.strip()).replace(r"\ ", " ") for name in english.split(" / ")]
    pattern = re.compile(rf"\b(?:{'|'.join(names)})(?:s|ed|es)?\b", re.IGNORECASE)
    return Term(pattern, english, tuple(plain(form) for form in forms.split(" / ")))
