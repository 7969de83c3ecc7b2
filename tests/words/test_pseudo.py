"""The finder of unmarked words finds them, and leaves names, codes and typed texts alone."""

import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext

from tests import pseudo


def test_the_made_up_language_is_longer_and_keeps_placeholders_and_tags():
    text = pseudo.pseudo("Speak of <strong>%(word)s</strong>, never by name.")
    assert text == "⟦Spéeáak óof <strong>%(word)s</strong>, néevéer by náamée.⟧"
    assert len(pseudo.pseudo("Nothing about a person stands in this message.")) > 1.25 * 47


@pytest.mark.parametrize(
    "html",
    [
        "<p>⟦Íinbóox⟧</p>",
        "<p>⟦Spéeáak óof <strong><bdi>Acacia</bdi></strong>⟧</p>",
        "<p>⟦Séend tóo⟧ <bdi>NG-26-7K2M</bdi> · 14:20</p>",
        '<p><a lang="fr" href="/">Français</a></p>',
        "<p>focal.ng@example.org</p><script>let words = 1</script>",
        "<p>\u2068Niger\u2069: ⟦yées⟧<br/>⟦nóo⟧</p>",
        "<title>⟦Íinbóox⟧ · Alongside</title>",
    ],
)
def test_marked_words_names_and_codes_are_not_reported(html):
    assert pseudo.unmarked(html) == []


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Inbox</p>", "Inbox"),
        ("<p>⟦Íinbóox⟧ of <bdi>Niger</bdi></p>", "⟦Íinbóox⟧ of"),
        ('<img alt="A map">', "A map"),
        ('<nav aria-label="Main"></nav>', "Main"),
        ('<input type="submit" value="Send">', "Send"),
        ("<svg><title>Route</title></svg>", "Route"),
        ("<p>⟦óonée⟧</p><p>left by<br>somebody</p>", "left bysomebody"),
    ],
)
def test_what_nobody_marked_is_reported(html, found):
    assert pseudo.unmarked(html) == [found]


def test_a_text_that_somebody_typed_is_shown_as_it_is():
    assert pseudo.unmarked("<p>To live near her sister.</p>", but=frozenset({"To live near her sister."})) == []


def test_every_marked_string_and_every_plural_form_is_in_the_made_up_language(made_up):
    assert gettext("Inbox") == "⟦Íinbóox⟧"
    assert {ngettext("%(count)d day ago", "%(count)d days ago", n)[0] for n in (0, 1, 2, 5, 11, 100)} == {"⟦"}


def test_the_made_up_language_goes_away_again(tmp_path):
    with pseudo.pseudo_language(tmp_path):
        pass
    with translation.override(pseudo.LANGUAGE):
        assert gettext("Who answers for a person") == "Who answers for a person"


def test_a_line_that_stays_english_in_a_translated_page_is_found():
    english = "<h1>Inbox</h1><p>Version 3 · <bdi>Niger</bdi></p><p>Who answers</p>"
    french = "<h1>Boîte de réception</h1><p>Version 3 · <bdi>Niger</bdi></p><p>Who answers</p>"
    assert pseudo.left_in_english(english, french, "fr") == ["Who answers"]
