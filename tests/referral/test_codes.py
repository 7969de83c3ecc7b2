"""Public names: random, readable, and telling nothing."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from referral.codes import CODE_WORDS, CROCKFORD, code_word, public_code, reference


def test_a_public_code_is_eight_characters_that_can_be_read_aloud() -> None:
    for code in {public_code() for _ in range(500)}:
        assert re.fullmatch(f"[{CROCKFORD}]{{8}}", code)
    assert not set("ILOU") & set(CROCKFORD)


def test_codes_do_not_repeat_or_count_up() -> None:
    codes = [public_code() for _ in range(2000)]
    assert len(set(codes)) == len(codes)
    assert codes != sorted(codes)
    assert {code[0] for code in codes} == set(CROCKFORD)


def test_a_reference_names_its_kind_and_fits_its_column() -> None:
    assert re.fullmatch(f"H-[{CROCKFORD}]{{6}}", reference("H"))


@given(st.sets(st.sampled_from(CODE_WORDS)))
def test_a_code_word_is_always_free(taken: set[str]) -> None:
    word = code_word(taken)
    assert word not in taken
    assert len(word) <= 24


def test_when_all_words_are_taken_one_gets_a_number() -> None:
    word, number = code_word(set(CODE_WORDS)).split(" ")
    assert word in CODE_WORDS
    assert len(number) == 7


def test_code_words_are_different_and_plain() -> None:
    assert len(set(CODE_WORDS)) == len(CODE_WORDS)
    assert all(re.fullmatch(r"[A-Z]{3,12}", word) for word in CODE_WORDS)
