import re
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.test import Client
from django.utils.translation import get_language

from accounts.adapter import AccountAdapter
from accounts.models import SignInDelay, User
from tests.accounts.conftest import PASSWORD

NEW = "three unrelated words"


def ask(client: Client, capture: Any, email: str) -> Any:
    with capture(execute=True):
        return client.post("/account/password/reset/", {"email": email})


def link_in(text: str) -> str:
    found = re.search(r"http://testserver(/\S+)", text)
    assert found
    return found[1]


@pytest.fixture
def letter(amina: User, client: Client, django_capture_on_commit_callbacks: Any) -> str:
    """The path of the link that Amina was sent."""
    ask(client, django_capture_on_commit_callbacks, amina.email)
    return link_in(mail.outbox[0].body)


def test_a_person_chooses_a_new_password_from_a_link(amina: User, client: Client, letter: str) -> None:
    form = client.get(letter, follow=True)
    assert form.redirect_chain[0][0].endswith("-set-password/"), "the key leaves the address, so that no log keeps it"
    done = client.post(form.redirect_chain[0][0], {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your new password is saved" in done.content.decode()
    amina.refresh_from_db()
    assert amina.check_password(NEW)


def test_the_link_dies_when_its_owner_remembers_the_password(amina: User, client: Client, letter: str) -> None:
    client.post("/sign-in/", {"login": amina.email, "password": PASSWORD})
    assert "This link no longer works" in Client().get(letter, follow=True).content.decode()


def test_the_link_works_once(amina: User, client: Client, letter: str) -> None:
    form = client.get(letter, follow=True)
    client.post(form.redirect_chain[0][0], {"password1": NEW, "password2": NEW})
    page = Client().get(letter, follow=True)
    assert "This link no longer works" in page.content.decode()


def test_a_new_password_ends_open_sessions_and_the_wait(
    amina: User, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    other = Client()
    other.force_login(amina)
    for _attempt in range(5):
        client.post("/sign-in/", {"login": amina.email, "password": "a guess"})
    ask(client, django_capture_on_commit_callbacks, amina.email)
    form = client.get(link_in(mail.outbox[0].body), follow=True)
    client.post(form.redirect_chain[0][0], {"password1": NEW, "password2": NEW})
    assert not SignInDelay.objects.exists()
    assert other.get("/account/").status_code == 302


def test_the_owner_is_told_that_the_password_changed(
    amina: User, client: Client, letter: str, django_capture_on_commit_callbacks: Any
) -> None:
    form = client.get(letter, follow=True)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(form.redirect_chain[0][0], {"password1": NEW, "password2": NEW})
    assert mail.outbox[-1].to == [amina.email]
    assert mail.outbox[-1].subject == "Your password for Alongside has changed"


@pytest.mark.parametrize(
    ("password1", "password2", "sentence"),
    [
        (NEW, "something else", "The two new passwords are not the same."),
        ("short", "short", "too short"),
        ("", "", "Type a new password."),
    ],
)
def test_a_password_that_does_not_do_is_explained(
    client: Client, letter: str, password1: str, password2: str, sentence: str
) -> None:
    form = client.get(letter, follow=True)
    page = client.post(form.redirect_chain[0][0], {"password1": password1, "password2": password2})
    assert sentence in page.content.decode()
    assert "<title>Error: Choose a new password" in page.content.decode()


@pytest.mark.parametrize("change", [{"is_active": False}, {"demonstration": True}])
def test_a_link_dies_with_the_account(client: Client, letter: str, change: dict[str, bool]) -> None:
    User.objects.update(**change)
    assert "This link no longer works" in client.get(letter, follow=True).content.decode()


@pytest.mark.parametrize("address", ["1-abc-def", "zzzzzzzzzzzzzzz-x-y", "0-set-password", "1-set-password"])
def test_made_up_links_do_not_work(client: Client, db: None, address: str) -> None:
    page = client.get(f"/account/password/reset/{address}/")
    assert page.status_code == 200
    assert "This link no longer works" in page.content.decode()


def test_the_link_does_not_follow_the_host_header(
    amina: User, client: Client, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/password/reset/", {"email": amina.email}, headers={"host": "evil.example"})
    assert "evil.example" not in mail.outbox[0].body
    assert link_in(mail.outbox[0].body)


@pytest.mark.parametrize("kind", ["known", "unknown", "inactive", "demonstration", "no password"])
def test_every_request_gets_the_same_page_the_same_work_and_one_mail(
    client: Client,
    db: None,
    settings: Any,
    hashes: list[str],
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.DEMONSTRATION = True
    email = "amina@example.org"
    if kind != "unknown":
        password = None if kind == "no password" else PASSWORD
        User.objects.create_user(email, password, is_active=kind != "inactive", demonstration=kind == "demonstration")
    tokens: list[Any] = []
    make = default_token_generator.make_token
    monkeypatch.setattr(default_token_generator, "make_token", lambda user: tokens.append(user) or make(user))
    hashes.clear()
    answer = ask(client, django_capture_on_commit_callbacks, email)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/password/reset/sent/")
    assert "Look into your mailbox" in client.get("/account/password/reset/sent/").content.decode()
    assert hashes == []
    assert len(tokens) == 1
    assert [message.to for message in mail.outbox] == [[email]]
    assert ("/account/password/reset/" in mail.outbox[0].body) == (kind in ("known", "no password"))


def test_a_mail_server_that_is_away_tells_nothing(
    amina: User, client: Client, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert ask(client, django_capture_on_commit_callbacks, amina.email).status_code == 302


def test_one_mailbox_is_not_flooded(amina: User, client: Client, django_capture_on_commit_callbacks: Any) -> None:
    answers = [ask(client, django_capture_on_commit_callbacks, amina.email).status_code for _request in range(7)]
    assert answers == [302] * 5 + [429] * 2
    assert len(mail.outbox) == 5
    assert ask(client, django_capture_on_commit_callbacks, "musa@example.org").status_code == 302


def test_the_page_for_too_many_requests_is_ours(amina: User, client: Client) -> None:
    for _request in range(5):
        client.post("/account/password/reset/", {"email": amina.email})
    page = client.post("/account/password/reset/", {"email": amina.email}).content.decode()
    assert "Wait a moment, please" in page


def test_mails_are_text_in_the_readers_language_and_name_nobody(
    amina: User, client: Client, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina.language = "fr"
    amina.save()
    spoken: list[str | None] = []
    render = AccountAdapter.render_mail

    def noted(self: AccountAdapter, *args: Any, **kwargs: Any) -> Any:
        spoken.append(get_language())
        return render(self, *args, **kwargs)

    monkeypatch.setattr(AccountAdapter, "render_mail", noted)
    ask(client, django_capture_on_commit_callbacks, amina.email)
    message = mail.outbox[0]
    assert spoken == ["fr"]
    assert not message.alternatives
    assert message.body.rstrip().endswith("http://testserver")
    assert "Amina" not in message.body
    assert "Amina" not in message.subject
