"""A moment is typed in the country's own time; a few codes are chosen from selects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from referral.forms.fields import FewCodesField, MomentField
from referral.languages import NAMES, language_choices, language_list


def field(zone: str = "Africa/Lagos", **options: Any) -> MomentField:
    found = MomentField(label="When", **options)
    found.set_zone(zone)
    return found


def test_a_moment_is_kept_in_utc() -> None:
    assert field().clean(["20", "8", "2026", "14:30"]) == datetime(2026, 8, 20, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["9:05", "9.05", "9h05", "09:05"])
def test_the_time_is_typed_in_many_ways(typed: str) -> None:
    assert field("UTC").clean(["20", "8", "2026", typed]) == datetime(2026, 8, 20, 9, 5, tzinfo=UTC)


def test_a_date_without_a_time_means_noon() -> None:
    assert field("UTC").clean(["20", "8", "2026", ""]) == datetime(2026, 8, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "parts", [["", "", "", "14:30"], ["20", "", "2026", "14:30"], ["20", "8", "2026", "25:00"], ["31", "2", "2026", ""]]
)
def test_what_is_no_moment_is_refused(parts: list[str]) -> None:
    with pytest.raises(ValidationError):
        field().clean(parts)


def test_nothing_typed_is_nothing() -> None:
    assert field().clean(["", "", "", ""]) is None


def test_a_time_that_the_clocks_skip_moves_on() -> None:
    assert field("Europe/Rome").clean(["29", "3", "2026", "2:30"]) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_known_moment_is_shown_in_the_countrys_time() -> None:
    class One(forms.Form):
        when = field()

    form = One(initial={"when": datetime(2026, 8, 20, 23, 30, tzinfo=UTC)})
    html = str(form["when"])
    assert 'value="21"' in html
    assert 'value="00:30"' in html
    assert html.count("<label") == 4


def few(**options: Any) -> FewCodesField:
    return FewCodesField(lambda: [("ha", "Hausa"), ("fr", "French")], ("First", "Second"), label="Which?", **options)


def test_codes_are_distinct_and_in_the_order_chosen() -> None:
    assert few().clean(["fr", ""]) == ["fr"]
    assert few().clean(["fr", "ha"]) == ["fr", "ha"]
    assert few().clean(["fr", "fr"]) == ["fr"]


def test_a_code_that_is_not_offered_is_refused() -> None:
    with pytest.raises(ValidationError, match="Choose from the list"):
        few().clean(["xx", ""])
    with pytest.raises(ValidationError):
        few(required=True).clean(["", ""])


def test_languages_are_offered_by_name() -> None:
    names = [name for _code, name in language_choices()]
    assert len(names) == len(NAMES) == len(set(names))
    assert names.index("Afar") < names.index("Zarma")
    assert language_list(["ha", "fr"]) == "Hausa and French"
    assert language_list([]) == ""
