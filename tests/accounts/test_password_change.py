from typing import Any

from django.core import mail
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD

NEW = {"oldpassword": PASSWORD, "password1": "three unrelated words", "password2": "three unrelated words"}


def test_a_person_changes_the_password_and_stays_signed_in_here_only(
    amina: User, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    other = Client()
    other.force_login(amina)
    client.force_login(amina)
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post("/account/password/", NEW, follow=True)
    assert page.redirect_chain == [("/account/", 302)]
    assert "Your new password is saved." in page.content.decode()
    assert other.get("/account/").status_code == 302
    assert [message.subject for message in mail.outbox] == ["Your password for Alongside has changed"]


def test_the_current_password_is_needed(amina: User, client: Client) -> None:
    client.force_login(amina)
    page = client.post("/account/password/", {**NEW, "oldpassword": "a guess"})
    assert "This is not your current password." in page.content.decode()
    amina.refresh_from_db()
    assert amina.check_password(PASSWORD)


def test_a_demonstration_login_keeps_its_password(shared: User, client: Client) -> None:
    client.force_login(shared)
    answer = client.post("/account/password/", NEW)
    assert answer.status_code == 403
    assert "Many people share this demonstration login" in answer.content.decode()
    shared.refresh_from_db()
    assert shared.check_password(PASSWORD)


def test_an_account_without_a_password_is_led_to_where_one_is_set(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("binta@example.org"))
    assert client.get("/account/password/").headers["Location"] == "/account/password/reset/"
