"""A password alone opens nothing of an account that has codes, whenever its session began. Two browsers, one person."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import get_resolver

from accounts.models import Session, User
from referral.enums import Role
from referral.second_factor_middleware import WITHOUT_CODE
from tests.accounts.conftest import PASSWORD, gave_code
from tests.accounts.test_second_factor import HALF_MINUTE, code_for, secret_of
from tests.architecture.test_views_have_an_action import patterns
from tests.common.test_headers import address_of
from tests.factories import make_institution, make_member, make_registry

CONFIRM = "/account/confirm/code/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def officer(settings: Any) -> User:
    """Somebody whose role sees identity, with a password and no second factor yet."""
    settings.SECOND_FACTOR_FOR_IDENTITY = True
    user = make_member(make_institution(make_registry(), "NG")).user
    user.set_password(PASSWORD)
    user.save()
    return user


def by_password(user: User) -> Client:
    client = Client()
    client.post("/sign-in/", {"login": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def enrol(django_capture_on_commit_callbacks: Any) -> Callable[[Client], str]:
    """Turns codes on in a browser, through its pages; answers the secret."""

    def turn_on(client: Client) -> str:
        client.post("/account/confirm/", {"password": PASSWORD})
        secret: str = client.get("/account/second-factor/on/").context["form"].secret
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post("/account/second-factor/on/", {"code": code_for(secret)})
        assert answer.headers["Location"] == "/account/recovery-codes/"
        return secret

    return turn_on


def older_than_its_codes(user: User) -> Client:
    """A browser signed in by password whose session lived on although codes were turned on after it."""
    client = by_password(user)
    TOTP.activate(user, generate_totp_secret())
    return client


@pytest.mark.django_db(transaction=True)
def test_turning_codes_on_ends_the_session_that_knew_the_password_alone(
    officer: User, enrol: Callable[[Client], str]
) -> None:
    thief, owner = by_password(officer), by_password(officer)
    thief.post("/account/confirm/", {"password": PASSWORD})
    enrol(owner)
    assert owner.get("/inbox/").status_code == 200
    for address in ("/inbox/", "/account/", "/account/second-factor/off/"):
        assert thief.get(address).headers["Location"].startswith("/sign-in/?next=")
    assert Session.objects.filter(user=officer).count() == 1
    again = by_password(officer)
    assert again.get("/inbox/").headers["Location"].startswith("/sign-in/"), "a new one is asked for a code"


def test_turning_codes_off_ends_the_other_sessions(
    officer: User, enrol: Callable[[Client], str], clock: time_machine.Traveller
) -> None:
    here = by_password(officer)
    secret = enrol(here)
    clock.shift(HALF_MINUTE)
    there = by_password(officer)
    assert there.post("/sign-in/code/", {"code": code_for(secret)}).status_code == 302
    assert there.get("/inbox/").status_code == 200
    assert here.post("/account/second-factor/off/").status_code == 302
    assert there.get("/account/").headers["Location"].startswith("/sign-in/")
    assert here.get("/inbox/").headers["Location"] == "/account/second-factor/needed/"


def test_new_recovery_codes_end_the_other_sessions(
    officer: User,
    enrol: Callable[[Client], str],
    clock: time_machine.Traveller,
    django_capture_on_commit_callbacks: Any,
) -> None:
    here = by_password(officer)
    secret = enrol(here)
    clock.shift(HALF_MINUTE)
    there = by_password(officer)
    there.post("/sign-in/code/", {"code": code_for(secret)})
    with django_capture_on_commit_callbacks(execute=True):
        here.post("/account/recovery-codes/new/")
    assert there.get("/inbox/").headers["Location"].startswith("/sign-in/")
    assert here.get("/inbox/").status_code == 200


def test_a_session_that_lived_on_opens_nothing_without_a_code(officer: User) -> None:
    client = older_than_its_codes(officer)
    assert client.get("/inbox/").headers["Location"] == f"{CONFIRM}?next=%2Finbox%2F"
    page = client.get(CONFIRM).content.decode()
    assert "none was typed on this device yet" in page
    assert "Use your password instead" not in page
    assert client.get("/account/confirm/").headers["Location"].startswith(CONFIRM)
    assert client.post("/account/confirm/", {"password": PASSWORD}).headers["Location"].startswith(CONFIRM)
    assert client.post("/account/second-factor/off/").headers["Location"].startswith(CONFIRM)
    assert Authenticator.objects.filter(user=officer).exists()


def test_it_goes_on_when_a_code_is_given(officer: User) -> None:
    client = older_than_its_codes(officer)
    assert client.post(CONFIRM, {"code": "000000", "next": "/inbox/"}).status_code == 200
    assert client.get("/inbox/").status_code == 302
    answer = client.post(CONFIRM, {"code": code_for(secret_of(officer)), "next": "/inbox/"})
    assert answer.headers["Location"] == "/inbox/"
    assert client.get("/inbox/").status_code == 200


def test_a_form_of_it_leads_back_to_its_page_after_the_code(officer: User) -> None:
    sent = older_than_its_codes(officer).post(
        "/people/INVENTED/identity/", headers={"referer": "http://testserver/people/INVENTED/"}
    )
    assert sent.headers["Location"] == f"{CONFIRM}?next=%2Fpeople%2FINVENTED%2F"


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.FOCAL_POINT])
def test_every_account_with_codes_is_asked_whatever_its_role(role: Role) -> None:
    user = make_member(make_institution(make_registry(), "NG"), role).user
    client = Client()
    client.force_login(user)
    assert client.get("/account/").status_code == 200
    TOTP.activate(user, generate_totp_secret())
    assert client.get("/account/").headers["Location"].startswith(CONFIRM)
    gave_code(client, user)
    assert client.get("/account/").status_code == 200


def test_a_code_that_another_person_gave_in_this_browser_counts_for_nobody_else(amina: User, officer: User) -> None:
    client = older_than_its_codes(officer)
    gave_code(client, amina)
    assert client.get("/inbox/").headers["Location"].startswith(CONFIRM)


@pytest.mark.wide
def test_every_page_but_the_few_is_closed_to_it(officer: User) -> None:
    client, opened = older_than_its_codes(officer), []
    for namespace, route, pattern in patterns(get_resolver()):
        name = f"{namespace}:{pattern.name}" if namespace else pattern.name
        if name in WITHOUT_CODE:
            continue
        for method in (client.get, client.post):
            answer = method(address_of(route, pattern))
            if answer.status_code != 302 or not answer.headers["Location"].startswith(CONFIRM):
                opened.append((address_of(route, pattern), answer.status_code))
    assert opened == []


def test_a_change_of_the_second_factor_is_logged_by_number(
    officer: User, enrol: Callable[[Client], str], caplog: Any
) -> None:
    with caplog.at_level(logging.INFO, logger="alongside.security"):
        client = by_password(officer)
        enrol(client)
        client.post("/account/second-factor/off/")
    said = [record.getMessage() for record in caplog.records]
    assert f"second_factor_added user={officer.pk} account=-" in said
    assert f"second_factor_removed user={officer.pk} account=-" in said
