"""What was typed when a session ended is found again, by the same person in the same browser and by nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts import kept_forms
from accounts.models import Session, User
from accounts.sealing import opened, seal
from common.clock import moved_wall
from referral.models import Case, Membership
from tests.accounts.conftest import NOON, PASSWORD
from tests.factories import make_institution, make_member, make_registry

TYPED = "She would like to call her sister first."
LATE = timedelta(minutes=20)


@pytest.fixture
def officer(db: None) -> Membership:
    return make_member(make_institution(make_registry(), "NG"))


@pytest.fixture
def client(officer: Membership) -> Client:
    """A browser that checks form tokens, as the real ones are checked."""
    found = Client(enforce_csrf_checks=True)
    with moved_wall(NOON):
        found.force_login(officer.user)
    return found


NEW = "/people/new/"


def token_on(client: Client, address: str) -> str:
    answer = client.get(address)
    return str(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.content.decode())[0])


def send_late(client: Client, address: str = NEW, **fields: Any) -> Any:
    """Open a page at noon, type, and send it twenty minutes later."""
    with moved_wall(NOON):
        token = token_on(client, address)
    with moved_wall(NOON + LATE):
        return client.post(
            address,
            {"csrfmiddlewaretoken": token, **fields},
            headers={"referer": f"http://testserver{address}"},
        )


def sign_in_again(client: Client, user: User) -> None:
    with moved_wall(NOON + LATE):
        client.force_login(user)


def shown(client: Client, address: str = NEW) -> str:
    with moved_wall(NOON + LATE):
        return str(client.get(address).content.decode())


SENT = {
    "safe_tonight": "no",
    "call_tonight": TYPED,
    "languages_0": "ha",
    "indicators": ["debt", "fear"],
    "sex": "female",
}


def test_what_was_sent_too_late_stands_in_the_form_after_signing_in(client: Client, officer: Membership) -> None:
    answer = send_late(client, **SENT)
    assert answer.headers["Location"] == f"/sign-in/?next={NEW}"
    assert TYPED not in str(answer.headers)
    asked = client.get(answer.headers["Location"]).content.decode()
    assert "what you typed is kept" in asked
    assert TYPED not in asked
    sign_in_again(client, officer.user)
    page = shown(client)
    assert "What you typed here is back" in page
    assert f'value="{TYPED}"' in page
    assert len(re.findall(r'name="indicators" value="(?:debt|fear)"[^>]* checked', page)) == 2
    assert re.search(r'name="sex" value="female"[^>]* checked', page)
    assert not re.search(r'name="sex" value="unknown"[^>]* checked', page)
    assert re.search(r'<option value="ha"[^>]* selected', page)


def test_nothing_was_done_by_what_came_too_late(client: Client, officer: Membership) -> None:
    send_late(client, **SENT)
    assert not Case.objects.exists()


def test_it_is_sealed_on_the_server_and_never_in_an_address(client: Client) -> None:
    answer = send_late(client, **SENT)
    rows = "".join(str(row.get_decoded()) for row in Session.objects.all())
    assert "sealed" in rows
    assert TYPED not in rows
    assert TYPED not in str(answer.cookies)


def test_somebody_else_on_the_same_computer_finds_nothing(client: Client, officer: Membership) -> None:
    send_late(client, **SENT)
    sign_in_again(client, make_member(officer.institution).user)
    assert TYPED not in shown(client)
    client.post("/sign-out/")
    sign_in_again(client, officer.user)
    assert TYPED not in shown(client), "gone, not only hidden"


def test_another_browser_of_the_same_person_finds_nothing(client: Client, officer: Membership) -> None:
    send_late(client, **SENT)
    other = Client()
    sign_in_again(other, officer.user)
    assert TYPED not in shown(other)


def test_a_second_page_that_was_open_is_kept_too(client: Client, officer: Membership) -> None:
    with moved_wall(NOON):
        token = token_on(client, NEW)
    with moved_wall(NOON + LATE):
        assert client.get("/inbox/").status_code == 302, "this ends the session"
        client.post(NEW, {"csrfmiddlewaretoken": token, **SENT}, headers={"referer": f"http://testserver{NEW}"})
    sign_in_again(client, officer.user)
    assert TYPED in shown(client)


def test_a_poll_that_comes_too_late_loses_nothing(client: Client, officer: Membership) -> None:
    with moved_wall(NOON):
        token = token_on(client, NEW)
    with moved_wall(NOON + LATE):
        assert client.get("/inbox/", headers={"x-poll": "1"}).status_code == 302
        client.post(NEW, {"csrfmiddlewaretoken": token, **SENT}, headers={"referer": f"http://testserver{NEW}"})
    sign_in_again(client, officer.user)
    assert TYPED in shown(client)


def test_another_site_cannot_leave_words_in_somebody_s_form(client: Client, officer: Membership) -> None:
    with moved_wall(NOON + LATE):
        answer = client.post(NEW, {"csrfmiddlewaretoken": "made up", **SENT}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    sign_in_again(client, officer.user)
    assert TYPED not in shown(client)


def test_signing_in_again_in_another_tab_does_not_lose_what_this_one_holds(client: Client, officer: Membership) -> None:
    with moved_wall(NOON):
        token = token_on(client, NEW)
    with moved_wall(NOON + LATE):
        client.get("/inbox/")
        client.force_login(officer.user)
        client.get(NEW)
        sent = {"csrfmiddlewaretoken": token[::-1], **SENT}
        own = {"sec-fetch-site": "same-origin", "referer": f"http://testserver{NEW}"}
        answer = client.post(NEW, sent, headers=own)
    assert answer.status_code == 403
    assert "What you typed is kept." in answer.content.decode()
    assert TYPED in shown(client)


def test_it_is_forgotten_once_the_form_has_gone_through(client: Client, officer: Membership) -> None:
    send_late(client, **SENT)
    sign_in_again(client, officer.user)
    session = client.session
    kept_forms.forget(session, NEW)
    session.save()
    assert TYPED not in shown(client)


def test_one_can_begin_with_an_empty_form(client: Client, officer: Membership) -> None:
    send_late(client, **SENT)
    sign_in_again(client, officer.user)
    with moved_wall(NOON + LATE):
        token = token_on(client, NEW)
        answer = client.post("/account/kept/discard/", {"csrfmiddlewaretoken": token, "next": NEW})
    assert answer.headers["Location"] == NEW
    assert TYPED not in shown(client)


def test_the_page_s_own_goodbye_keeps_what_has_not_been_sent(client: Client, officer: Membership) -> None:
    with moved_wall(NOON):
        token = token_on(client, NEW)
    with moved_wall(NOON + timedelta(minutes=14.9)):
        sent = {"csrfmiddlewaretoken": token, "kept-page": NEW, **SENT}
        answer = client.post("/account/leave/", sent, headers={"x-poll": "1"})
        assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (204, '"cache", "storage"')
        assert client.get("/inbox/").status_code == 302
    sign_in_again(client, officer.user)
    assert TYPED in shown(client)


def test_a_page_cannot_say_goodbye_while_another_tab_goes_on(client: Client) -> None:
    with moved_wall(NOON):
        token = token_on(client, NEW)
        answer = client.post("/account/leave/", {"csrfmiddlewaretoken": token, "kept-page": NEW, **SENT})
        assert "Clear-Site-Data" not in answer.headers
        assert client.get("/inbox/").status_code == 200


def test_passwords_are_never_kept(client: Client, officer: Membership) -> None:
    officer.user.set_password(PASSWORD)
    officer.user.save()
    with moved_wall(NOON):
        client.force_login(officer.user)
    send_late(client, "/account/password/", oldpassword=PASSWORD, password1="three other words")
    assert kept_forms.KEPT not in client.session


@pytest.mark.parametrize(
    "posted",
    [{"note": [""]}, {"submission": ["x"], "version": ["3"]}, {"note": ["x" * 200_001]}],
    ids=["nothing typed", "only numbers of the page", "more than anybody types"],
)
def test_some_forms_are_not_worth_keeping(posted: dict[str, list[str]]) -> None:
    session: dict[str, Any] = {}
    assert not kept_forms.keep(session, user_id=1, page="/a/", posted=posted, wall=NOON)
    assert session == {}


def test_the_three_newest_pages_are_kept() -> None:
    session: dict[str, Any] = {}
    for page in ("/a/", "/b/", "/c/", "/d/", "/b/"):
        kept_forms.keep(session, user_id=1, page=page, posted={"note": [page]}, wall=NOON)
    assert list(session[kept_forms.KEPT]) == ["/c/", "/d/", "/b/"]


def test_it_is_kept_for_twelve_hours() -> None:
    session: dict[str, Any] = {}
    kept_forms.keep(session, user_id=1, page="/a/", posted={"note": ["x"]}, wall=NOON)
    for hours, found in ((12, {"note": ["x"]}), (12.1, None)):
        assert kept_forms.kept(session, user_id=1, page="/a/", wall=NOON + timedelta(hours=hours)) == found


def test_a_seal_opens_only_where_it_was_made(settings: Any) -> None:
    sealed = seal("text", purpose="a", bound_to="1:/a/")
    assert opened(sealed, purpose="a", bound_to="1:/a/") == "text"
    assert opened(sealed, purpose="a", bound_to="2:/a/") is None
    assert opened(sealed, purpose="b", bound_to="1:/a/") is None
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"
    assert opened(sealed, purpose="a", bound_to="1:/a/") == "text"
    settings.SECRET_KEY_FALLBACKS = []
    assert opened(sealed, purpose="a", bound_to="1:/a/") is None
