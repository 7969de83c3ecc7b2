"""An administrator signs one account, or everybody, out at once."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User


@pytest.fixture
def browsers(amina: User) -> tuple[Client, Client]:
    """Amina's browser and Binta's."""
    binta = User.objects.create_user("binta@example.org")
    found = Client(), Client()
    found[0].force_login(amina)
    found[1].force_login(binta)
    return found


def opens(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_one_account_is_signed_out(browsers: tuple[Client, Client]) -> None:
    said = StringIO()
    call_command("end_sessions", "Amina@Example.org", stdout=said)
    assert said.getvalue() == "Sessions ended: 1\n"
    assert [opens(client) for client in browsers] == [False, True]


def test_everybody_is_signed_out(browsers: tuple[Client, Client]) -> None:
    call_command("end_sessions", "--everybody", stdout=StringIO())
    assert [opens(client) for client in browsers] == [False, False]


@pytest.mark.parametrize("arguments", [["nobody@example.org"], [], ["amina@example.org", "--everybody"]])
def test_it_does_nothing_when_it_is_unclear_whom(browsers: tuple[Client, Client], arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("end_sessions", *arguments)
    assert all(opens(client) for client in browsers)
