from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from accounts.models import User

PASSWORD = "correct horse battery"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def gave_code(client: Client, user: User) -> None:
    """Let this browser's session count as one in which `user` gave a code, as allauth writes it down at sign-in."""
    session = client.session
    record_authentication(SimpleNamespace(session=session), user, "mfa")  # type: ignore[arg-type]
    session.save()


@pytest.fixture(autouse=True)
def somewhere_to_land(settings: Any) -> None:
    """Signing in leads to a page of this app, whatever the first page of the product is."""
    settings.LOGIN_REDIRECT_URL = "/account/"


@pytest.fixture
def amina(db: None) -> User:
    return User.objects.create_user("amina@example.org", PASSWORD, display_name="Amina")


@pytest.fixture
def shared(db: None, settings: Any) -> User:
    """A demonstration login, while demonstration mode is on."""
    settings.DEMONSTRATION = True
    return User.objects.create_user("focal.ng@example.org", PASSWORD, demonstration=True)


@pytest.fixture
def sign_in(client: Client) -> Callable[..., Any]:
    def post(email: str = "amina@example.org", password: str = PASSWORD, **data: str) -> Any:
        return client.post("/sign-in/", {"login": email, "password": password, **data})

    return post


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each run of the password hasher."""
    runs: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        runs.append(salt)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return runs
