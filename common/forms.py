"""Building blocks of forms: the crispy helper, a date of three typed parts, and questions that open under a choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django import forms
from django.core.exceptions import ValidationError
from django.template.context import Context
from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.markup import together


def form_helper(*fields: Any) -> FormHelper:
    """The helper of every form: the page writes `<form>` and the token, crispy draws the fields.

    Without `fields` the form's own order is used.
    """
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.include_media = False
    helper.form_show_errors = True
    if fields:
        helper.layout = Layout(*fields)
    return helper


class Choices(LayoutObject):
    """Radios or ticks with a hint under an answer, or with further questions that open under it.

    `Choices("decision", hints={"accept": _("…")}, reveals={"ask": ["question"]})` draws the field
    `question` inside the answer `ask`. Without a script the question is always visible; the form decides
    whether it is needed, so its field is not `required` and the form's `clean` says what is missing.
    """

    def __init__(
        self,
        field: str,
        *,
        hints: Mapping[str, Any] | None = None,
        reveals: Mapping[str, Sequence[Any]] | None = None,
    ) -> None:
        self.fields = [field, *(inner for inners in (reveals or {}).values() for inner in inners)]
        self.field = field
        self.hints = hints or {}
        self.reveals = reveals or {}

    def render(self, form: Any, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        """Draws the inner questions first, then the choices with each question's place under its answer."""

        def draw(field: Any, **extra: Any) -> SafeString:
            drawn: SafeString = render_field(
                field, form, context, template_pack=template_pack, extra_context=extra, **kwargs
            )
            return drawn

        revealed = {
            answer: together(draw(field, hide_optional=True) for field in fields)
            for answer, fields in self.reveals.items()
        }
        return draw(self.field, revealed=revealed, hints=self.hints)


class DayMonthYearWidget(forms.MultiWidget):
    """Three short text inputs. A calendar picker is hard to use for birth dates and without a mouse."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        part = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            {
                "day": forms.TextInput({**part, "class": "form-control width-2", "maxlength": "2"}),
                "month": forms.TextInput({"autocomplete": "off", "class": "form-control width-4", "maxlength": "20"}),
                "year": forms.TextInput({**part, "class": "form-control width-4", "maxlength": "4"}),
            },
            attrs,
        )

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The three inputs, each with its word. The fieldset around them stands in `bootstrap5/field.html`."""
        parts = self.get_context(name, value, attrs)["widget"]["subwidgets"]
        return format_html(
            '<div class="date-parts">{}</div>',
            format_html_join(
                "",
                '<div><label for="{}">{}</label>{}</div>',
                (
                    (
                        part["attrs"].get("id", ""),
                        label,
                        widget.render(part["name"], part["value"], part["attrs"], renderer),
                    )
                    for widget, part, label in zip(self.widgets, parts, (_("Day"), _("Month"), _("Year")), strict=True)
                ),
            ),
        )

    def decompress(self, value: Any) -> list[Any]:
        """A date as its three parts; the month as a number, which every reader can type."""
        return [value.day, value.month, value.year] if value else [None, None, None]


class DayMonthYearField(forms.MultiValueField):
    """A date typed as day, month and year. The month may be a number or a word of the reader's language.

    Raises `ValidationError` with code `required`, `incomplete` or `invalid`.
    """

    widget = DayMonthYearWidget
    default_error_messages = {
        "required": _("Enter a date"),
        "incomplete": _("Enter a day, a month and a year"),
        "invalid": _("Enter a date that exists, for example 20 8 2026"),
    }

    def __init__(self, **options: Any) -> None:
        parts = tuple(forms.CharField(required=False, max_length=20) for _part in range(3))
        options.setdefault("help_text", _("For example, 20 8 2026"))
        super().__init__(fields=parts, require_all_fields=False, **options)

    def clean(self, value: Any) -> date | None:
        """The date, or None where nothing was typed and the field is optional."""
        parts = [str(part or "").strip() for part in (value or ())]
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if not all(parts):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        return self.compress(parts)

    def compress(self, data_list: list[str]) -> date:
        """The date of three typed parts."""
        day, month, year = data_list
        try:
            found = date(int(year), _month_number(month), int(day))
        except (ValueError, OverflowError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if found.year < 1900:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        self.run_validators(found)
        return found


def _month_number(text: str) -> int:
    """The month of a number or of its name, whole or shortened, in the active language.

    Raises `ValueError` for anything else.
    """
    if text.isdecimal():
        return int(text)
    word = text.casefold().rstrip(".")
    for names in (MONTHS, MONTHS_3, MONTHS_ALT):
        for number, name in names.items():
            if str(name).casefold().rstrip(".") == word:
                return number
    message = f"not a month: {text!r}"
    raise ValueError(message)
