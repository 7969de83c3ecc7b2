"""Two people found at the same instant never get one code word."""

from __future__ import annotations

import pytest

from referral import codes
from tests.scenes import open_case, two_countries

pytestmark = pytest.mark.django_db


def test_a_word_that_another_intake_took_meanwhile_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = two_countries("NG")
    drawn = iter(["ACACIA", "ACACIA", "ACACIA", "CEDAR"])  # the second intake cannot see the first one's word yet
    monkeypatch.setattr(codes, "code_word", lambda taken: next(drawn))
    words = [open_case(scene).person.code_word for _number in range(2)]
    assert words == ["ACACIA", "CEDAR"]
