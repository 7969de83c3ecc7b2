"""Chromium: the warning before a session ends, and what was typed found again."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from accounts import session_limits as limits
from accounts.session_store import SessionStore
from common import clock
from referral.models import Membership
from tests.accounts.conftest import PASSWORD
from tests.factories import make_institution, make_member, make_registry

pytestmark = [pytest.mark.browser, pytest.mark.long]

NEW = "/people/new/"
TYPED = "Her sister, when she has slept."
PICTURES = os.environ.get("ALONGSIDE_PICTURES")


@pytest.fixture
def officer(transactional_db: None) -> Membership:
    member = make_member(make_institution(make_registry(), "NG"))
    member.user.set_password(PASSWORD)
    member.user.save()
    return member


@pytest.fixture
def left_for(page: Page, settings: Any, live_server: Any, officer: Membership) -> Callable[[float], None]:
    """Signs the browser in; then leaves the page alone for so many minutes, and lets it look at the time."""
    client = Client()
    client.force_login(officer.user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])

    def pass_by(minutes: float) -> None:
        session = SessionStore(value)
        session[limits.SEEN] = (clock.wall_now() - timedelta(minutes=minutes)).isoformat()
        session.save()
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    return pass_by


@pytest.mark.parametrize("language", ["en-gb", "ar"])
def test_a_warning_offers_to_stay(
    page: Page,
    settings: Any,
    live_server: Any,
    left_for: Callable[[float], None],
    axe: Callable[[Any], None],
    language: str,
) -> None:
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page.goto(NEW)
    left_for(5)
    expect(page.get_by_role("dialog")).to_have_count(0)
    left_for(13.5)
    dialog = page.get_by_role("dialog", name="You will be signed out in two minutes")
    expect(dialog).to_be_visible()
    stay = dialog.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_focused()
    for width in (1200, 320):
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"warning-{language}-{width}.png")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    assert page.evaluate("fetch('/account/time-left/', {headers: {'X-Poll': '1'}}).then(a => a.text())") > "890"


def test_what_was_typed_is_found_again_after_signing_in(
    page: Page, left_for: Callable[[float], None], officer: Membership
) -> None:
    page.goto(NEW)
    page.locator("[name=call_tonight]").fill(TYPED)
    left_for(14.95)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert TYPED not in page.url
    page.get_by_label("E-mail address").fill(officer.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[name=call_tonight]")).to_have_value(TYPED)
    expect(page.get_by_text("What you typed here is back")).to_be_visible()
    if PICTURES:
        for width in (1200, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(PICTURES) / f"kept-{width}.png")
    page.get_by_role("button", name="Begin with an empty form").click()
    expect(page.locator("[name=call_tonight]")).to_have_value("")
