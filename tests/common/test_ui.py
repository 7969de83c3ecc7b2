"""The template tags of the design system."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.db import models
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import clear_script_prefix, set_script_prefix
from django.utils.translation import gettext_lazy, override

from common.forms import Choices, DayMonthYearField, form_helper
from common.templatetags import ui
from common.templatetags.ui import MOST_SURROUNDINGS, FixedNode
from tests.pseudo import LANGUAGE, pseudo_language

NOW = datetime(2026, 8, 20, 14, 20, tzinfo=UTC)


class Cover(models.TextChoices):
    """A code with a tone of its own."""

    COVERED = "covered", gettext_lazy("Covered")
    NOT_COVERED = "not_covered", gettext_lazy("Not covered now")

    @property
    def tone(self) -> str:
        return "protected" if self is Cover.COVERED else "gap"


def render(source: str, **context: Any) -> str:
    return Template("{% load ui crispy_forms_tags %}" + source).render(Context(context))


def test_a_tag_shows_icon_and_word_of_a_code() -> None:
    html = render("{% tag cover %}", cover=Cover.NOT_COVERED)
    assert 'class="tag tag-gap"' in html
    assert "icons.svg#gap" in html
    assert "Not covered now" in html


def test_a_plain_word_becomes_a_neutral_tag_unless_a_tone_is_given() -> None:
    assert "tag-neutral" in render("{% tag 'Draft' %}")
    assert "tag-waiting" in render("{% tag 'Draft' tone='waiting' %}")


def test_no_code_draws_no_tag() -> None:
    assert render("{% tag nothing %}{{ nothing|badge }}") == ""


def test_hostile_words_are_escaped_wherever_they_enter() -> None:
    evil = "<script>alert(1)</script>"
    html = render(
        "{% tag evil %}{{ evil|bdi }}{{ evil|code }}{% route evil evil %}{% card evil %}{{ evil }}{% endcard %}"
        "{% notice 'gap' evil %}{{ evil }}{% endnotice %}{% disclosure evil %}{{ evil }}{% enddisclosure %}"
        "{% table evil %}{{ evil }}{% endtable %}{{ evil|isolate }}",
        evil=evil,
    )
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_arrows_turn_round_and_ticks_do_not() -> None:
    assert "icon-flip" in render("{% icon 'arrow' %}")
    assert "icon-flip" not in render("{% icon 'check' %}")


def test_every_icon_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in render("{% icon 'clock' %}")


def test_names_are_isolated_from_the_direction_around_them() -> None:
    assert render("{{ name|bdi }}", name="تونس") == "<bdi>تونس</bdi>"
    assert render("{{ name|isolate }}", name="تونس") == "\u2068تونس\u2069"


def test_a_missing_name_or_time_shows_nothing() -> None:
    assert (
        render(
            "{{ nothing|isolate }}{{ nothing|ago:now }}{{ nothing|due:now }}{{ nothing|long_date }}",
            nothing=None,
            now=NOW,
        )
        == ""
    )


def test_times_are_read_at_the_now_they_are_given() -> None:
    html = render(
        "{{ due_at|due:now }}; {{ sent_at|ago:now }}",
        now=NOW,
        due_at=NOW + timedelta(hours=19),
        sent_at=NOW - timedelta(hours=5),
    )
    assert html == "Due in 19 hours; 5 hours ago"


def test_pages_keep_the_filters_of_the_address() -> None:
    request = RequestFactory().get("/people/", {"q": "MORINGA", "stage": ["open", "closed"], "page": "2", "empty": ""})
    assert render("{% page_address 3 %}", request=request) == "?q=MORINGA&amp;stage=open&amp;stage=closed&amp;page=3"


def test_a_long_list_of_pages_is_shortened() -> None:
    assert ui.page_numbers(Paginator(range(500), 25), 10) == [1, None, 9, 10, 11, None, 20]


class DecisionForm(forms.Form):
    """One of each kind of control."""

    decision = forms.ChoiceField(
        label="Decision", choices=[("accept", "Accept"), ("ask", "Ask")], widget=forms.RadioSelect
    )
    question = forms.CharField(label="Question", required=False)
    arrives = DayMonthYearField(label="Arrival")
    note = forms.CharField(label="Note", required=False, help_text="No names")
    place = forms.BooleanField(label="A place is confirmed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            Choices("decision", hints={"accept": "From arrival on"}, reveals={"ask": ["question"]}),
            "arrives",
            "note",
            "place",
        )


def test_hint_and_error_stand_before_the_control() -> None:
    html = render("{% crispy form %}", form=DecisionForm({"note": "\x00"}))
    place = html.index('id="div_id_note"')
    assert html.index("No names", place) < html.index('id="id_note_error"', place) < html.index("<input", place)
    assert 'aria-describedby="id_note_helptext id_note_error"' in html


def test_a_message_at_a_field_begins_with_a_hidden_word() -> None:
    html = render("{% crispy form %}", form=DecisionForm({}))
    assert '<p><span class="visually-hidden">Error:</span> Enter a date</p>' in html


def test_optional_is_said_in_words_and_required_has_no_asterisk() -> None:
    html = render("{% crispy form %}", form=DecisionForm())
    assert "(optional)" in html[html.index('id="div_id_note"') :]
    assert "*" not in html


def test_a_question_under_an_answer_is_drawn_once_inside_that_answer_and_not_called_optional() -> None:
    html = render("{% crispy form %}", form=DecisionForm())
    assert html.count('id="id_question"') == 1
    inside = html[html.index('data-reveal="id_decision_1"') : html.index('id="div_id_arrives"')]
    assert 'id="id_question"' in inside
    assert "(optional)" not in inside


def test_a_hint_under_an_answer_describes_it() -> None:
    html = render("{% crispy form %}", form=DecisionForm())
    assert 'aria-describedby="id_decision_0_hint"' in html
    assert "From arrival on" in html


def test_every_link_of_the_error_summary_leads_to_a_control() -> None:
    form = DecisionForm({})
    html = render('{% include "components/error_summary.html" %}{% crispy form %}', form=form)
    assert form.errors.keys() == {"decision", "arrives", "place"}
    for target in ("id_decision_0", "id_arrives_0", "id_place"):
        assert f'href="#{target}"' in html
        assert f'id="{target}"' in html


def test_a_form_draws_neither_form_tag_nor_token() -> None:
    html = render("{% crispy form %}", form=DecisionForm())
    assert "<form" not in html
    assert "csrfmiddlewaretoken" not in html


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_need_no_context(page: str) -> None:
    from django.template.loader import get_template

    html = get_template(f"{page}.html").render({})
    assert "<h1>" in html
    assert "Training exercise." in html


def test_what_is_fixed_is_drawn_once_for_each_language() -> None:
    page = Template("{% load i18n ui %}{% fixed %}{% get_current_language as code %}{{ code }}{% endfixed %}")
    with override("fr"):
        assert page.render(Context()) == page.render(Context()) == "fr"
    with override("en-gb"):
        assert page.render(Context()) == "en-gb"


def test_what_is_fixed_is_drawn_anew_for_other_words_of_the_same_language(tmp_path: Path) -> None:
    page = Template("{% load i18n ui %}{% fixed %}{% translate 'Inbox' %}{% endfixed %}")
    with override(LANGUAGE):
        assert page.render(Context()) == "Inbox"
    with pseudo_language(tmp_path):
        assert page.render(Context()) == "⟦Íinbóox⟧"
    with override(LANGUAGE):
        assert page.render(Context()) == "Inbox"


def test_what_is_fixed_is_kept_for_no_more_places_than_there_are() -> None:
    page = Template("{% load ui %}{% fixed %}here{% endfixed %}")
    try:
        for number in range(MOST_SURROUNDINGS * 3):
            set_script_prefix(f"/{number}/")
            assert page.render(Context()) == "here"
    finally:
        clear_script_prefix()
    (kept,) = page.nodelist.get_nodes_by_type(FixedNode)
    assert len(kept.drawn) <= MOST_SURROUNDINGS


def test_nothing_of_a_page_stands_in_what_is_fixed() -> None:
    page = Template("{% load ui %}{{ name }}: {% fixed %}<b>{{ name }}</b>{% endfixed %}")
    assert page.render(Context({"name": "Ada"})) == "Ada: <b></b>"


def test_what_is_fixed_stays_markup() -> None:
    assert render("{% fixed %}<b>&amp;</b>{% endfixed %}") == "<b>&amp;</b>"
