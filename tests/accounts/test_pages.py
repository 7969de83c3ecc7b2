"""Every page of this app renders, in both languages, and keeps the rules of all pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import resolve

from accounts import sign_in_urls, urls
from accounts.models import User
from tests.accounts.conftest import PASSWORD, gave_code

PUBLIC = (
    "/sign-in/",
    "/account/password/reset/",
    "/account/password/reset/sent/",
    "/account/password/reset/done/",
    "/account/password/reset/1-made-up/",
    "/language/",
    "/help/",
    "/about/",
    "/accessibility/",
    "/privacy/",
)
OWN = (
    "/account/",
    "/account/password/",
    "/account/confirm/",
    "/account/second-factor/",
    "/account/second-factor/on/",
    "/account/second-factor/needed/",
    "/account/sessions/",
    "/sign-out/",
)
PROTECTED = (
    "/account/second-factor/",
    "/account/second-factor/off/",
    "/account/recovery-codes/",
    "/account/recovery-codes/new/",
    "/account/confirm/code/",
)


@pytest.fixture
def visit(request: pytest.FixtureRequest, client: Client) -> Callable[[str, str, str], Any]:
    """Opens an address as nobody, as Amina, or as Amina with a second factor, in a language."""

    def open_page(address: str, who: str, language: str) -> Any:
        if who != "nobody":
            amina = request.getfixturevalue("amina")
            client.post("/sign-in/", {"login": amina.email, "password": PASSWORD})
            client.post("/account/confirm/", {"password": PASSWORD})
        if who == "protected":
            from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

            TOTP.activate(amina, generate_totp_secret())
            RecoveryCodes.activate(amina)
            gave_code(client, amina)
        return client.get(address, headers={"accept-language": language})

    return open_page


CASES = [
    *((address, "nobody") for address in PUBLIC),
    *((address, "amina") for address in OWN),
    *((address, "protected") for address in PROTECTED),
]


@pytest.mark.wide
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en-gb", "fr"])
@pytest.mark.parametrize(("address", "who"), CASES)
def test_every_page_renders(visit: Callable[..., Any], address: str, who: str, language: str) -> None:
    page = visit(address, who, language)
    html = page.content.decode()
    assert page.status_code == 200
    assert page.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in html
    assert html.count("<h1") == 1
    assert re.search(r"<title>\s*\S.* · Alongside</title>", html)
    assert "Training exercise." in html or language == "fr"
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html), "no inline script"
    assert "placeholder=" not in html, "a placeholder is no label"
    assert "victim" not in html.lower()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["nobody", "amina"])
def test_a_good_reset_link_shows_a_form(client: Client, amina: User, who: str) -> None:
    from allauth.account.utils import user_pk_to_url_str

    if who == "amina":
        client.force_login(amina)
        amina.refresh_from_db()
    link = f"/account/password/reset/{user_pk_to_url_str(amina)}-{default_token_generator.make_token(amina)}/"
    assert "Choose a new password" in client.get(link, follow=True).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", [address for address, who in CASES if who != "nobody" and address != "/sign-out/"])
def test_pages_of_an_account_are_for_its_owner(client: Client, address: str) -> None:
    assert client.get(address).headers["Location"].startswith("/sign-in/")


@pytest.mark.django_db
@pytest.mark.parametrize("address", [address for address, who in CASES if who != "nobody"])
def test_pages_of_an_account_are_kept_in_no_cache(visit: Callable[..., Any], address: str) -> None:
    who = "protected" if address in PROTECTED else "amina"
    assert "no-store" in visit(address, who, "en-gb").headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*OWN[:-1], "/help/"])
def test_signing_out_is_on_every_page(visit: Callable[..., Any], address: str) -> None:
    assert 'href="/sign-out/"' in visit(address, "amina", "en-gb").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/help/", "/about/", "/accessibility/", "/privacy/"])
def test_pages_for_everybody_are_read_only(client: Client, address: str) -> None:
    response = client.post(address)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "Nothing was changed. Go back and try again." in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/sign-in/", "/sign-out/", "/language/", "/continue/", "/account/password/reset/"])
def test_another_site_can_post_no_form(address: str) -> None:
    assert Client(enforce_csrf_checks=True).post(address, {}).status_code == 403


def test_no_address_of_this_app_goes_unvisited() -> None:
    """Pages above, and what has a test file of its own."""
    elsewhere = {"mfa_authenticate", "continue_as"}
    elsewhere |= {"end_other_sessions", "end_one_session", "time_left", "leave", "discard_kept"}
    visited = {resolve(address).url_name for address, _who in CASES}
    addresses = [*urls.urlpatterns, *sign_in_urls.urlpatterns]
    assert {address.name for address in addresses} == visited | elsewhere
