"""Where one is signed in, seen and ended by oneself or with the account."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.devices import device_code, device_words
from accounts.models import Session, User
from common.clock import moved_wall
from tests.accounts.conftest import NOON, PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"
PHONE = "Mozilla/5.0 (Linux; Android 13; SM-A135F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Mobile Safari/537.36"


def browser_of(user: User, agent: str) -> Client:
    found = Client(headers={"user-agent": agent})
    found.post("/sign-in/", {"login": user.email, "password": PASSWORD})
    return found


@pytest.fixture
def here(amina: User) -> Client:
    return browser_of(amina, FIREFOX)


@pytest.fixture
def phone(amina: User, here: Client) -> Client:
    return browser_of(amina, PHONE)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (PHONE, "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17.0 Safari/605.1", "Safari on Mac"),
        ("something on Windows", "A browser on Windows"),
        ("Opera OPR/9", "Opera"),
        ("", "A device that does not say what it is"),
    ],
)
def test_a_device_is_named_by_browser_and_system(agent: str, words: str) -> None:
    assert device_words(device_code(agent)) == words


def test_the_page_names_each_device_and_marks_this_one(here: Client, phone: Client) -> None:
    page = here.get("/account/sessions/").content.decode()
    assert page.index("Firefox on Linux") < page.index("This device") < page.index("Chrome on Android")
    assert page.count("Last used") == page.count("Signed in ") == 2
    assert "109.0" not in page, "no version, no model"


def test_neither_an_address_nor_a_whole_browser_name_is_kept(here: Client, phone: Client) -> None:

    kept = [str(row.get_decoded()) + row.device for row in Session.objects.all()]
    assert not [text for text in kept if "Mozilla" in text or "127.0.0.1" in text]


def keys_on(client: Client) -> list[str]:
    return re.findall(r'name="device" value="(\w+)"', client.get("/account/sessions/").content.decode())


def test_ending_one_device_works_at_once(here: Client, phone: Client) -> None:
    page = here.post("/account/sessions/end-one/", {"device": keys_on(here)[0]}, follow=True).content.decode()
    assert "You are signed out on that device." in page
    assert "You are signed in nowhere else." in page
    assert phone.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_ending_it_twice_says_so(here: Client, phone: Client) -> None:
    (key,) = keys_on(here)
    here.post("/account/sessions/end-one/", {"device": key})
    page = here.post("/account/sessions/end-one/", {"device": key}, follow=True).content.decode()
    assert "You were not signed in there any more." in page


def test_nobody_ends_the_session_of_another(here: Client, amina: User) -> None:
    other = User.objects.create_user("binta@example.org", PASSWORD)
    binta = browser_of(other, PHONE)
    key = Session.objects.get(user=other).pk
    here.post("/account/sessions/end-one/", {"device": key})
    assert binta.get("/account/").status_code == 200


def test_ending_this_one_leads_to_signing_out(here: Client, amina: User) -> None:
    key = Session.objects.get(user=amina).pk
    assert here.post("/account/sessions/end-one/", {"device": key}).headers["Location"] == "/sign-out/"


def test_ending_all_others_keeps_this_one(here: Client, phone: Client, amina: User) -> None:
    here.post("/account/sessions/end/")
    assert phone.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200
    assert Session.objects.filter(user=amina).count() == 1


def test_a_device_that_has_been_idle_is_not_listed(amina: User, phone: Client) -> None:
    client = Client(headers={"user-agent": FIREFOX})
    with moved_wall(NOON):
        Session.objects.update(seen_wall=NOON - timedelta(minutes=16))
        client.post("/sign-in/", {"login": amina.email, "password": PASSWORD})
        page = client.get("/account/sessions/").content.decode()
    assert "Firefox on Linux" in page
    assert "Chrome on Android" not in page


@pytest.mark.parametrize("address", ["/account/sessions/", "/account/sessions/end/", "/account/sessions/end-one/"])
def test_a_shared_login_shows_and_ends_nobody_s_devices(shared: User, client: Client, address: str) -> None:
    client.force_login(shared)
    method = client.get if address == "/account/sessions/" else client.post
    assert method(address).status_code == 403


def test_a_new_password_signs_every_other_device_out(here: Client, phone: Client, amina: User) -> None:
    new = "three other words here"
    here.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert Session.objects.filter(user=amina).count() == 1
    assert here.get("/account/").status_code == 200
    assert phone.get("/account/").status_code == 302


def test_a_password_that_was_reset_signs_every_device_out(here: Client, phone: Client, amina: User) -> None:
    from allauth.account.utils import user_pk_to_url_str
    from django.contrib.auth.tokens import default_token_generator

    stranger = Client()
    amina.refresh_from_db()
    link = f"/account/password/reset/{user_pk_to_url_str(amina)}-{default_token_generator.make_token(amina)}/"
    form = stranger.get(link).headers["Location"]
    stranger.post(form, {"password1": "three other words here", "password2": "three other words here"})
    assert not Session.objects.filter(user=amina).exists()
    assert here.get("/account/").status_code == phone.get("/account/").status_code == 302


def test_closing_an_account_ends_its_sessions_at_once(here: Client, phone: Client, amina: User) -> None:
    amina.is_active = False
    amina.save()
    assert not Session.objects.filter(user=amina).exists()
    assert here.get("/account/").status_code == 302


def test_losing_a_seat_ends_the_sessions_at_once(db: None) -> None:
    from referral.actor import actor_of
    from referral.enums import Role
    from referral.services.staff import replace
    from tests.factories import make_institution, make_member, make_registry

    country = make_institution(make_registry(), "NG")
    leaving, deputy = make_member(country), make_member(country, Role.DEPUTY)
    client, other = Client(), Client()
    client.force_login(leaving.user)
    other.force_login(deputy.user)
    with moved_wall(NOON):
        actor = actor_of(deputy.user, wall=NOON)
        assert actor is not None
        replace(actor, leaving.pk, deputy.user_id)
    assert not Session.objects.filter(user=leaving.user).exists()
    assert Session.objects.filter(user=deputy.user).exists()


def test_the_worker_cannot_read_sessions() -> None:
    from common.grants import WORKER, rights_of

    assert rights_of(Session, WORKER) == ((), None)


def test_events_of_security_are_logged_by_number(here: Client, amina: User, caplog: Any) -> None:
    import logging

    with caplog.at_level(logging.INFO, logger="alongside.security"):
        here.post("/account/sessions/end/")
        here.post("/sign-out/")
    said = [record.getMessage() for record in caplog.records]
    assert f"other_sessions_ended user={amina.pk} account=-" in said
    assert f"signed_out user={amina.pk} account=-" in said
    assert "amina" not in caplog.text.lower()
