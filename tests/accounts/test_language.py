from typing import Any

import pytest
from django.test import Client

from accounts.models import User


def test_the_choice_of_a_stranger_stays_in_the_browser(client: Client, db: None, settings: Any) -> None:
    answer = client.post("/language/", {"language": "fr", "next": "/help/"})
    assert answer.headers["Location"] == "/help/"
    cookie = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("fr", True, "Lax")
    assert client.get("/help/").headers["Content-Language"] == "fr"


def test_the_choice_of_a_person_goes_with_the_account(amina: User, client: Client) -> None:
    client.force_login(amina)
    client.post("/language/", {"language": "fr"})
    elsewhere = Client()
    elsewhere.force_login(amina)
    assert elsewhere.get("/account/").headers["Content-Language"] == "fr"


def test_the_setting_wins_over_cookie_and_browser(amina: User, client: Client, settings: Any) -> None:
    amina.language = "en-gb"
    amina.save()
    client.force_login(amina)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    assert client.get("/account/", headers={"accept-language": "fr"}).headers["Content-Language"] == "en-gb"


def test_without_setting_and_cookie_the_browser_decides(client: Client, db: None) -> None:
    assert client.get("/help/", headers={"accept-language": "fr-SN,fr"}).headers["Content-Language"] == "fr"


def test_one_visitor_of_a_demonstration_login_does_not_turn_the_others_pages(
    shared: User, client: Client, settings: Any
) -> None:
    client.force_login(shared)
    client.post("/language/", {"language": "fr"})
    client.post("/account/", {"display_name": "", "language": "fr"})
    shared.refresh_from_db()
    assert shared.language == ""
    assert client.get("/account/").headers["Content-Language"] == "fr"
    other = Client()
    other.force_login(shared)
    assert other.get("/account/").headers["Content-Language"] == "en-gb"


def test_sitting_down_on_the_other_side_does_not_change_the_visitors_language(
    shared: User, client: Client, settings: Any
) -> None:
    shared.language = "fr"
    shared.save()
    client.force_login(shared)
    assert client.get("/account/", headers={"accept-language": "en"}).headers["Content-Language"] == "en-gb"
    assert client.get("/account/", headers={"accept-language": "fr"}).headers["Content-Language"] == "fr"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en-gb"
    assert client.get("/account/").headers["Content-Language"] == "en-gb"


@pytest.mark.parametrize("value", ["", "tlh", "../fr", "FR", "en-us", "\x00", "x" * 10_000])
def test_a_language_that_is_not_offered_is_refused(client: Client, db: None, settings: Any, value: str) -> None:
    answer = client.post("/language/", {"language": value})
    assert answer.status_code == 200
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies
    assert "<title>Error: Change the language" in answer.content.decode()


def test_a_language_no_longer_offered_is_ignored(amina: User, client: Client) -> None:
    User.objects.update(language="pt")
    client.force_login(amina)
    assert client.get("/account/").headers["Content-Language"] == "en-gb"
