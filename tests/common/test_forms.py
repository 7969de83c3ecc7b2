"""The date of three typed parts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django import forms
from django.utils import translation

from common.forms import DayMonthYearField


class DepartureForm(forms.Form):
    """A form with one date."""

    left = DayMonthYearField(required=False)


def typed(day: str, month: str, year: str, **options: Any) -> DepartureForm:
    return DepartureForm({"left_day": day, "left_month": month, "left_year": year}, **options)


@pytest.mark.parametrize("month", ["8", "08", "August", "aug", "AUG."])
def test_the_month_may_be_a_number_or_a_word(month: str) -> None:
    with translation.override("en-gb"):
        form = typed("20", month, "2026")
        assert form.is_valid()
    assert form.cleaned_data["left"] == date(2026, 8, 20)


def test_the_month_is_understood_in_the_readers_language() -> None:
    with translation.override("fr"):
        assert typed("20", "août", "2026").is_valid()
        assert not typed("20", "brumaire", "2026").is_valid()


def test_eastern_arabic_digits_are_digits() -> None:
    form = typed("٢٠", "٨", "٢٠٢٦")
    assert form.is_valid()
    assert form.cleaned_data["left"] == date(2026, 8, 20)


@pytest.mark.parametrize(
    "parts",
    [
        ("31", "2", "2026"),
        ("0", "1", "2026"),
        ("x", "1", "2026"),
        ("1", "13", "2026"),
        ("1", "1", "26"),
        ("1", "1", "9" * 20),
    ],
)
def test_a_date_that_does_not_exist_is_refused(parts: tuple[str, str, str]) -> None:
    form = typed(*parts)
    assert form.errors.as_data()["left"][0].code == "invalid"


def test_a_date_with_a_missing_part_asks_for_all_three() -> None:
    assert typed("1", "", "2026").errors.as_data()["left"][0].code == "incomplete"


def test_an_empty_date_is_none_where_it_is_optional() -> None:
    form = typed(" ", "", "")
    assert form.is_valid()
    assert form.cleaned_data["left"] is None


def test_an_empty_date_is_missed_where_it_is_required() -> None:
    class StrictForm(forms.Form):
        left = DayMonthYearField(error_messages={"required": "Enter the date she left"})

    assert StrictForm({}).errors["left"] == ["Enter the date she left"]


def test_a_known_date_is_shown_in_its_three_parts() -> None:
    html = str(DepartureForm(initial={"left": date(2026, 8, 20)})["left"])
    for part in ('value="20"', 'value="8"', 'value="2026"'):
        assert part in html


def test_what_was_typed_stays_after_an_error() -> None:
    html = str(typed("31", "febr", "2026")["left"])
    assert 'value="febr"' in html
