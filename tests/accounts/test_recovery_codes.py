"""Recovery codes are shown once and kept as hashes."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.recovery_codes import HIDDEN, HashedRecoveryCodes
from tests.accounts.conftest import PASSWORD, gave_code


@pytest.fixture
def owner(amina: User, client: Client) -> Client:
    """The browser of somebody with a second factor, who has not yet looked at the recovery codes."""
    TOTP.activate(amina, generate_totp_secret())
    HashedRecoveryCodes.activate(amina)
    client.force_login(amina)
    gave_code(client, amina)
    client.post("/account/confirm/", {"password": PASSWORD})
    return client


def stored() -> dict[str, Any]:
    kept: dict[str, Any] = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).data
    return kept


def shown(browser: Client) -> list[str]:
    codes: list[str] = browser.get("/account/recovery-codes/").context["unused_codes"]
    return codes


def test_they_are_shown_once(owner: Client) -> None:
    codes = shown(owner)
    assert len(set(codes)) == 10
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    again = owner.get("/account/recovery-codes/")
    assert again.context["unused_codes"] == [HIDDEN] * 10
    assert not [code for code in codes if code in again.content.decode()]
    assert "10 codes are left." in again.content.decode()


def test_nobody_keeps_them_where_they_can_be_read(owner: Client) -> None:
    assert stored() == {}, "before they are looked at there are none"
    codes = shown(owner)
    kept = json.dumps(stored())
    assert not [code for code in codes if code in kept]
    assert len(stored()["hashes"]) == 10
    for known in stored()["hashes"]:
        assert identify_hasher(known).verify(codes[stored()["hashes"].index(known)], known)
    assert len(stored()["salt"]) == 32, "128 random bits"


def test_two_people_with_the_same_code_have_different_hashes(owner: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.recovery_codes.secrets.randbelow", lambda _below: 12345678)
    shown(owner)
    first = set(stored()["hashes"])
    other = User.objects.create_user("other@example.org", PASSWORD)
    codes = HashedRecoveryCodes.activate(other)
    codes.mark_as_viewed()
    assert not first & set(codes.instance.data["hashes"])


def test_production_hashes_them_as_it_hashes_passwords(owner: Client, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    settings.MFA_RECOVERY_CODE_COUNT = 1
    (code,) = shown(owner)
    (known,) = stored()["hashes"]
    assert known.startswith(f"pbkdf2_sha256${PBKDF2PasswordHasher.iterations}$")
    assert identify_hasher(known).verify(code, known)


def test_a_code_opens_once_however_it_is_typed(owner: Client, amina: User) -> None:
    first, second, *_others = shown(owner)

    def opens(typed: str) -> bool:
        return HashedRecoveryCodes.activate(amina).validate_code(typed)

    assert opens(f" {first[:4]}-{first[4:]} ")
    assert not opens(first)
    assert not opens("00000000")
    assert not opens(stored()["hashes"][0]), "what the database holds is no code"
    assert opens(second)
    assert "8 codes are left." in owner.get("/account/recovery-codes/").content.decode()


@pytest.mark.parametrize("first", ["PBKDF2PasswordHasher", "MD5PasswordHasher"])
def test_codes_outlive_another_way_to_hash(
    owner: Client, amina: User, settings: Any, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """Django raises the rounds from release to release, and somebody prints these codes for years."""
    ways = {name: f"django.contrib.auth.hashers.{name}" for name in ("MD5PasswordHasher", "PBKDF2PasswordHasher")}
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1_000)
    settings.PASSWORD_HASHERS = [ways.pop(first), *ways.values()]
    one, other, *_others = shown(owner)
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 2_000)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    codes = HashedRecoveryCodes.activate(amina)
    assert codes.validate_code(one)
    assert not codes.validate_code(one)
    assert not codes.validate_code("00000000")
    assert codes.validate_code(other)
    assert len(stored()["hashes"]) == 8


def test_a_code_of_the_app_is_not_hashed_to_see_whether_it_is_one_of_these(
    owner: Client, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown(owner)
    hashed: list[str] = []
    monkeypatch.setattr("accounts.recovery_codes.make_password", lambda code, _salt: hashed.append(code))
    assert not HashedRecoveryCodes.activate(amina).validate_code("123 456")
    assert hashed == []


def test_before_they_are_shown_nothing_opens(owner: Client, amina: User) -> None:
    assert not HashedRecoveryCodes.activate(amina).validate_code("")
    assert stored() == {}


def test_of_two_looks_at_once_one_shows_codes(owner: Client, amina: User) -> None:
    one, other = HashedRecoveryCodes.activate(amina), HashedRecoveryCodes.activate(amina)
    one.mark_as_viewed()
    kept = stored()
    other.mark_as_viewed()
    assert stored() == kept
    assert HIDDEN not in one.get_unused_codes()
    assert other.get_unused_codes() == [HIDDEN] * 10


def test_a_look_that_came_second_says_so_and_leads_to_new_codes(
    owner: Client, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page asks whether codes may be shown before it waits for the look that draws them."""
    draw = HashedRecoveryCodes.mark_as_viewed

    def second(codes: HashedRecoveryCodes) -> None:
        draw(HashedRecoveryCodes(Authenticator.objects.get(pk=codes.instance.pk)))
        draw(codes)

    monkeypatch.setattr(HashedRecoveryCodes, "mark_as_viewed", second)
    page = owner.get("/account/recovery-codes/").content.decode()
    assert "10 codes are left." in page
    assert "are shown now" not in page
    assert 'href="/account/recovery-codes/new/"' in page


def test_allauth_takes_ours_everywhere(owner: Client, amina: User) -> None:
    authenticator = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    assert type(authenticator.wrap()) is HashedRecoveryCodes
    owner.post("/account/recovery-codes/new/")
    assert stored() == {}, "new ones are drawn when they are looked at"
    assert not HashedRecoveryCodes.activate(amina).did_view


def test_there_is_no_file_of_them(owner: Client) -> None:
    assert owner.get("/account/recovery-codes/file/").status_code == 404


def test_seeds_of_before_are_forgotten_by_the_migration(owner: Client) -> None:
    migration = import_module("accounts.migrations.0003_hashed_recovery_codes")
    Authenticator.objects.filter(type="recovery_codes").update(data={"seed": "sealed", "used_mask": 3})
    migration.forget_seeds(apps, connection.schema_editor())
    assert stored() == {}
    assert len(shown(owner)) == 10
    migration.forget_seeds(apps, connection.schema_editor())
    assert len(stored()["hashes"]) == 10, "hashes stay"
    migration.forget_hashes(apps, connection.schema_editor())
    assert not Authenticator.objects.filter(type="recovery_codes").exists()
    assert Authenticator.objects.filter(type="totp").exists()
