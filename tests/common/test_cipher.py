"""One text at a time under a key: what was encrypted comes back, and nothing else opens."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.cipher import (
    BLOCK,
    Key,
    KeyMalformed,
    KeyMissing,
    Keyring,
    NotAuthentic,
    new_key,
    number_of,
    read_keys,
    written,
)

RING = Keyring((new_key(),))
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)
HERE = "person:7:name"


def opened(token: str, place: str = HERE, ring: Keyring = RING) -> str:
    return ring.decrypt(token, place, RING.current)


@given(TEXT, TEXT)
def test_any_text_comes_back_from_its_place(text: str, place: str) -> None:
    assert RING.decrypt(RING.encrypt(text, place), place, RING.current) == text


@given(TEXT)
def test_nothing_of_the_text_stands_in_the_ciphertext_and_the_same_text_never_twice(text: str) -> None:
    first, second = RING.encrypt(text, HERE), RING.encrypt(text, HERE)
    assert first != second
    assert len(text) < 4 or text not in first


@given(TEXT, TEXT.filter(lambda place: place != HERE))
def test_it_does_not_open_in_another_place(text: str, elsewhere: str) -> None:
    with pytest.raises(NotAuthentic):
        opened(RING.encrypt(text, HERE), elsewhere)


def test_it_does_not_open_under_another_key_that_claims_the_number() -> None:
    impostor = Keyring((Key(RING.current, new_key().material),))
    with pytest.raises(NotAuthentic):
        opened(RING.encrypt("Invented Name", HERE), ring=impostor)


def test_a_key_that_is_not_here_is_named_as_missing() -> None:
    with pytest.raises(KeyMissing):
        opened(RING.encrypt("Invented Name", HERE), ring=Keyring((new_key(),)))


def test_a_flipped_bit_is_found_in_every_byte() -> None:
    raw = urlsafe_b64decode(RING.encrypt("Invented Name", HERE))
    for position in range(len(raw)):
        for bit in range(8):
            changed = bytearray(raw)
            changed[position] ^= 1 << bit
            with pytest.raises(NotAuthentic):
                opened(urlsafe_b64encode(bytes(changed)).decode())


def test_a_ciphertext_that_is_shorter_longer_or_written_otherwise_is_found() -> None:
    token = RING.encrypt("Invented Name", HERE)
    raw = urlsafe_b64decode(token)
    strange = ["", "x", "é", "Invented Name", token + "=", f" {token}", token.lower(), token[:-1]]
    strange += [urlsafe_b64encode(raw[:length]).decode() for length in range(len(raw))]
    strange += [urlsafe_b64encode(raw + b"\0").decode(), token[:-2] + chr(ord(token[-2]) + 1) + token[-1]]
    for text in strange:
        with pytest.raises(NotAuthentic):
            opened(text)


@given(st.text("abcé ", max_size=BLOCK // 2 - 1), st.text("abcé ", max_size=BLOCK // 2 - 1))
def test_the_length_of_a_name_does_not_show(one: str, other: str) -> None:
    assert len(RING.encrypt(one, HERE)) == len(RING.encrypt(other, HERE))


def test_the_first_key_encrypts_and_every_key_decrypts() -> None:
    older = RING.encrypt("Invented Name", HERE)
    ring = Keyring((new_key(), *RING.keys))
    assert ring.decrypt(older, HERE, RING.current) == "Invented Name"
    newer = ring.encrypt("Invented Name", HERE)
    assert ring.decrypt(newer, HERE, ring.current) == "Invented Name"
    with pytest.raises(NotAuthentic):
        ring.decrypt(newer, HERE, RING.current)


def test_keys_are_read_as_they_were_written_in_their_order() -> None:
    one, other = new_key(), new_key()
    for between in (",", "\n", " ,\n "):
        ring = read_keys(f"{written(one)}{between}{written(other)}\n")
        assert (ring.current, ring.numbers, ring.keys) == (one.number, (one.number, other.number), (one, other))


@pytest.mark.parametrize("position", range(len(written(new_key()))))
def test_a_mistyped_character_is_found_wherever_it_is(position: int) -> None:
    text = written(new_key())
    wrong = "A" if text[position] != "A" else "B"
    with pytest.raises(KeyMalformed):
        read_keys(text[:position] + wrong + text[position + 1 :])


def test_what_is_no_key_is_refused_without_repeating_it() -> None:
    key = new_key()
    short = key.material[:16]
    for text in ("", " , ", "password", written(key)[:-4], f"{written(key)},{written(key)}",
                 f"{number_of(short)}:{urlsafe_b64encode(short).decode()}", f"12345678:{'é' * 44}"):  # fmt: skip
        with pytest.raises(KeyMalformed) as refusal:
            read_keys(text)
        assert written(key)[9:30] not in str(refusal.value)
        assert "password" not in str(refusal.value)


def test_a_key_is_in_no_representation_of_it() -> None:
    key = new_key()
    for text in (repr(key), repr(Keyring((key,))), str(Keyring((key,)))):
        assert repr(key.material) not in text
        assert written(key)[9:] not in text
