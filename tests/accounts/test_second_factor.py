import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client

from accounts.adapter import SecondFactorAdapter
from accounts.models import User
from tests.accounts.conftest import NOON, PASSWORD, gave_code

HALF_MINUTE = 30


def code_for(secret: str, steps: int = 0) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // HALF_MINUTE + steps))


def fresh_code(secret: str) -> str:
    """A code that counts for five more seconds at least: for journeys during which the hour cannot stand still."""
    time.sleep(max(0, 5 - (HALF_MINUTE - time.time() % HALF_MINUTE)))
    return code_for(secret)


def secret_of(user: User) -> str:
    return SecondFactorAdapter().decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The hour stands still, so that no half minute ends between the making of a code and its coming."""
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def protected(amina: User) -> User:
    """Amina with codes from an app, and recovery codes."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    totp.TOTP.activate(amina, totp.generate_totp_secret())
    RecoveryCodes.activate(amina)
    return amina


@pytest.fixture
def confirmed(amina: User, client: Client, sign_in: Callable[..., Any]) -> Client:
    """Amina's browser, signed in and confirmed a moment ago."""
    sign_in()
    client.post("/account/confirm/", {"password": PASSWORD})
    return client


def test_turning_it_on_asks_for_the_password_once_more(
    amina: User, client: Client, sign_in: Callable[..., Any]
) -> None:
    sign_in()
    asked = client.get("/account/second-factor/on/")
    assert asked.headers["Location"] == "/account/confirm/?next=%2Faccount%2Fsecond-factor%2Fon%2F"
    wrong = client.post("/account/confirm/", {"password": "a guess"})
    assert "This password is not right." in wrong.content.decode()
    answer = client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/second-factor/on/"})
    assert answer.headers["Location"] == "/account/second-factor/on/"


def test_the_whole_journey_from_picture_to_recovery_code(
    amina: User,
    confirmed: Client,
    sign_in: Callable[..., Any],
    clock: time_machine.Traveller,
    django_capture_on_commit_callbacks: Any,
) -> None:
    page = confirmed.get("/account/second-factor/on/")
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    secret = page.context["form"].secret
    assert "".join(re.findall(r'<span class="code">(\w{4})</span>', page.content.decode())) == secret
    wrong = confirmed.post("/account/second-factor/on/", {"code": "000000"})
    assert "This code is not right, or its 30 seconds are over." in wrong.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        codes = confirmed.post("/account/second-factor/on/", {"code": code_for(secret)}, follow=True)
    assert codes.redirect_chain == [("/account/recovery-codes/", 302)]
    assert codes.context["unused_codes"][0] in codes.content.decode()
    assert [message.subject for message in mail.outbox] == ["Your second factor for Alongside is on"]
    recovery = codes.context["unused_codes"][0]
    confirmed.post("/sign-out/")

    assert sign_in().headers["Location"] == "/sign-in/code/"
    assert confirmed.get("/account/").status_code == 302, "the password alone opens nothing"
    assert "Type your code" in confirmed.get("/sign-in/code/").content.decode()
    assert (
        "This code is not right, or its 30 seconds are over."
        in confirmed.post("/sign-in/code/", {"code": "12345"}).content.decode()
    )
    assert confirmed.post("/sign-in/code/", {"code": code_for(secret)}).status_code == 200, "it turned codes on already"
    clock.shift(HALF_MINUTE)
    assert confirmed.post("/sign-in/code/", {"code": code_for(secret)}).headers["Location"] == "/account/"
    confirmed.post("/sign-out/")

    sign_in()
    assert confirmed.post("/sign-in/code/", {"code": recovery}).headers["Location"] == "/account/"
    confirmed.post("/sign-out/")
    sign_in()
    assert confirmed.post("/sign-in/code/", {"code": recovery}).status_code == 200, "a recovery code works once"


def test_a_code_works_once(protected: User, client: Client, sign_in: Callable[..., Any]) -> None:
    code = code_for(secret_of(protected))
    sign_in()
    assert client.post("/sign-in/code/", {"code": code}).status_code == 302
    client.post("/sign-out/")
    sign_in()
    assert client.post("/sign-in/code/", {"code": code}).status_code == 200


def test_a_used_code_stays_used_as_long_as_it_would_count(
    protected: User, client: Client, sign_in: Callable[..., Any], clock: time_machine.Traveller
) -> None:
    clock.move_to(NOON)
    code = code_for(secret_of(protected))
    sign_in()
    assert client.post("/sign-in/code/", {"code": code}).status_code == 302
    client.post("/sign-out/")
    clock.shift(HALF_MINUTE - 1)
    sign_in()
    assert client.post("/sign-in/code/", {"code": f"{code[:3]} {code[3:]}"}).status_code == 200


@pytest.mark.parametrize(
    ("steps", "seconds", "counts"), [(0, 0, True), (0, 29, True), (0, 30, False), (-1, 0, False), (1, 29, False)]
)
def test_a_code_counts_for_its_own_half_minute_only(
    protected: User,
    client: Client,
    sign_in: Callable[..., Any],
    clock: time_machine.Traveller,
    steps: int,
    seconds: int,
    counts: bool,
) -> None:
    clock.move_to(NOON)
    code = code_for(secret_of(protected), steps)
    sign_in()
    clock.shift(seconds)
    assert (client.post("/sign-in/code/", {"code": code}).status_code == 302) is counts


def test_codes_cannot_be_guessed(protected: User, client: Client, sign_in: Callable[..., Any]) -> None:
    sign_in()
    for _attempt in range(5):
        client.post("/sign-in/code/", {"code": "000001"})
    page = client.post("/sign-in/code/", {"code": code_for(secret_of(protected))})
    assert "Too many attempts." in page.content.decode()


def test_a_person_can_start_over_with_another_account(
    protected: User, client: Client, sign_in: Callable[..., Any]
) -> None:
    sign_in()
    assert client.get("/sign-in/").headers["Location"] == "/sign-in/code/"
    assert client.post("/sign-out/", {"next": "/sign-in/"}).headers["Location"] == "/sign-in/"
    assert client.get("/sign-in/").status_code == 200


def test_turning_it_off_takes_the_recovery_codes_along(protected: User, client: Client) -> None:
    client.force_login(protected)
    gave_code(client, protected)
    client.post("/account/confirm/", {"password": PASSWORD})
    assert "Turn the second factor off?" in client.get("/account/second-factor/off/").content.decode()
    assert client.post("/account/second-factor/off/").headers["Location"] == "/account/second-factor/"
    assert not Authenticator.objects.exists()


def test_new_recovery_codes_replace_the_old_ones(
    protected: User, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(protected)
    gave_code(client, protected)
    client.post("/account/confirm/", {"password": PASSWORD})
    before = client.get("/account/recovery-codes/").context["unused_codes"]
    assert "stop working" in client.get("/account/recovery-codes/new/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/recovery-codes/new/")
    after = client.get("/account/recovery-codes/").context["unused_codes"]
    assert len(after) == 10
    assert not set(before) & set(after)
    assert mail.outbox[-1].subject == "New recovery codes for Alongside"


def test_the_secret_is_sealed_in_the_database(protected: User) -> None:
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret_of(protected) not in stored
    assert len(secret_of(protected)) == 32


def test_a_secret_outlives_a_change_of_the_key(protected: User, settings: Any) -> None:
    secret = secret_of(protected)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"
    assert secret_of(protected) == secret


@pytest.mark.parametrize(
    "address",
    [
        "second-factor/",
        "second-factor/on/",
        "second-factor/off/",
        "recovery-codes/",
        "recovery-codes/new/",
        "confirm/",
        "confirm/code/",
    ],
)
def test_a_demonstration_login_has_none(shared: User, client: Client, address: str) -> None:
    client.force_login(shared)
    assert client.get(f"/account/{address}").status_code == 403
    assert client.post(f"/account/{address}").status_code == 403


def test_a_demonstration_login_is_never_asked_for_a_code(shared: User, sign_in: Callable[..., Any]) -> None:
    totp.TOTP.activate(shared, totp.generate_totp_secret())
    assert sign_in(shared.email).headers["Location"] == "/account/"


def test_confirming_with_a_code_offers_the_password_too(protected: User, client: Client) -> None:
    client.force_login(protected)
    gave_code(client, protected)
    page = client.get("/account/confirm/code/?next=/account/second-factor/off/").content.decode()
    assert "Use your password instead" in page
    assert "/account/confirm/?next=%2Faccount%2Fsecond-factor%2Foff%2F" in page
    answer = client.post(
        "/account/confirm/code/", {"code": code_for(secret_of(protected)), "next": "/account/second-factor/off/"}
    )
    assert answer.headers["Location"] == "/account/second-factor/off/"


def test_a_forgotten_password_does_not_go_round_it(
    protected: User, client: Client, sign_in: Callable[..., Any]
) -> None:
    from allauth.account.utils import user_pk_to_url_str
    from django.contrib.auth.tokens import default_token_generator

    new = "three other words here"
    link = f"/account/password/reset/{user_pk_to_url_str(protected)}-{default_token_generator.make_token(protected)}/"
    client.post(client.get(link).headers["Location"], {"password1": new, "password2": new})
    assert client.get("/account/").status_code == 302, "the link signs nobody in"
    assert sign_in(password=new).headers["Location"] == "/sign-in/code/"
