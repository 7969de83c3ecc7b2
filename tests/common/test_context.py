"""What the frame of a page knows."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from common.components import NavigationItem
from common.context import page_frame


def request(host: str = "192.168.1.20:8000", *, secure: bool = False) -> HttpRequest:
    return RequestFactory().get("/inbox/?page=2", headers={"host": host}, secure=secure)


@pytest.mark.parametrize(
    ("host", "secure", "warned"),
    [
        ("192.168.1.20:8000", False, True),
        ("192.168.1.20", True, False),
        ("127.0.0.1:8000", False, False),
        ("localhost:8000", False, False),
        ("localhost.example.org", False, True),
        ("[", False, True),
    ],
)
def test_an_unencrypted_connection_from_elsewhere_is_said_so(host: str, secure: bool, warned: bool) -> None:
    assert page_frame(request(host, secure=secure))["frame"].plain_http is warned


def test_the_frame_names_every_language_in_its_own_words() -> None:
    with translation.override("fr"):
        frame = page_frame(request())["frame"]
    assert frame.language_name == "Français"
    assert [language.current for language in frame.languages if language.code == "fr"] == [True]


def test_a_page_reads_in_the_direction_of_its_language() -> None:
    with translation.override("ar"):
        html = render_to_string("404.html", request=None)
    assert '<html lang="ar" dir="rtl">' in html


def test_changing_the_language_leads_back_to_the_same_page() -> None:
    assert page_frame(request())["frame"].here == "/inbox/?page=2"


def test_the_navigation_says_what_its_number_counts() -> None:
    items = [NavigationItem("Inbox", "/inbox/", current=True, count=3, count_label="3 waiting")]
    html = render_to_string("components/header.html", {"navigation": items})
    assert html.count('aria-current="page"') == 2
    assert "3 waiting" in html


def test_the_exercise_time_stands_beside_the_training_sentence() -> None:
    html = render_to_string("components/training_strip.html", {"frame_exercise_time": "Day 3, 14:20 (exercise)"})
    assert "Day 3, 14:20 (exercise)" in html
    assert "Do not enter real personal data." in html


def test_a_form_with_errors_is_announced_in_the_title() -> None:
    from django import forms

    class NameForm(forms.Form):
        name = forms.CharField()

    html = render_to_string("404.html", {"form": NameForm({})})
    assert "<title>Error: Page not found" in html
    assert 'class="error-summary"' in html
