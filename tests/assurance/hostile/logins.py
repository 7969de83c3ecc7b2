"""The pages of accounts that hold a form, each in a browser that may open it: logins of the hostile tests' own."""

from __future__ import annotations

from collections.abc import Iterator

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import resolve

from accounts.models import User
from tests.accounts.conftest import gave_code
from tests.accounts.test_pages import OWN as OWN_PAGES
from tests.accounts.test_pages import PROTECTED as PROTECTED_PAGES
from tests.accounts.test_pages import PUBLIC

PASSWORD = "an-invented-password"
OWN, CODES, HALF, RESET = "own login", "own login with codes", "before the code", "from the mail"
"""Signed in and just confirmed; the same with a second factor; between password and code; with a link for a password."""

RESET_PAGE = "/account/password/reset/{key}-set-password/"


def make() -> None:
    """The logins themselves, beside those of the demonstration, whose ways of signing in nobody can change."""
    User.objects.create_user("own@example.org", PASSWORD, display_name="Amina")
    protected = User.objects.create_user("codes@example.org", PASSWORD)
    TOTP.activate(protected, generate_totp_secret())
    RecoveryCodes.activate(protected)


def looks() -> Iterator[tuple[str, str, str]]:
    """Name, seat and address of every page of accounts."""
    pages = {"": PUBLIC, OWN: OWN_PAGES, CODES: PROTECTED_PAGES, HALF: ("/sign-in/code/",)}
    for seat, addresses in pages.items():
        for address in addresses:
            yield resolve(address).view_name, seat, address
    owner = User.objects.get(email="own@example.org")
    address = RESET_PAGE.format(key=user_pk_to_url_str(owner))
    yield resolve(address).view_name, RESET, address


def browser(seat: str) -> Client | None:
    """A browser in one of these seats; None for any other."""
    if seat not in (OWN, CODES, HALF, RESET):
        return None
    client = Client(headers={"accept-language": "en-gb"})
    if seat == RESET:
        owner = User.objects.get(email="own@example.org")
        key = f"{user_pk_to_url_str(owner)}-{default_token_generator.make_token(owner)}"
        client.get(f"/account/password/reset/{key}/")
    elif seat == OWN:
        client.post("/sign-in/", {"login": "own@example.org", "password": PASSWORD})
        client.post("/account/confirm/", {"password": PASSWORD})
    elif seat == HALF:
        client.post("/sign-in/", {"login": "codes@example.org", "password": PASSWORD})
    else:
        owner = User.objects.get(email="codes@example.org")
        client.force_login(owner, backend="accounts.backends.AccountBackend")
        gave_code(client, owner)
        client.post("/account/confirm/", {"password": PASSWORD})
    return client
