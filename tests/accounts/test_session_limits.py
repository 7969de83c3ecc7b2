"""Signed in for 15 minutes without an act, 12 hours in all, and for no longer where something shorter is set."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts import session_limits as limits
from accounts.models import Session, User
from accounts.session_store import SessionStore, row_key
from common import clock
from common.clock import moved_wall
from tests.accounts.conftest import NOON

IN = 200
ASKED = 302


@pytest.fixture
def amina_here(amina: User, client: Client) -> Client:
    """Amina's browser, signed in at noon."""
    with moved_wall(NOON):
        client.force_login(amina)
    return client


def status_at(client: Client, after: timedelta, **headers: str) -> int:
    with moved_wall(NOON + after):
        return int(client.get("/account/", headers=headers).status_code)


def test_whoever_presses_something_stays_signed_in(amina_here: Client) -> None:
    steps = [timedelta(minutes=14 * step) for step in range(1, 6)]
    assert [status_at(amina_here, step) for step in steps] == [IN] * 5


@pytest.mark.parametrize(("minutes", "status"), [(14.9, IN), (15, ASKED), (600, ASKED)])
def test_after_fifteen_minutes_without_an_act_one_signs_in_again(
    amina_here: Client, minutes: float, status: int
) -> None:
    assert status_at(amina_here, timedelta(minutes=minutes)) == status


def test_what_a_page_asks_by_itself_keeps_no_session_open(amina_here: Client) -> None:
    polls = [status_at(amina_here, timedelta(minutes=minutes), **{"x-poll": "1"}) for minutes in (5, 10, 14, 16)]
    assert polls == [IN, IN, IN, ASKED]
    assert status_at(amina_here, timedelta(minutes=16)) == ASKED


def test_after_twelve_hours_one_signs_in_again_whatever_one_does(amina_here: Client) -> None:
    steps = [status_at(amina_here, timedelta(minutes=10 * step)) for step in range(1, 72)]
    assert steps == [IN] * 71
    assert status_at(amina_here, timedelta(hours=12)) == ASKED


def test_a_workshop_seat_lasts_as_long_as_its_run(amina_here: Client) -> None:
    session = amina_here.session
    limits.limit(session, NOON + timedelta(minutes=7))
    session.save()
    assert status_at(amina_here, timedelta(minutes=6)) == IN
    assert status_at(amina_here, timedelta(minutes=7)) == ASKED


def test_a_session_that_nothing_has_begun_is_over(amina_here: Client) -> None:
    session = amina_here.session
    del session[limits.SEEN]
    session.save()
    assert status_at(amina_here, timedelta(minutes=1)) == ASKED


def test_a_session_that_is_over_opens_nothing_when_the_clock_goes_back(amina_here: Client) -> None:
    assert status_at(amina_here, timedelta(minutes=20)) == ASKED
    assert status_at(amina_here, timedelta(minutes=1)) == ASKED
    assert not Session.objects.filter(user__isnull=False).exists()


def test_the_browser_forgets_what_it_kept_when_the_time_is_over(amina_here: Client) -> None:
    with moved_wall(NOON + timedelta(minutes=16)):
        answer = amina_here.get("/account/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    page = amina_here.get(answer.headers["Location"]).content.decode()
    assert "You were signed out because nothing was pressed for a while." in page


def test_the_database_s_clock_decides_and_not_the_application_s(amina: User, client: Client) -> None:
    import time_machine

    client.force_login(amina)
    with time_machine.travel("2031-01-01", tick=False):
        assert client.get("/account/").status_code == IN


def test_an_act_within_half_a_minute_writes_nothing(
    amina_here: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    def writes(after: timedelta) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked, moved_wall(NOON + after):
            amina_here.get("/account/time-left/")
        return sum(query["sql"].startswith("UPDATE") for query in asked.captured_queries)

    assert writes(timedelta(seconds=29)) == 0
    assert writes(timedelta(seconds=31)) == 1


def test_the_time_that_is_left_is_told_without_prolonging_it(amina_here: Client) -> None:
    def asked(minutes: float, **headers: str) -> str:
        with moved_wall(NOON + timedelta(minutes=minutes)):
            return str(amina_here.get("/account/time-left/", headers=headers).content.decode())

    assert asked(13, **{"x-poll": "1"}) == "120"
    assert asked(14, **{"x-poll": "1"}) == "60"
    assert asked(14) == "900", "“Stay signed in” is an act"


def test_the_cookie_s_value_is_nowhere_in_the_database(amina: User, client: Client, settings: Any) -> None:
    client.force_login(amina)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    row = Session.objects.get(user=amina)
    assert row.pk == row_key(value)
    assert value not in "".join(str(row.__dict__))


def test_signing_in_changes_the_session_s_name(
    amina: User, client: Client, sign_in: Callable[..., Any], settings: Any
) -> None:
    store = SessionStore()
    store["planted"] = "by somebody else"
    store.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    sign_in()
    assert client.session.session_key != store.session_key
    assert not SessionStore().exists(store.session_key)


def test_confirming_who_one_is_changes_the_session_s_name(
    amina: User, client: Client, sign_in: Callable[..., Any]
) -> None:
    from tests.accounts.conftest import PASSWORD

    sign_in()
    before = client.session.session_key
    client.post("/account/confirm/", {"password": PASSWORD})
    assert client.session.session_key != before
    assert not SessionStore().exists(before)


@pytest.mark.django_db
def test_session_names_are_random_and_long() -> None:
    names = {SessionStore()._get_new_session_key() for _each in range(3)}  # type: ignore[attr-defined]
    assert len(names) == 3
    assert all(re.fullmatch("[a-z0-9]{32}", name) for name in names), "32 of 36 signs are 165 bits"


def test_a_made_up_session_name_is_not_taken_over(client: Client, settings: Any, amina: User) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    client.force_login(amina)
    assert client.session.session_key != "a" * 32


@pytest.mark.django_db
def test_rows_that_nothing_opens_are_swept_at_sign_in(amina: User, client: Client) -> None:
    client.force_login(amina)
    Session.objects.update(expire_date=clock.wall_now() - timedelta(seconds=1))
    Client().force_login(amina)
    assert Session.objects.count() == 1
