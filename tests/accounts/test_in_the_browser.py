"""Chromium: axe, narrow screens, keyboard alone, no script."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.accounts.conftest import PASSWORD, gave_code
from tests.accounts.test_pages import OWN, PROTECTED, PUBLIC
from tests.accounts.test_second_factor import fresh_code

pytestmark = pytest.mark.browser

WIDTHS = (1200, 320)
PICTURES = os.environ.get("ALONGSIDE_PICTURES")


@pytest.fixture
def speak(page: Page, settings: Any, live_server: Any) -> Callable[[str], None]:
    def choose(language: str) -> None:
        page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])

    return choose


@pytest.fixture
def let_in(page: Page, settings: Any, live_server: Any, amina: User) -> Callable[[str], None]:
    """Gives the browser a session: signed in and confirmed, and optionally with a second factor."""

    def session(who: str) -> None:
        client = Client()
        client.post("/sign-in/", {"login": amina.email, "password": PASSWORD})
        client.post("/account/confirm/", {"password": PASSWORD})
        if who == "protected":
            from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

            totp.TOTP.activate(amina, totp.generate_totp_secret())
            RecoveryCodes.activate(amina)
            gave_code(client, amina)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return session


@pytest.fixture
def check(page: Page, axe: Callable[[Any], None]) -> Callable[[str], None]:
    """No axe violation, best practice included, and no sideways scrolling, at both widths."""

    def at_both_widths(name: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} {width} scrolls sideways"
            if PICTURES:
                file = re.sub(r"\W+", "-", f"{name} {width}").strip("-")
                page.screenshot(path=Path(PICTURES) / f"{file}.png", full_page=True)

    return at_both_widths


@pytest.mark.long
@pytest.mark.parametrize("language", ["en-gb", "ar"])
@pytest.mark.parametrize("who", ["nobody", "amina", "protected"])
def test_pages_have_no_known_barrier(
    page: Page,
    speak: Callable[[str], None],
    let_in: Callable[[str], None],
    check: Callable[[str], None],
    who: str,
    language: str,
) -> None:
    speak(language)
    if who != "nobody":
        let_in(who)
    for address in {"nobody": PUBLIC, "amina": OWN, "protected": PROTECTED}[who]:
        page.goto(address)
        assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
        check(f"{who} {address} {language}")


@pytest.mark.long
@pytest.mark.parametrize("language", ["en-gb", "ar"])
def test_error_states_have_no_known_barrier(
    page: Page, speak: Callable[[str], None], let_in: Callable[[str], None], check: Callable[[str], None], language: str
) -> None:
    speak(language)
    for address in ("/sign-in/", "/account/password/reset/"):
        page.goto(address)
        page.locator("main form .btn-primary").click()
        assert page.title().startswith("Error: ") or language == "ar"
        check(f"error {address} {language}")
    let_in("amina")
    for address in ("/account/password/", "/account/confirm/", "/account/second-factor/on/"):
        page.goto(address)
        page.locator("main form .btn-primary").first.click()
        check(f"error {address} {language}")


@pytest.mark.long
def test_the_code_page_has_no_known_barrier(page: Page, check: Callable[[str], None], amina: User) -> None:
    totp.TOTP.activate(amina, totp.generate_totp_secret())
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(amina.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Type your code")).to_be_visible()
    check("code")


def tab_to(page: Page, target: Any) -> None:
    for _press in range(40):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("The keyboard does not reach it.")


def test_signing_in_with_the_keyboard_alone(page: Page, amina: User) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(amina, secret)
    page.goto("/sign-in/")
    tab_to(page, page.get_by_label("E-mail address"))
    page.keyboard.type("amina@example")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(".org")
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Type your code")).to_be_visible()
    tab_to(page, page.get_by_label("Code"))
    page.keyboard.type(fresh_code(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


@pytest.mark.long
def test_signing_in_changing_the_language_and_leaving_without_a_script(
    new_page: Callable[..., Page], amina: User
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto("/account/password/")
    page.locator("#id_login").fill(amina.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main .btn-primary").click()
    assert page.url.endswith("/account/password/")
    page.get_by_role("button", name="Français").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.url.endswith("/account/password/")
    page.goto("/sign-out/")
    page.locator("main .btn-primary").click()
    assert page.url.endswith("/sign-in/")


@pytest.mark.long
def test_the_shared_login_page_and_the_page_for_too_many_requests_have_no_known_barrier(
    page: Page, check: Callable[[str], None], settings: Any
) -> None:
    settings.DEMONSTRATION = True
    User.objects.create_user("focal.ng@example.org", PASSWORD, demonstration=True)
    page.goto("/sign-in/?next=/account/password/")
    page.get_by_label("E-mail address").fill("focal.ng@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Not with a demonstration login")).to_be_visible()
    check("shared")
    for _request in range(6):
        page.goto("/account/password/reset/")
        page.get_by_label("E-mail address").fill("amina@example.org")
        page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Wait a moment, please")).to_be_visible()
    check("too many")
