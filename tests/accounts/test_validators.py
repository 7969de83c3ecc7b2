"""Passwords that somebody who knows the product would try."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User


@pytest.mark.parametrize(
    "password", ["alongside2026", "Workshop-Lagos-1", "handover referral", "TrainingExercise!", "motdepasse-abc99"]
)
def test_words_of_the_product_make_no_password(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "lagos mango bicycle", "三个没有关系的词语在一起", "x" * 64, "  spaces count too  "],
)
def test_other_words_do(password: str) -> None:
    validate_password(password)


@pytest.mark.parametrize("password", ["password123", "1234567890", "qwertyuiop", "short"])
def test_common_passwords_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.django_db
def test_passwords_are_masked_and_may_be_pasted(client: Client) -> None:
    page = client.get("/sign-in/").content.decode()
    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["correct horse battery", " correct horse batterY", "correct horse batter"])
def test_a_password_counts_exactly_as_typed(password: str) -> None:
    user = User.objects.create_user("amina@example.org", " correct horse battery")
    assert not user.check_password(password)
    assert user.check_password(" correct horse battery")
