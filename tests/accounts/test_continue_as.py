from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.selectors import demonstration_users


def test_a_visitor_continues_as_a_demonstration_login_without_a_password(shared: User, client: Client) -> None:
    answer = client.post("/continue/", {"login": shared.email, "next": "/help/"})
    assert answer.headers["Location"] == "/help/"
    assert client.session["_auth_user_id"] == str(shared.pk)


def test_continuing_as_somebody_else_starts_a_new_session(shared: User, client: Client) -> None:
    other = User.objects.create_user("focal.ne@example.org", None, demonstration=True)
    client.post("/continue/", {"login": shared.email})
    client.session["left behind"] = 1
    client.post("/continue/", {"login": other.email})
    assert client.session["_auth_user_id"] == str(other.pk)
    assert "left behind" not in client.session


@pytest.mark.parametrize("login", ["amina@example.org", "nobody@example.org", "", "\x00", "x" * 100_000])
def test_nobody_continues_as_a_real_account(amina: User, shared: User, client: Client, login: str) -> None:
    assert client.post("/continue/", {"login": login}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_outside_demonstration_mode_the_address_does_not_work(shared: User, client: Client, settings: Any) -> None:
    settings.DEMONSTRATION = False
    assert client.post("/continue/", {"login": shared.email}).status_code == 404
    assert not demonstration_users().exists()


def test_a_closed_demonstration_login_is_not_offered(shared: User, client: Client) -> None:
    User.objects.update(is_active=False)
    assert client.post("/continue/", {"login": shared.email}).status_code == 404


def test_following_a_link_signs_nobody_in(shared: User, client: Client) -> None:
    assert client.get("/continue/", {"login": shared.email}).status_code == 405


def test_another_site_cannot_post_it(shared: User) -> None:
    assert Client(enforce_csrf_checks=True).post("/continue/", {"login": shared.email}).status_code == 403
