"""Whoever can see identity sets up a second factor before anything else. Nobody else is asked, and no shared login."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import get_resolver

from config.settings import base
from referral.enums import Role
from referral.second_factor_middleware import OPEN
from tests.accounts.conftest import PASSWORD, gave_code
from tests.accounts.test_second_factor import fresh_code
from tests.architecture.test_views_have_an_action import patterns
from tests.common.test_headers import address_of
from tests.factories import make_institution, make_member, make_registry

NEEDED = "/account/second-factor/needed/"
SEES_IDENTITY = frozenset(
    {
        Role.FIRST_RESPONDER,
        Role.FOCAL_POINT,
        Role.DEPUTY,
        Role.CASE_MANAGER,
        Role.CHILD_PROTECTION,
        Role.GUARDIAN,
        Role.SERVICE_PROVIDER,
        Role.HEALTH_WORKER,
    }
)
"""Written out by hand. What pages show to whom is asked of the pages in `tests/assurance/test_identity_pages.py`."""

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asked_for(settings: Any) -> None:
    settings.SECOND_FACTOR_FOR_IDENTITY = True


def seat(role: Role, **given: Any) -> Client:
    client = Client()
    client.force_login(make_member(make_institution(make_registry(), "NG"), role, **given).user)
    return client


def test_every_installation_asks_for_it() -> None:
    assert base.SECOND_FACTOR_FOR_IDENTITY is True


@pytest.mark.parametrize("role", list(Role))
def test_the_role_decides(role: Role) -> None:
    answer = seat(role).get("/inbox/")
    if role in SEES_IDENTITY:
        assert (answer.status_code, answer.headers.get("Location")) == (302, NEEDED)
    else:
        assert answer.status_code == 200


@pytest.mark.wide
def test_every_page_but_the_account_s_own_is_closed_until_then() -> None:
    client, opened = seat(Role.FOCAL_POINT), []
    for namespace, route, pattern in patterns(get_resolver()):
        name = f"{namespace}:{pattern.name}" if namespace else pattern.name
        if name in OPEN:
            continue
        for method in (client.get, client.post):
            answer = method(address_of(route, pattern))
            if (answer.status_code, answer.headers.get("Location")) != (302, NEEDED):
                opened.append((address_of(route, pattern), answer.status_code))
    assert opened == []


def test_only_the_account_s_own_pages_stay_open() -> None:
    referral = {f"referral:{p.name}" for namespace, _route, p in patterns(get_resolver()) if namespace == "referral"}
    assert not OPEN & (referral | {"home"})


def test_a_demonstration_login_is_never_asked() -> None:
    assert seat(Role.FOCAL_POINT, demonstration=True).get("/inbox/").status_code == 200


def test_the_page_says_what_to_do_and_the_work_opens_when_it_is_done() -> None:
    member = make_member(make_institution(make_registry(), "NG"))
    member.user.set_password(PASSWORD)
    member.user.save()
    client = Client()
    client.post("/sign-in/", {"login": member.user.email, "password": PASSWORD})
    page = client.get("/inbox/", follow=True).content.decode()
    assert "Set up your second factor first" in page
    assert 'href="/account/second-factor/on/"' in page
    assert client.get("/account/second-factor/on/").headers["Location"].startswith("/account/confirm/")
    client.post("/account/confirm/", {"password": PASSWORD})
    secret = client.get("/account/second-factor/on/").context["form"].secret
    codes = client.post("/account/second-factor/on/", {"code": fresh_code(secret)}, follow=True)
    assert "Your recovery codes" in codes.content.decode()
    assert client.get("/inbox/").status_code == 200


def test_turning_it_off_closes_the_pages_at_once_everywhere() -> None:
    member = make_member(make_institution(make_registry(), "NG"))
    TOTP.activate(member.user, generate_totp_secret())
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(member.user)
        gave_code(client, member.user)
        assert client.get("/inbox/").status_code == 200
    Authenticator.objects.filter(user=member.user).delete()
    for client in (here, there):
        assert client.get("/inbox/").headers["Location"] == NEEDED


def test_whether_it_is_set_up_costs_no_query_of_its_own(django_assert_num_queries: Any) -> None:
    from accounts.backends import AccountBackend

    user = make_member(make_institution(make_registry(), "NG")).user
    with django_assert_num_queries(1):
        found = AccountBackend().get_user(user.pk)
        assert getattr(found, "second_factor", None) is False
