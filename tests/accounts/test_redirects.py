from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.redirects import is_own_path

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example",
    "\x00//evil.example",
    "http:evil.example",
    "http:///evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "http://testserver/",
    " /account/",
    "\u2028//evil.example",
    "",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_other_sites_and_odd_spellings_are_not_ours(url: str) -> None:
    assert not is_own_path(url)


@pytest.mark.parametrize("url", ["/", "/inbox/?tab=decided", "/people/MORINGA/#today", "/a//b"])
def test_paths_of_this_site_are_ours(url: str) -> None:
    assert is_own_path(url)


@pytest.mark.parametrize("url", ELSEWHERE)
def test_signing_in_leads_nowhere_else(amina: User, sign_in: Callable[..., Any], url: str) -> None:
    assert sign_in(next=url).headers["Location"] == "/account/"


@pytest.mark.parametrize("url", ELSEWHERE)
def test_signing_in_from_a_link_leads_nowhere_else(amina: User, client: Client, url: str) -> None:
    answer = client.post(
        "/sign-in/", {"login": amina.email, "password": "correct horse battery"}, query_params={"next": url}
    )
    assert answer.headers["Location"] == "/account/"


@pytest.mark.parametrize("url", ELSEWHERE)
def test_changing_the_language_leads_nowhere_else(client: Client, db: None, url: str) -> None:
    assert client.post("/language/", {"language": "fr", "next": url}).headers["Location"] == "/"


@pytest.mark.parametrize("url", ELSEWHERE)
def test_the_language_page_offers_no_way_elsewhere(client: Client, db: None, url: str) -> None:
    assert client.get("/language/", {"next": url}).context["next"] == "/"


@pytest.mark.parametrize("url", ELSEWHERE)
def test_signing_out_leads_nowhere_else(amina: User, client: Client, url: str) -> None:
    client.force_login(amina)
    assert client.post("/sign-out/", {"next": url}).headers["Location"] in ("/", "/sign-in/")


def test_signing_in_returns_to_where_a_person_wanted_to_go(amina: User, client: Client) -> None:
    asked = client.get("/account/password/")
    assert asked.headers["Location"] == "/sign-in/?next=/account/password/"
    page = client.get(asked.headers["Location"])
    assert 'name="next" value="/account/password/"' in page.content.decode()
    answer = client.post(
        "/sign-in/", {"login": amina.email, "password": "correct horse battery", "next": "/account/password/"}
    )
    assert answer.headers["Location"] == "/account/password/"
