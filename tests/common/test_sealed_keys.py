"""Keys in addresses tell nothing: not how many rows there are, not which came first, and none can be made up."""

from __future__ import annotations

from itertools import pairwise
from string import ascii_lowercase
from typing import Any

import pytest
from django.urls.converters import IntConverter
from hypothesis import given
from hypothesis import strategies as st

from common.sealed_keys import sealed
from tests.assurance.cells import named

KEYS = st.integers(0, 2**64 - 1)
NEED, SERVICE = sealed("need")(), sealed("service")()


@given(KEYS)
def test_a_code_gives_its_key_back_and_is_always_the_same(key: int) -> None:
    code = NEED.to_url(key)
    assert NEED.to_python(code) == key
    assert NEED.to_url(key) == code


@given(KEYS)
def test_a_code_of_one_kind_opens_nothing_of_another(key: int) -> None:
    with pytest.raises(ValueError, match="no code of ours"):
        SERVICE.to_python(NEED.to_url(key))


@given(KEYS, st.integers(0, 25), st.sampled_from(f"{ascii_lowercase}234567"))
def test_a_changed_code_opens_nothing(key: int, place: int, sign: str) -> None:
    code = NEED.to_url(key)
    changed = code[:place] + sign + code[place + 1 :]
    if changed != code:
        with pytest.raises(ValueError, match="no code of ours"):
            NEED.to_python(changed)


def test_neighbours_do_not_resemble_each_other() -> None:
    codes = [NEED.to_url(key) for key in range(1, 1_001)]
    assert len(set(codes)) == 1_000
    assert codes != sorted(codes)
    alike = [sum(a == b for a, b in zip(*pair, strict=True)) for pair in pairwise(codes)]
    assert max(alike) < 10


def test_links_that_were_sent_still_open_after_the_secret_has_changed(settings: Any) -> None:
    sent = NEED.to_url(7)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another secret"
    assert NEED.to_url(7) != sent
    assert NEED.to_python(sent) == 7
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="no code of ours"):
        NEED.to_python(sent)


def test_no_address_holds_a_bare_number() -> None:
    bare = [
        name
        for name, pattern in named().items()
        if any(isinstance(one, IntConverter) for one in pattern.pattern.converters.values())
    ]
    assert bare == []
    assert len(named()) > 100
