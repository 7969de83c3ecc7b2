"""Passwords that somebody who knows the product would try."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


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
