"""Typed values go back into the form they were typed in, and nothing else of the page changes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from common.filling import filled

PAGE = """<main>
<form method="get"><input name="note" value="search"></form>
<form method="post" action="/a/"><input type="hidden" name="submission" value="new"><input type="hidden" name="item" value="1">
<textarea name="note" rows="3">
old</textarea></form>
<form method="post" action="/b/">
<input type="hidden" name="item" value="2"><input type="text" name="who" value="before" data-value="kept">
<textarea name="note" rows="3">
old &amp; kept</textarea>
<input type="radio" name="safe" value="yes" checked><input type="radio" name="safe" value="no">
<input type="checkbox" name="need" value="bed" checked> <input type="checkbox" name="need" value="food">
<select name="where"><option value="">-</option><option value="NE" selected>Niger</option><option value="NG">Nigeria</option></select>
<input type="password" name="password"><input type="submit" name="go" value="Send">
</form></main>"""


def test_each_kind_of_control_holds_what_was_typed() -> None:
    page = filled(
        PAGE,
        {"item": ["2"], "who": ["Ada"], "note": ["new <b>"], "safe": ["no"], "need": ["food"], "where": ["NG"]},
    )
    assert '<input type="text" name="who" data-value="kept" value="Ada">' in page
    assert '<textarea name="note" rows="3">\nnew &lt;b&gt;</textarea>' in page
    assert '<input type="radio" name="safe" value="yes"><input type="radio" name="safe" value="no" checked="">' in page
    assert (
        '<input type="checkbox" name="need" value="bed"> <input type="checkbox" name="need" value="food" checked="">'
        in page
    )
    assert '<option value="NE">Niger</option><option value="NG" selected="">Nigeria</option>' in page


def test_of_several_forms_the_one_that_was_sent_is_filled() -> None:
    page = filled(PAGE, {"item": ["1"], "note": ["mine"]}, "<p>back</p>")
    assert page.count("mine") == 1
    assert page.index("<p>back</p>") < page.index('action="/a/"') < page.index("mine") < page.index('action="/b/"')


def test_hidden_fields_and_passwords_stay_as_the_new_page_has_them() -> None:
    page = filled(PAGE, {"item": ["2"], "submission": ["old"], "password": ["secret"], "who": ["Ada"]})
    assert 'name="submission" value="new"' in page
    assert "secret" not in page


def test_a_page_whose_forms_do_not_fit_is_left_alone() -> None:
    assert filled(PAGE, {"elsewhere": ["text"]}, "<p>back</p>") == PAGE


@given(st.text())
def test_nothing_that_is_typed_becomes_part_of_the_page(text: str) -> None:
    page = filled(PAGE, {"item": ["2"], "who": [text], "note": [text]})
    assert page.count("<") == PAGE.count("<")
    assert page.count('"') == PAGE.count('"')
