"""Every page of this app in the made-up language and in French: nothing is left unmarked, nothing is left in English."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from accounts.models import User
from tests import pseudo
from tests.accounts.conftest import PASSWORD, gave_code
from tests.accounts.test_pages import CASES

# What the user of these tests is called, and the page's own language names in the list of languages.
TYPED = frozenset({"Amina"})
# Forms sent with nothing in them, so that their errors show.
FORMS = [
    ("/sign-in/", "nobody"),
    ("/account/password/reset/", "nobody"),
    ("/language/", "nobody"),
    ("/account/", "amina"),
    ("/account/password/", "amina"),
    ("/account/second-factor/on/", "amina"),
]


@pytest.fixture
def show(request: pytest.FixtureRequest) -> Callable[..., str]:
    """The words of a page, or of a form sent empty, as nobody, as Amina or as Amina with a second factor."""

    def page(address: str, who: str, language: str, *, send: bool = False) -> str:
        client = Client()
        if who != "nobody":
            amina: User = request.getfixturevalue("amina")
            client.post("/sign-in/", {"login": amina.email, "password": PASSWORD})
            client.post("/account/confirm/", {"password": PASSWORD})
            if who == "protected" and not amina.authenticator_set.exists():
                TOTP.activate(amina, generate_totp_secret())
                RecoveryCodes.activate(amina)
            if who == "protected":
                gave_code(client, amina)
        headers: dict[str, Any] = {"accept-language": language}
        answer = client.post(address, {}, headers=headers) if send else client.get(address, headers=headers)
        assert answer.headers["Content-Language"] == language
        return str(answer.content.decode())

    return page


@pytest.mark.wide
@pytest.mark.django_db
@pytest.mark.parametrize(("address", "who"), CASES)
def test_every_word_of_a_page_is_marked(show: Callable[..., str], made_up: str, address: str, who: str) -> None:
    assert pseudo.unmarked(show(address, who, made_up), but=TYPED) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "who"), FORMS)
def test_every_word_of_an_error_is_marked(show: Callable[..., str], made_up: str, address: str, who: str) -> None:
    assert pseudo.unmarked(show(address, who, made_up, send=True), but=TYPED) == []


@pytest.mark.wide
@pytest.mark.django_db
@pytest.mark.parametrize(("address", "who"), CASES)
def test_no_line_of_a_page_stays_english_in_french(show: Callable[..., str], address: str, who: str) -> None:
    english, french = (show(address, who, language) for language in ("en-gb", "fr"))
    assert pseudo.left_in_english(english, french, "fr", but=TYPED) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "who"), FORMS)
def test_no_error_stays_english_in_french(show: Callable[..., str], address: str, who: str) -> None:
    english, french = (show(address, who, language, send=True) for language in ("en-gb", "fr"))
    assert pseudo.left_in_english(english, french, "fr", but=TYPED) == []
