from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django import forms

from referral.forms.acts import ActForm
from referral.forms.realdata import looks_real

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class NoteForm(ActForm):
    free_text = ("note",)
    note = forms.CharField()


def note(text: str, **more: str) -> NoteForm:
    return NoteForm({"note": text, **more}, zone="Africa/Lagos", now=NOW)


@pytest.mark.parametrize(
    "text",
    [
        "write to amina.bello@gmail.com",
        "call 0803 555 12 34",
        "call +234-803-555-1234",
        "passport A1234567",
        "ID AB 9876543",
    ],
)
def test_what_looks_like_real_personal_data_is_noticed(text: str) -> None:
    assert looks_real(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sleeps in the shelter until 20 8 2026, 14:20.", "Reference H-7K3Q2X", "Room 12, 3 beds, 2 nights", "24 to 28 years",
        "Ask focal.ng@example.org", "From 2026-03-04 on", "Day 3, 14:20 (exercise)",
    ],
)  # fmt: skip
def test_ordinary_words_and_invented_addresses_are_left_alone(text: str) -> None:
    assert looks_real(text) == ()


def test_a_doubtful_text_is_questioned_at_its_field_and_kept() -> None:
    form = note("call 0803 555 12 34")
    assert not form.is_valid()
    assert "real personal data" in form.errors["note"][0]
    assert form["note"].value() == "call 0803 555 12 34"


def test_the_tick_appears_only_where_there_is_a_doubt() -> None:
    assert "invented" in note("call 0803 555 12 34").fields
    assert "invented" not in note("She is well.").fields
    assert "invented" not in NoteForm(zone="UTC", now=NOW).fields


def test_what_is_said_to_be_invented_passes_and_leaves_no_trace_in_the_facts() -> None:
    form = note("call 0803 555 12 34", invented="on")
    assert form.is_valid()
    assert form.facts() == {"note": "call 0803 555 12 34"}


@pytest.mark.parametrize(
    "part", ["a", "a.", "a@", "@a.", "a@b.c@", "1", "1 ", "00", "A1", "A 1", "12.", "2026-", "-", " ", "\t+"]
)
def test_however_long_a_text_is_it_is_read_once(part: str) -> None:
    """Its answer does not matter. With a pattern that begins anew at every sign this test would not end."""
    looks_real(part * 300_000 + "!")
