"""The fields above a list, drawn in Python: a line of text and a few selects.

They stand on every page of the list, and crispy draws each through four templates and one more for every option: a
fifth of the time of the page. Other forms are drawn once in a while and stay with crispy, as does a filter that
somebody has to put right.
"""

from __future__ import annotations

from crispy_forms.utils import render_crispy_form
from django import forms
from django.forms import BaseForm, BoundField
from django.utils.safestring import SafeString

from common.markup import marked, together

NOTHING = SafeString("")


class NotAFilter(TypeError):
    """A field above a list that is neither a line of text nor a select: a mistake of ours."""


def filter_fields(form: BaseForm) -> SafeString:
    """Each field with its label and hint, the same as crispy draws it. Raises NotAFilter for other kinds of fields."""
    if form.errors:
        drawn: SafeString = render_crispy_form(form)
        return drawn
    return together(_field(field) for field in form)


def _field(field: BoundField) -> SafeString:
    hint = field.help_text and marked(
        '<div id="{}_helptext" class="form-text">{}</div>', field.auto_id, field.help_text
    )
    return marked(
        '<div id="div_{}" class="field"><label for="{}" class="form-label">{}</label>{}{}</div>',
        field.auto_id,
        field.id_for_label,
        field.label,
        hint,
        _control(field, marked(' aria-describedby="{}_helptext"', field.auto_id) if hint else NOTHING),
    )


def _control(field: BoundField, described: SafeString) -> SafeString:
    kind, given = type(field.field.widget), field.value()
    if kind is forms.TextInput:
        longest = field.field.widget.attrs.get("maxlength")
        return marked(
            '<input type="text" name="{}"{}{} class="textinput form-control"{} id="{}">',
            field.html_name,
            marked(' value="{}"', given) if given not in (None, "") else NOTHING,
            marked(' maxlength="{}"', longest) if longest else NOTHING,
            described,
            field.auto_id,
        )
    if kind is forms.Select:
        return marked(
            '<select name="{}" class="select form-select"{} id="{}">{}</select>',
            field.html_name,
            described,
            field.auto_id,
            _options(field, "" if given is None else str(given)),
        )
    raise NotAFilter(f"{field.name}: {kind.__name__}")


def _options(field: BoundField, given: str) -> SafeString:
    pairs = field.field.choices  # type: ignore[attr-defined]
    return together(
        marked(
            '<option value="{}"{}>{}</option>', code, SafeString(" selected") if str(code) == given else NOTHING, word
        )
        for code, word in pairs
    )
