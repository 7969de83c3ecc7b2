from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from accounts.models import SignInDelay, User
from accounts.services import TooSoon, claim_attempt
from common.clock import moved_wall
from tests.accounts.conftest import NOON, PASSWORD

WRONG = "This e-mail address and password do not belong together."
WAIT = "There were several attempts with a wrong password."


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_person_signs_in_and_out(amina: User, client: Client, sign_in: Callable[..., Any]) -> None:
    assert sign_in().headers["Location"] == "/account/"
    assert signed_in(client)
    assert b"Do you want to sign out?" in client.get("/sign-out/").content
    assert signed_in(client), "looking at the page does not sign out"
    answer = client.post("/sign-out/")
    assert not signed_in(client)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_the_address_may_be_typed_in_any_case(amina: User, client: Client, sign_in: Callable[..., Any]) -> None:
    sign_in("  AMINA@Example.org ")
    assert signed_in(client)


def test_sign_up_does_not_exist(client: Client, db: None) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    from accounts.adapter import AccountAdapter

    assert AccountAdapter().is_open_for_signup(None) is False
    for address in ("/sign-up/", "/signup/", "/accounts/signup/", "/account/signup/"):
        assert client.get(address).status_code in (302, 404)
        with pytest.raises(Resolver404):
            resolve(address)


@pytest.mark.parametrize(
    "name", ["account_email", "account_inactive", "account_set_password", "account_request_login_code"]
)
def test_pages_nobody_needs_have_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.fixture
def someone(request: pytest.FixtureRequest, db: None, settings: Any) -> tuple[str, str]:
    """Address and password of an attempt that must fail, by the name of what is wrong with it."""
    settings.DEMONSTRATION = False
    email = "amina@example.org"
    match request.param:
        case "unknown":
            pass
        case "wrong password":
            User.objects.create_user(email, "another long password")
        case "inactive":
            User.objects.create_user(email, PASSWORD, is_active=False)
        case "demonstration off":
            User.objects.create_user(email, PASSWORD, demonstration=True)
        case "no password":
            User.objects.create_user(email, None)
    return email, PASSWORD


CASES = ["unknown", "wrong password", "inactive", "demonstration off", "no password"]


@pytest.mark.parametrize("someone", CASES, indirect=True)
def test_every_refusal_gives_the_same_answer_for_the_same_work(
    someone: tuple[str, str], client: Client, sign_in: Callable[..., Any], hashes: list[str]
) -> None:
    hashes.clear()
    answer = sign_in(*someone)
    assert len(hashes) == 1
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == [f"{WRONG} Check both and try again."]
    assert not signed_in(client)
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("someone", CASES, indirect=True)
def test_every_account_slows_down_alike(
    someone: tuple[str, str], sign_in: Callable[..., Any], hashes: list[str]
) -> None:
    with moved_wall(NOON):
        seen = [sign_in(*someone).context["form"].non_field_errors()[0] for _attempt in range(5)]
    assert [WAIT in text for text in seen] == [False, False, False, False, True]
    hashes.clear()
    with moved_wall(NOON):
        sign_in(*someone)
    assert hashes == [], "a refused attempt costs nothing"


def test_a_right_sign_in_costs_one_run_of_the_hasher_too(
    amina: User, sign_in: Callable[..., Any], hashes: list[str]
) -> None:
    hashes.clear()
    sign_in()
    assert len(hashes) == 1


def test_the_right_password_works_again_after_the_wait(
    amina: User, client: Client, sign_in: Callable[..., Any]
) -> None:
    with moved_wall(NOON):
        for _attempt in range(4):
            sign_in(password="a guess")
        assert "Wait 2 seconds" in sign_in().content.decode()
        assert not signed_in(client)
    with moved_wall(NOON + timedelta(seconds=2)):
        sign_in()
    assert signed_in(client)


def test_the_wait_grows_to_thirty_seconds_and_never_to_a_lockout(
    amina: User, client: Client, sign_in: Callable[..., Any]
) -> None:
    at, waits = NOON, []
    for _attempt in range(20):
        with moved_wall(at):
            sign_in(password="a guess")
        delay = SignInDelay.objects.get()
        waits.append(int((delay.wait_until_wall - at).total_seconds()))
        at = delay.wait_until_wall
    assert waits[:9] == [0, 0, 0, 2, 4, 8, 15, 30, 30]
    assert max(waits) == 30
    with moved_wall(at):
        sign_in()
    assert signed_in(client)


@pytest.mark.long
@pytest.mark.slow
def test_a_thousand_wrong_logins_try_forty_passwords_and_shut_nobody_out(
    amina: User, client: Client, sign_in: Callable[..., Any], hashes: list[str]
) -> None:
    """One guess a second for a quarter of an hour and more: each that came too soon costs nothing and tells nothing."""
    hashes.clear()
    refused = 0
    for second in range(1_000):
        with moved_wall(NOON + timedelta(seconds=second)):
            page = sign_in(password=f"guess {second}")
        assert page.status_code == 200
        refused += WAIT in page.content.decode()
    tried = len(hashes)
    assert tried == 1_000 - refused == 40, "four at once, then after 2, 4, 8 and 15 seconds and every 30"
    assert SignInDelay.objects.count() == 1
    with moved_wall(NOON + timedelta(seconds=1_000)):
        sign_in("musa@example.org", "a guess")
        assert WAIT not in sign_in("musa@example.org", "a guess").content.decode()
    with moved_wall(SignInDelay.objects.get(failures=tried).wait_until_wall):
        sign_in()
    assert signed_in(client)


def test_attempts_during_the_wait_do_not_lengthen_it(amina: User, sign_in: Callable[..., Any]) -> None:
    with moved_wall(NOON):
        for _attempt in range(50):
            sign_in(password="a guess")
    delay = SignInDelay.objects.get()
    assert delay.failures == 4
    assert delay.wait_until_wall == NOON + timedelta(seconds=2)


def test_success_forgives_and_a_quarter_of_an_hour_forgets(
    amina: User, sign_in: Callable[..., Any], client: Client
) -> None:
    with moved_wall(NOON):
        for _attempt in range(3):
            sign_in(password="a guess")
        sign_in()
        assert not SignInDelay.objects.exists()
        client.post("/sign-out/")
        for _attempt in range(3):
            sign_in(password="a guess")
    with moved_wall(NOON + timedelta(minutes=16)):
        sign_in(password="a guess")
    assert SignInDelay.objects.get().failures == 1


def test_rows_of_forgotten_attempts_are_swept_by_the_next_one(db: None, sign_in: Callable[..., Any]) -> None:
    with moved_wall(NOON):
        for number in range(5):
            sign_in(f"guess{number}@example.org")
    with moved_wall(NOON + timedelta(minutes=16)):
        sign_in("later@example.org")
    assert SignInDelay.objects.count() == 1


def test_one_account_under_attack_slows_nobody_else_in_the_room(
    amina: User, client: Client, sign_in: Callable[..., Any]
) -> None:
    with moved_wall(NOON):
        for number in range(40):
            sign_in(f"guess{number}@example.org")
            sign_in("musa@example.org", "a guess")
        sign_in()
    assert signed_in(client)


@pytest.mark.long
def test_166_people_behind_one_address_sign_in_within_a_minute(db: None) -> None:
    people = User.objects.bulk_create(User(email=f"p{number}@example.org") for number in range(166))
    for person in people:
        person.set_password(PASSWORD)
    User.objects.bulk_update(people, ["password"])
    with moved_wall(NOON):
        for person in people:
            client = Client(REMOTE_ADDR="192.0.2.1")
            client.post("/sign-in/", {"login": person.email, "password": "a slip of the finger"})
            assert client.post("/sign-in/", {"login": person.email, "password": PASSWORD}).status_code == 302
            assert signed_in(client)


def test_look_alike_letters_do_not_slip_past_the_delay(
    db: None, sign_in: Callable[..., Any], hashes: list[str]
) -> None:
    User.objects.create_user("kessie@example.org", PASSWORD)
    variants = [
        "kessie@example.org",
        "Kessie@example.org",
        "KESSIE@EXAMPLE.ORG",
        "\u212aessie@example.org",
    ]  # the Kelvin sign
    with moved_wall(NOON):
        for variant in variants:
            sign_in(variant, "a guess")
        assert WAIT in sign_in("kessie@example.org", "a guess").content.decode()
        hashes.clear()
        sign_in("ke\u017f\u017fie@example.org", "a guess")  # the long s: another account as far as anybody knows
    assert SignInDelay.objects.count() <= 2


def test_a_demonstration_login_works_while_demonstration_mode_is_on(
    shared: User, client: Client, sign_in: Callable[..., Any], settings: Any
) -> None:
    sign_in(shared.email)
    assert client.get("/account/").status_code == 200
    settings.DEMONSTRATION = False
    assert client.get("/account/").status_code == 302, "its open sessions end with the mode"


def test_an_account_that_is_closed_loses_its_session_at_once(amina: User, client: Client) -> None:
    client.force_login(amina)
    User.objects.update(is_active=False)
    assert client.get("/account/").headers["Location"].startswith("/sign-in/")


def test_errors_say_what_is_missing(client: Client, db: None) -> None:
    page = client.post("/sign-in/", {}).content.decode()
    assert "Type your e-mail address." in page
    assert "Type your password." in page
    assert "<title>Error: Sign in" in page
    assert 'href="#id_login"' in page


@pytest.mark.parametrize(
    "value", ["\x00", "a\x00@example.org", "9" * 19, "__class__", "x" * 100_000, "\ud7ff@example.org", "{{7*7}}"]
)
@pytest.mark.parametrize("field", ["login", "password", "next"])
def test_hostile_values_are_refused_without_an_error(amina: User, client: Client, field: str, value: str) -> None:
    data = {"login": "amina@example.org", "password": "no", field: value}
    assert client.post("/sign-in/", data).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_count_one_by_one() -> None:
    """A hundred guesses in one instant are no way round the delay: each is counted before its password is looked at."""

    def guess(_number: int) -> bool:
        try:
            claim_attempt("amina@example.org", NOON)
        except TooSoon:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(guess, range(24)))
    assert sum(passed) == 4


@pytest.mark.django_db(transaction=True)
def test_parallel_attempts_on_forgotten_accounts_never_wait_for_each_other() -> None:
    """Each attempt also sweeps old rows, which the others may hold."""
    names = [f"p{number}@example.org" for number in range(16)]
    for name in names:
        claim_attempt(name, NOON)
    later = NOON + timedelta(hours=1)

    def attempt(name: str) -> None:
        try:
            claim_attempt(name, later)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, names))
    assert SignInDelay.objects.filter(latest_wall=later).count() == len(names)


def test_counters_are_the_same_for_all_processes() -> None:
    assert isinstance(caches["default"], DatabaseCache)
