"""Passwords on the operator's list of breaches are refused, without reading the list as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.breached_passwords import is_listed
from accounts.models import User
from tests.accounts.conftest import PASSWORD


def list_of(passwords: Iterable[str], folder: Path, *, end: str = "\r\n") -> Path:
    """A file as such lists are given away: hash, colon, how often."""
    hashes = sorted(sha1(password.encode()).hexdigest().upper() for password in passwords)
    path = folder / "breached.txt"
    path.write_bytes("".join(f"{known}:{number * 7919}{end}" for number, known in enumerate(hashes)).encode())
    return path


@pytest.mark.hypothesis
@given(listed=st.sets(st.text(min_size=1), max_size=40), others=st.sets(st.text(min_size=1), max_size=10))
def test_whatever_is_listed_is_found_and_nothing_else(
    listed: set[str], others: set[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = list_of(listed, tmp_path_factory.mktemp("list"))
    assert all(is_listed(password, file) for password in listed)
    assert not any(is_listed(password, file) for password in others - listed)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_word_of_a_long_list_is_found(tmp_path: Path, end: str) -> None:
    words = [f"stolen word {number}" for number in range(2_000)]
    file = list_of(words, tmp_path, end=end)
    assert all(is_listed(word, file) for word in words)
    assert not any(is_listed(f"own word {number}", file) for number in range(2_000))


def test_a_listed_password_is_refused_in_a_sentence(amina: User, client: Client, settings: Any, tmp_path: Path) -> None:
    stolen = "three stolen words here"
    settings.BREACHED_PASSWORDS = list_of([stolen, "another"], tmp_path)
    client.force_login(amina)
    page = client.post(
        "/account/password/", {"oldpassword": PASSWORD, "password1": stolen, "password2": stolen}
    ).content.decode()
    assert "This password was stolen somewhere" in page
    amina.refresh_from_db()
    assert amina.check_password(PASSWORD)


def test_while_the_list_cannot_be_read_no_new_password_is_taken(
    amina: User, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.BREACHED_PASSWORDS = tmp_path / "gone.txt"
    client.force_login(amina)
    new = "three words of one's own"
    page = client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert "New passwords cannot be checked now." in page.content.decode()
    amina.refresh_from_db()
    assert amina.check_password(PASSWORD)


def test_without_a_list_other_passwords_do(settings: Any) -> None:
    settings.BREACHED_PASSWORDS = None
    validate_password("three stolen words here")


def test_with_a_list_passwords_that_are_not_on_it_do(settings: Any, tmp_path: Path) -> None:
    settings.BREACHED_PASSWORDS = list_of(["three stolen words here"], tmp_path)
    validate_password("three words of one's own")
    with pytest.raises(ValidationError):
        validate_password("three stolen words here")
