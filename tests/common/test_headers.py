"""Headers of every address, signed out and in, and of every kind of error, whoever raised it.

The table of addresses comes from the URLconf: a new address is looked at by itself. One answer a cell; what a page says is
tested elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpResponse
from django.test import Client, override_settings
from django.urls import get_resolver
from django.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter

from accounts.models import User
from common.sealed_keys import SealedKey
from config.settings import base
from tests.architecture.test_views_have_an_action import patterns
from tests.factories import make_institution, make_member, make_registry

pytestmark = pytest.mark.django_db

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
)
SAMPLES = {IntConverter: "1", UUIDConverter: "0" * 8 + "-0000-0000-0000-" + "0" * 12}


def address_of(route: str, pattern: Any) -> str:
    """An address that the route answers: well formed, with codes that nothing has."""
    converters = pattern.pattern.converters
    if route.startswith("^") or "(?P" in route:
        return "/account/password/reset/1-made-up/"
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: sample(converters.get(found.group(1))), route)


def sample(converter: Any) -> str:
    if isinstance(converter, SealedKey):
        return converter.to_url(1)
    for kind, text in SAMPLES.items():
        if isinstance(converter, kind):
            return text
    return "unknown" if isinstance(converter, SlugConverter | StringConverter) else "UNKNOWN"


def addresses() -> list[str]:
    return sorted({address_of(route, pattern) for _namespace, route, pattern in patterns(get_resolver())})


def missing(answer: Any) -> list[str]:
    """What an answer lacks, in words; nothing where all is well."""
    headers = answer.headers
    wrong = [f"{name}: {headers.get(name)}" for name, value in ALWAYS.items() if headers.get(name) != value]
    policy = headers.get("Content-Security-Policy", "")
    wrong += [f"policy without {part}" for part in DIRECTIVES if part not in policy]
    wrong += ["policy with unsafe"] if "unsafe" in policy else []
    wrong += ["no Permissions-Policy"] if "camera=()" not in headers.get("Permissions-Policy", "") else []
    wrong += [] if "no-store" in headers.get("Cache-Control", "") else ["may be stored"]
    wrong += ["names its maker"] if {"Server", "X-Powered-By"} & set(headers) else []
    kind = headers.get("Content-Type", "")
    wrong += (
        [f"type {kind}"]
        if not answer.streaming and answer.content and not kind.endswith(("charset=utf-8", "json"))
        else []
    )
    wrong += ["open to other origins"] if "Access-Control-Allow-Origin" in headers else []
    for cookie in filter(lambda each: each.value, answer.cookies.values()):
        named = cookie.key.startswith("alongside-plain-") and cookie["httponly"] and cookie["samesite"] == "Lax"
        wrong += [] if named and not cookie["domain"] else [f"cookie {cookie.key}"]
    return wrong


@pytest.fixture
def browsers(db: None) -> dict[str, Client]:
    """A stranger, a focal point and a demonstration login."""
    country = make_institution(make_registry(), "NG")
    found = {"nobody": Client(raise_request_exception=False)}
    for name, given in (("focal point", {}), ("demonstration", {"demonstration": True})):
        found[name] = Client(raise_request_exception=False)
        found[name].force_login(make_member(country, **given).user)
    return found


def test_the_walk_reaches_every_kind_of_page() -> None:
    found = addresses()
    assert {"/", "/healthz", "/sign-in/", "/inbox/", "/account/sessions/"} <= set(found)
    assert len(found) > 60


def lacking(browsers: dict[str, Client], methods: tuple[str, ...]) -> tuple[int, dict[str, list[str]]]:
    """How many answers were looked at, and what some of them lack."""
    cells, found = 0, {}
    for who, client in browsers.items():
        kept = client.cookies.copy()
        for address in addresses():
            for method in methods:
                answer = getattr(client, method)(address)
                cells += 1
                if wrong := missing(answer):
                    found[f"{who} {method} {address} {answer.status_code}"] = wrong
            if address in ("/sign-out/", "/continue/", "/account/leave/"):
                client.cookies = kept.copy()
    return cells, found


@pytest.mark.wide
def test_every_address_carries_every_header_signed_out_and_in(browsers: dict[str, Client]) -> None:
    del browsers["demonstration"]
    cells, found = lacking(browsers, ("get",))
    assert found == {}
    assert cells > 120


@pytest.mark.long
def test_every_address_carries_every_header_by_every_method(browsers: dict[str, Client]) -> None:
    cells, found = lacking(browsers, ("get", "head", "post", "put", "delete", "options", "trace"))
    assert found == {}
    print(f"headers: {cells} answers of {len(addresses())} addresses")


def raising(error: BaseException) -> Callable[[Any], HttpResponse]:
    def view(request: Any) -> HttpResponse:
        raise error

    return view


class FailingMiddleware:
    """Fails on its way in, as a middleware of a later version might."""

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        raise RuntimeError("a middleware failed")


@pytest.fixture
def failing_view(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    from django.contrib.auth.decorators import login_not_required

    def fail(error: BaseException) -> None:
        pattern = next(p for _n, route, p in patterns(get_resolver()) if route == "help/")
        monkeypatch.setattr(pattern, "callback", login_not_required(raising(error)))

    return fail


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Http404(), 404),
        (PermissionDenied("no"), 403),
        (SuspiciousOperation("odd"), 400),
        (RuntimeError("a fault of ours"), 500),
    ],
    ids=["404", "403", "400", "500"],
)
def test_an_error_of_a_view_carries_every_header(
    failing_view: Callable[[BaseException], None], browsers: dict[str, Client], error: BaseException, status: int
) -> None:
    failing_view(error)
    for client in browsers.values():
        answer = client.get("/help/")
        assert answer.status_code == status
        assert missing(answer) == []


def wrong_requests() -> Iterator[tuple[str, int, Callable[[Client], Any]]]:
    yield "no such page", 404, lambda client: client.get("/no/such/page/")
    yield "no such static file", 404, lambda client: client.get("/static/none.css")
    yield "method", 405, lambda client: client.delete("/help/")
    yield "foreign host", 400, lambda client: client.get("/help/", headers={"host": "elsewhere.example"})
    yield "slash", 301, lambda client: client.get("/help")
    yield "too large", 413, lambda client: client.post("/language/", {"next": "x" * 1_000_001})
    yield "no length", 413, lambda client: client.get("/help/", headers={"content-length": "many"})
    yield "too many fields", 400, lambda client: client.post("/language/", {f"f{n}": "1" for n in range(600)})
    yield "odd cookie", 200, lambda client: client.get("/help/", headers={"cookie": "alongside-plain-80-session=\x00"})


@pytest.mark.parametrize(("name", "status", "ask"), list(wrong_requests()), ids=[n for n, _s, _a in wrong_requests()])
def test_a_request_that_django_itself_refuses_carries_every_header(
    client: Client, name: str, status: int, ask: Callable[[Client], Any]
) -> None:
    client.raise_request_exception = False
    answer = ask(client)
    assert answer.status_code == status
    assert missing(answer) == []


def test_a_form_without_a_token_is_answered_with_every_header(browsers: dict[str, Client]) -> None:
    answer = Client(enforce_csrf_checks=True).post("/language/", {"language": "fr"})
    assert answer.status_code == 403
    assert missing(answer) == []


@pytest.mark.parametrize(
    "place", range(1, len(base.MIDDLEWARE)), ids=lambda place: base.MIDDLEWARE[place].split(".")[-1]
)
def test_a_failing_middleware_is_answered_with_every_header(place: int) -> None:
    """Everything inside the outermost ones may fail: the three that set headers stand first."""
    broken = list(base.MIDDLEWARE)
    broken.insert(place, f"{__name__}.FailingMiddleware")
    with override_settings(MIDDLEWARE=broken):
        answer = Client(raise_request_exception=False).get("/help/")
    assert answer.status_code == 500
    lacking = missing(answer)
    inner = place > base.MIDDLEWARE.index("django.middleware.security.SecurityMiddleware")
    assert lacking == [] or not inner, lacking


def test_an_error_page_tells_nothing_of_the_inside(
    failing_view: Callable[[BaseException], None], client: Client
) -> None:
    client.raise_request_exception = False
    failing_view(RuntimeError("a fault of ours"))
    page = client.get("/help/").content.decode()
    assert "Something went wrong here" in page
    assert not [word for word in ("fault of ours", "RuntimeError", "Traceback", "django", ".py") if word in page]


@pytest.mark.parametrize(
    "address",
    ["/static/", "/static/css/", "/static/../config/env.py", "/static/%2e%2e/manage.py", "/.git/config", "/.env"],
)
def test_nothing_beside_the_listed_static_files_is_served(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/", "/help/", "/account/password/reset/1-made-up/", "/healthz"])
def test_a_method_that_only_echoes_is_refused(client: Client, address: str) -> None:
    assert client.trace(address).status_code == 405


def test_no_script_uses_the_browser_s_stores() -> None:
    from django.conf import settings

    for script in (settings.BASE_DIR / "static/js").glob("*.js"):
        assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\b", script.read_text())


def test_a_parameter_sent_twice_is_one_parameter(client: Client) -> None:
    body = "language=fr&next=/help/&next=//elsewhere.example/"
    answer = client.post("/language/", body, content_type="application/x-www-form-urlencoded")
    assert answer.headers["Location"] == "/"


def test_no_address_opens_itself_to_another_origin(client: Client) -> None:
    answer = client.options("/sign-in/", headers={"origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_headers_stand_outermost() -> None:
    assert base.MIDDLEWARE[0] == "common.headers_middleware.HeadersMiddleware"


def test_static_files_are_kept_and_carry_the_other_headers(client: Client) -> None:
    answer = client.get("/static/css/base.css")
    assert answer.status_code == 200
    assert missing(answer) == ["may be stored"]


@pytest.fixture
def behind_https(settings: Any) -> Client:
    """A browser of an installation whose origin is https, as `prod` sets it."""
    from config.settings.installation import cookies

    for name, value in cookies(https=True, port=443).items():
        setattr(settings, name, value)
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_SSL_REDIRECT = True
    return Client(headers={"x-forwarded-proto": "https"}, raise_request_exception=False)


def test_over_https_every_cookie_is_bound_to_this_host(behind_https: Client) -> None:
    User.objects.create_user("amina@example.org", "correct horse battery")
    cookies = dict(behind_https.get("/sign-in/").cookies)
    answer = behind_https.post("/sign-in/", {"login": "amina@example.org", "password": "correct horse battery"})
    cookies |= dict(answer.cookies) | dict(behind_https.post("/language/", {"language": "fr"}).cookies)
    assert {name.removeprefix("__Host-alongside-") for name in cookies} == {"session", "csrf", "language"}
    for cookie in cookies.values():
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert (cookie["path"], cookie["domain"]) == ("/", "")


@pytest.mark.parametrize("address", ["/help/", "/no/such/page/", "/static/css/base.css", "/healthz", "/inbox/"])
def test_over_https_the_browser_is_told_to_stay_there(behind_https: Client, address: str) -> None:
    answer = behind_https.get(address)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_plain_http_is_sent_to_https_with_every_header(behind_https: Client) -> None:
    answer = Client().get("/help/")
    assert answer.status_code == 301
    assert answer.headers["Location"].startswith("https://")
    assert missing(answer) == []
