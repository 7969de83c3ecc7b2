"""The arithmetic of the chained record: nothing can be changed, swapped or left out without a trace."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from referral.chain import GENESIS, canonical, commitment_of, link, link_before, row_digest

scalars = st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text(max_size=20)
contents = st.dictionaries(st.text(max_size=10), scalars | st.lists(scalars, max_size=3), max_size=5)
salts = st.binary(min_size=16, max_size=16)


@given(contents, salts)
def test_the_order_of_keys_does_not_matter(content: dict[str, object], salt: bytes) -> None:
    backwards = dict(reversed(content.items()))
    assert canonical(content) == canonical(backwards)
    assert commitment_of(salt, content) == commitment_of(salt, backwards)


@given(contents, salts)
def test_what_comes_back_from_the_database_commits_to_the_same(content: dict[str, object], salt: bytes) -> None:
    stored = json.loads(canonical(content))
    assert commitment_of(salt, stored) == commitment_of(salt, content)


@given(contents, contents, salts)
def test_another_content_commits_to_something_else(
    one: dict[str, object], other: dict[str, object], salt: bytes
) -> None:
    assume(canonical(one) != canonical(other))
    assert commitment_of(salt, one) != commitment_of(salt, other)


@given(contents, salts, salts)
def test_without_the_salt_a_guess_cannot_be_checked(content: dict[str, object], salt: bytes, guess: bytes) -> None:
    assume(salt != guess)
    assert commitment_of(salt, content) != commitment_of(guess, content)


def test_the_formula_is_the_documented_one() -> None:
    commitment = hashlib.sha256(b"s" * 16 + b'{"a":1}').digest()
    assert commitment_of(b"s" * 16, {"a": 1}) == commitment
    row = hashlib.sha256(b'{"kind":"offer"}').digest()
    assert row_digest({"kind": "offer", "content": {"what": "was said"}}) == row
    first = bytes(32) + (1).to_bytes(8, "big") + commitment
    assert link(GENESIS, 1, commitment, row) == hashlib.sha256(first + row).digest()
    assert link_before(GENESIS, 1, commitment) == hashlib.sha256(first).digest()


@given(contents, contents)
def test_another_row_has_another_hash_without_any_payload(one: dict[str, object], other: dict[str, object]) -> None:
    one.pop("content", None), other.pop("content", None)
    assume(canonical(one) != canonical(other))
    assert link(GENESIS, 1, bytes(32), row_digest(one)) != link(GENESIS, 1, bytes(32), row_digest(other))


def test_times_are_written_one_way() -> None:
    assert canonical({"at": datetime(2026, 3, 2, 8, tzinfo=UTC)}) == b'{"at":"2026-03-02T08:00:00Z"}'


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=6, unique=True), st.data())
def test_swapping_or_leaving_out_links_changes_every_later_hash(commitments: list[bytes], data: st.DataObject) -> None:
    def hashes(order: list[bytes]) -> list[bytes]:
        found, previous = [], GENESIS
        for seq, commitment in enumerate(order, start=1):
            previous = link(previous, seq, commitment, bytes(32))
            found.append(previous)
        return found

    honest = hashes(commitments)
    first = data.draw(st.integers(0, len(commitments) - 2))
    swapped = list(commitments)
    swapped[first], swapped[first + 1] = swapped[first + 1], swapped[first]
    tampered = hashes(swapped)
    assert tampered[:first] == honest[:first]
    assert all(one != other for one, other in zip(tampered[first:], honest[first:], strict=True))
    left_out = hashes(commitments[:first] + commitments[first + 1 :])
    assert not set(left_out[first:]) & set(honest)


def test_a_sequence_number_cannot_be_negative() -> None:
    with pytest.raises(OverflowError):
        link(GENESIS, -1, bytes(32), bytes(32))
