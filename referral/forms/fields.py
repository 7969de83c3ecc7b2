"""Fields and layout pieces that the forms of the registry share: a moment, a few codes, a section, a question of why."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django import forms
from django.core.exceptions import ValidationError
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import DayMonthYearField, DayMonthYearWidget
from common.markup import together
from common.phrases import local

Pairs = Sequence[tuple[str, Any]]
CLOCK_TIME = re.compile(r"([01]?\d|2[0-3])\s*[:.hH]\s*([0-5]\d)")


class MomentWidget(DayMonthYearWidget):
    """Day, month, year and a time of day, all typed."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        clock = {"autocomplete": "off", "class": "form-control width-4", "maxlength": "5"}
        self.widgets = [*self.widgets, forms.TextInput(clock)]
        self.widgets_names = ["_day", "_month", "_year", "_time"]

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The four inputs, each with its word."""
        parts = self.get_context(name, value, attrs)["widget"]["subwidgets"]
        named = (_("Day"), _("Month"), _("Year"), pgettext_lazy("time of day", "Time"))
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
                    for widget, part, label in zip(self.widgets, parts, named, strict=True)
                ),
            ),
        )

    def decompress(self, value: Any) -> list[Any]:
        """A moment, given in the reader's own zone, as its four parts."""
        return [value.day, value.month, value.year, value.strftime("%H:%M")] if value else [None, None, None, None]


class MomentField(DayMonthYearField):
    """An exercise instant typed as day, month, year and HH:MM in the zone of the actor's country; its value is in UTC.

    A date without a time counts from `default_time`. Initial values are instants too. Raises `ValidationError` with code
    `required`, `incomplete` or `invalid`. A time that the clocks of the zone skip moves forward by the skip.
    """

    widget = MomentWidget

    def __init__(self, *, default_time: time = time(12), **options: Any) -> None:
        options.setdefault("help_text", _("For example, 20 8 2026 and 14:30. Exercise time of your country."))
        options.setdefault("required", False)
        super().__init__(**options)
        self.fields = (*self.fields, forms.CharField(required=False, max_length=5))
        self.default_time = default_time
        self.zone = "UTC"

    def set_zone(self, zone: str) -> None:
        """Read and show in this IANA zone."""
        self.zone = zone

    def prepare_value(self, value: Any) -> Any:
        """An instant as the reader's own clock shows it; what was typed stays as typed."""
        return local(value, self.zone) if isinstance(value, datetime) else value

    def clean(self, value: Any) -> datetime | None:
        """The instant, or None where nothing was typed and the field is optional."""
        parts = [str(part or "").strip() for part in (value or ())]
        day = super().clean(parts[:3])
        if day is None:
            if any(parts[3:]):
                raise ValidationError(self.error_messages["incomplete"], code="incomplete")
            return None
        at = _time_of(parts[3]) if len(parts) > 3 and parts[3] else self.default_time
        if at is None:
            raise ValidationError(_("Enter the time as hours and minutes, for example 14:30"), code="invalid")
        return datetime.combine(day, at, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


def _time_of(text: str) -> time | None:
    found = CLOCK_TIME.fullmatch(text)
    return time(int(found[1]), int(found[2])) if found else None


class FewWidget(forms.MultiWidget):
    """Several selects with the same choices: easier on a phone and with a keyboard than one long list of ticks."""

    def __init__(self, count: int, labels: Sequence[Any], attrs: dict[str, Any] | None = None) -> None:
        self.labels = labels
        super().__init__([forms.Select({"class": "form-select"}) for _part in range(count)], attrs)

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The selects, each with its own label."""
        parts = self.get_context(name, value, attrs)["widget"]["subwidgets"]
        drawn = format_html_join(
            "",
            '<div class="field"><label for="{}">{}</label>{}</div>',
            (
                (
                    part["attrs"].get("id", ""),
                    label,
                    widget.render(part["name"], _only(part["value"]), part["attrs"], renderer),
                )
                for widget, part, label in zip(self.widgets, parts, self.labels, strict=True)
            ),
        )
        return format_html('<div class="few">{}</div>', drawn)

    def decompress(self, value: Any) -> list[Any]:
        """The first codes of the list."""
        return [*(value or ()), *[None] * len(self.widgets)][: len(self.widgets)]


def _only(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value or ""


class FewCodesField(forms.MultiValueField):
    """A short list of different codes, each chosen from the same pairs. Cleaned to a list without the empty ones."""

    def __init__(self, pairs: Callable[[], Pairs], labels: Sequence[Any], **options: Any) -> None:
        options.setdefault("required", False)
        self.pairs = pairs
        parts = tuple(forms.CharField(required=False) for _label in labels)
        super().__init__(fields=parts, require_all_fields=False, widget=FewWidget(len(labels), labels), **options)

    def fill(self) -> None:
        """Put the choices in, in the reader's language; done when a form is made."""
        pairs = [("", "–"), *self.pairs()]
        for widget in self.widget.widgets:
            widget.choices = pairs

    def clean(self, value: Any) -> list[str]:
        """Distinct codes in the order chosen. Raises for a code that is not among the choices."""
        chosen = [code for code in dict.fromkeys(value or ()) if code]
        known = {code for code, _name in self.pairs()}
        if set(chosen) - known:
            raise ValidationError(_("Choose from the list"), code="invalid_choice")
        if self.required and not chosen:
            raise ValidationError(self.error_messages["required"], code="required")
        return chosen

    def compress(self, data_list: list[str]) -> list[str]:
        """What `clean` has cleaned already."""
        return data_list


class Section(LayoutObject):  # untyped library
    """A part of a long form under its own heading, with a sentence below it.

    `by_choice` says that an answer above asks for the fields, so that none of them is called optional.
    """

    def __init__(self, heading: Any, *fields: Any, lead: Any = "", by_choice: bool = False) -> None:
        self.heading, self.fields, self.lead = heading, list(fields), lead
        self.extra = {"extra_context": {"hide_optional": True}} if by_choice else {}

    def render(self, form: Any, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        """Heading, sentence, fields."""
        inner = together(
            render_field(field, form, context, template_pack=template_pack, **(kwargs | self.extra))
            for field in self.fields
        )
        lead = format_html("<p>{}</p>", self.lead) if self.lead else ""
        return format_html("<section><h2>{}</h2>{}{}</section>", self.heading, lead, inner)


class Explained(LayoutObject):  # untyped library
    """A question of why, which opens without a script, beside the fields it explains."""

    def __init__(self, summary: Any, text: Any) -> None:
        self.fields: list[Any] = []
        self.summary, self.text = summary, text

    def render(self, _form: Any, _context: Context, _template_pack: str = TEMPLATE_PACK, **_kwargs: Any) -> SafeString:
        """The closed details element."""
        return format_html(
            '<details class="details"><summary>{}</summary><div class="details-body"><p>{}</p></div></details>',
            self.summary,
            self.text,
        )


def moment(label: Any, **options: Any) -> MomentField:
    """An optional instant in the time of the actor's country."""
    return MomentField(label=label, required=False, **options)


def radio(label: Any, choices: Any, *, required: bool = True, error: Any = None, **options: Any) -> forms.ChoiceField:
    """One answer of a few, all of them visible."""
    messages = {"required": error or _("Choose an answer")}
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, required=required, error_messages=messages, **options
    )


def ticks(
    label: Any, choices: Any, *, required: bool = False, error: Any = None, **options: Any
) -> forms.MultipleChoiceField:
    """Any number of answers, all of them visible."""
    messages = {"required": error} if error else None
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        required=required,
        error_messages=messages,
        **options,
    )


def words(label: Any, limit: int, *, required: bool = False, rows: int = 3, **options: Any) -> forms.CharField:
    """Free text of at most `limit` letters."""
    return forms.CharField(
        label=label, max_length=limit, required=required, widget=forms.Textarea({"rows": rows}), **options
    )


def line(label: Any, limit: int, *, required: bool = False, **options: Any) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, max_length=limit, required=required, **options)
