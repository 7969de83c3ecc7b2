"""Words that no visit to a page shows for sure: labels of every code, mails, pictures. In English, French, made up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import TextChoices
from django.template.loader import render_to_string
from django.utils import translation

import accounts.models
import referral.enums
from accounts.countries import country_name
from accounts.models import Language, User
from config import messages, wording
from referral.enums import DeclineReason, NeedKind, NotCovered
from referral.models import Mail
from referral.pictures.continuity import continuity_picture
from referral.pictures.continuity_words import continuity_list, continuity_sentence
from referral.pictures.facts import Continuity
from referral.pictures.route_map import map_note, route_map, route_of, route_words
from referral.services.outbox import letter
from tests import pseudo
from tests.referral.pictures.histories import NAMES, five_countries

TEMPLATES = Path(settings.BASE_DIR) / "templates"
LANGUAGES = messages.translated_languages()
MAILS = sorted(path.stem for path in (TEMPLATES / "emails").glob("*.subject"))
ACCOUNT_MAILS = sorted(
    str(path.relative_to(TEMPLATES))
    for folder in ("account", "mfa")
    for kind in ("email", "messages")
    for path in (TEMPLATES / folder / kind).glob("*.txt")
    if not path.name.startswith("base_")
)
# 500.html speaks all languages at once: when it is needed, nobody knows which one works.
REFUSALS = sorted(path.name for path in TEMPLATES.glob("4*.html"))
# Languages name themselves, in every language.
CHOICES = [
    found
    for module in (referral.enums, accounts.models)
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, TextChoices) and found is not TextChoices and found is not Language
]

# A house, countries, and months that are short for the same in both languages.
NAMED = frozenset({"Home of the Baobab", "Mar", "Jul", "Sep", "Oct", "Nov", *NAMES.values()})


def labels(choices: type[TextChoices], language: str) -> dict[str, str]:
    with translation.override(language):
        return {member.name: str(member.label) for member in choices}


def mail(template: str, language: str) -> str:
    """Subject, text and page of one of the registry's mails."""
    sent = letter(Mail(user=User(language=language), template=template, link="/inbox/"))
    return f"<p>{sent.subject}</p>{sent.html}<p>{sent.text}</p>"


def account_mail(template: str, language: str) -> str:
    facts = {"origin": settings.ORIGIN, "password_reset_url": settings.ORIGIN + "/account/password/reset/1-made-up/"}
    with translation.override(language):
        return render_to_string(template, facts)


def history() -> Continuity:
    """An invented history whose words come from the codes, as those of a real case do."""
    told = five_countries()
    return replace(
        told,
        names={code: country_name(code) for code in NAMES},
        services=[replace(bar, name=str(NeedKind(bar.kind).label)) for bar in told.services],
        cover=[
            replace(stretch, why="" if stretch.covered else str(NotCovered.NO_SAFE_PLACE.label))
            for stretch in told.cover
        ],
        marks=[replace(mark, label=mark.label and str(DeclineReason.NO_CAPACITY.label)) for mark in told.marks],
    )


def pictures(language: str) -> str:
    """The continuity picture, its list and the map."""
    with translation.override(language):
        told = history()
        facts: dict[str, Any] = {
            "sentence": continuity_sentence(told),
            "picture": continuity_picture(told),
            "entries": continuity_list(told),
        }
        route = route_of(told)
        chart = {"words": route_words(route), "picture": route_map(route), "note": map_note()}
        return render_to_string("components/continuity_picture.html", facts) + render_to_string(
            "components/route_map.html", chart
        )


def test_there_are_codes_and_mails_to_look_at():
    assert len(CHOICES) > 40
    assert "reminder_half" in MAILS
    assert "account/email/password_reset_key_message.txt" in ACCOUNT_MAILS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("choices", CHOICES, ids=lambda choices: choices.__name__)
def test_every_label_is_said_in_each_language_and_no_two_alike(choices, language):
    english, said = labels(choices, messages.SOURCE_LANGUAGE), labels(choices, language)
    assert all(english.values())
    assert [
        text for name, text in said.items() if text == english[name] and not wording.may_be_the_same(text, language)
    ] == []
    assert len(set(said.values())) == len(set(english.values()))


@pytest.mark.wide
@pytest.mark.parametrize("choices", CHOICES, ids=lambda choices: choices.__name__)
def test_every_label_is_marked(choices, made_up):
    assert [text for text in labels(choices, made_up).values() if pseudo.unmarked(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", MAILS)
def test_a_mail_is_written_in_its_reader_s_language(template, language):
    english, said = mail(template, messages.SOURCE_LANGUAGE), mail(template, language)
    assert f'lang="{language}"' in said
    assert pseudo.left_in_english(english, said, language) == []


@pytest.mark.parametrize("template", MAILS)
def test_every_word_of_a_mail_is_marked(template, made_up):
    assert pseudo.unmarked(mail(template, made_up)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ACCOUNT_MAILS)
def test_a_mail_about_an_account_is_written_in_its_reader_s_language(template, language):
    english, said = account_mail(template, messages.SOURCE_LANGUAGE), account_mail(template, language)
    assert "".join(english.split()) == "" or pseudo.left_in_english(english, said, language) == []


@pytest.mark.wide
@pytest.mark.parametrize("template", ACCOUNT_MAILS)
def test_every_word_of_a_mail_about_an_account_is_marked(template, made_up):
    assert pseudo.unmarked(account_mail(template, made_up)) == []


@pytest.mark.parametrize("template", REFUSALS)
def test_every_word_of_a_refusal_is_marked(template, made_up):
    assert pseudo.unmarked(render_to_string(template)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", REFUSALS)
def test_a_refusal_speaks_each_language(template, language):
    with translation.override(messages.SOURCE_LANGUAGE):
        english = render_to_string(template)
    with translation.override(language):
        assert pseudo.left_in_english(english, render_to_string(template), language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_speak_each_language(language):
    english, said = pictures(messages.SOURCE_LANGUAGE), pictures(language)
    assert pseudo.left_in_english(english, said, language, but=NAMED) == []


def test_every_word_of_a_picture_is_marked(made_up):
    assert pseudo.unmarked(pictures(made_up), but=NAMED) == []
