from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD, gave_code


@pytest.fixture
def signed_in(amina: User, client: Client) -> Client:
    client.force_login(amina)
    return client


def test_a_person_sets_name_language_and_time_to_read(amina: User, signed_in: Client) -> None:
    page = signed_in.post(
        "/account/", {"display_name": "Officer on duty", "language": "fr", "reads_slowly": "on"}, follow=True
    )
    amina.refresh_from_db()
    assert (amina.display_name, amina.language, amina.reads_slowly) == ("Officer on duty", "fr", True)
    assert page.headers["Content-Language"] == "fr"


def test_every_other_column_stays_as_it_is(amina: User, signed_in: Client) -> None:
    """Mass assignment: post every column of the model."""
    before = User.objects.filter(pk=amina.pk).values().get()
    posted = {field.name: "1" for field in User._meta.get_fields()}
    posted |= {
        "email": "evil@example.org",
        "password": "x",
        "display_name": "Amina",
        "language": "fr",
        "reads_slowly": "on",
    }
    assert signed_in.post("/account/", posted).status_code == 302
    after = User.objects.filter(pk=amina.pk).values().get()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"language", "reads_slowly"}
    assert not amina.groups.exists()


def test_a_language_that_is_not_offered_is_refused(amina: User, signed_in: Client) -> None:
    page = signed_in.post("/account/", {"display_name": "", "language": "tlh"})
    assert page.status_code == 200
    assert "<title>Error: Your account" in page.content.decode()
    amina.refresh_from_db()
    assert amina.language == ""


def test_a_refused_form_changes_no_part_of_the_page(amina: User, signed_in: Client) -> None:
    page = signed_in.post("/account/", {"display_name": "x" * 81, "language": "fr"})
    assert page.headers["Content-Language"] == "en-gb"
    assert page.context["user"].display_name == "Amina"


def test_ending_other_sessions_keeps_this_one(amina: User, signed_in: Client) -> None:
    other = Client()
    other.post("/sign-in/", {"login": amina.email, "password": PASSWORD})
    assert other.get("/account/").status_code == 200
    page = signed_in.post("/account/sessions/end/", follow=True)
    assert "You are signed out on all other devices." in page.content.decode()
    assert other.get("/account/").status_code == 302
    assert signed_in.get("/account/sessions/end/").status_code == 405


def test_a_demonstration_login_cannot_sign_the_others_out(shared: User, client: Client) -> None:
    client.force_login(shared)
    assert client.post("/account/sessions/end/").status_code == 403
    shared.refresh_from_db()
    assert shared.session_round == 0
    assert "Sign out on all other devices" not in client.get("/account/").content.decode()


def test_strangers_are_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/account/").headers["Location"] == "/sign-in/?next=/account/"


def test_the_page_shows_whether_a_second_factor_is_on(amina: User, signed_in: Client) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    assert signed_in.get("/account/").context["second_factor"] is False
    TOTP.activate(amina, generate_totp_secret())
    gave_code(signed_in, amina)
    assert signed_in.get("/account/").context["second_factor"] is True


def test_a_second_session_round_does_not_break_a_key_rotation(amina: User, signed_in: Client, settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    assert signed_in.get("/account/").status_code == 200
