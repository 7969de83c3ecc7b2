"""The fields above a list: drawn in Python, they are what crispy draws."""

from __future__ import annotations

from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.test.html import parse_html

from common.filter_fields import NotAFilter, filter_fields
from common.forms import form_helper


class Filters(forms.Form):
    """A line of text with a hint and one without, a select with a code that is a number."""

    q = forms.CharField(label="Code <or> word", help_text="The “beginning” & more", max_length=40, required=False)
    place = forms.CharField(label="Place", required=False)
    stage = forms.ChoiceField(label="Stage", choices=[("", "All"), (1, "Fou<nd"), ("b", "Lost")], required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper()
        self.helper.form_method = "get"


class WithTick(Filters):
    """A field that no filter draws by itself."""

    tick = forms.BooleanField(required=False)


@pytest.mark.parametrize(
    "given",
    [None, {}, {"q": "", "stage": ""}, {"q": '"<&>"', "place": "x", "stage": "1"}, {"stage": "b"}, {"stage": "none"}],
)
def test_it_is_what_crispy_draws(given: dict[str, str] | None) -> None:
    drawn, usual = filter_fields(Filters(given)), render_crispy_form(Filters(given))
    assert parse_html(drawn) == parse_html(usual)


def test_a_choice_that_no_list_offers_is_said_at_its_field() -> None:
    assert "invalid-feedback" in filter_fields(Filters({"stage": "none"}))


def test_another_kind_of_field_is_a_mistake_of_ours() -> None:
    with pytest.raises(NotAFilter):
        filter_fields(WithTick())
