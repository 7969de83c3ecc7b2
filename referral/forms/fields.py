"""Fields and layout pieces that the forms of the registry share: a moment in a country's time, a few codes, a section."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, render_field
from django import forms
from django.core.exceptions import ValidationError
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from common.forms import DayMonthYearField, DayMonthYearWidget, form_helper
from common.phrases import local
from referral.actor import Actor

Pairs = Sequence[tuple[str, Any]]
CLOCK_TIME = re.compile(r"([01]?\d|2[0-3])\s*[:.hH]\s*([0-5]\d)")


class MomentWidget(DayMonthYearWidget):
    """Day, month, year and a time of day, all typed."""

    zone = "UTC"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.widgets.append(forms.TextInput({"autocomplete": "off", "class": "form-control width-4", "maxlength": "5"}))
        self.widgets_names = [*self.widgets_names, "_time"]

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The four inputs, each with its word."""
        parts = self.get_context(name, value, attrs)["widget"]["subwidgets"]
        words = (_("Day"), _("Month"), _("Year"), _("Time"))
        return format_html(
            '<div class="date-parts">{}</div>',
            format_html_join(
                "",
                '<div><label for="{}">{}</label>{}</div>',
                (
                    (part["attrs"].get("id", ""), label, widget.render(part["name"], part["value"], part["attrs"], renderer))
                    for widget, part, label in zip(self.widgets, parts, words, strict=True)
                ),
            ),
        )

    def decompress(self, value: Any) -> list[Any]:
        """An exercise instant as its four parts in the zone of the actor's country."""
        if not value:
            return [None, None, None, None]
        here = local(value, self.zone)
        return [here.day, here.month, here.year, here.strftime("%H:%M")]


class MomentField(DayMonthYearField):
    """An exercise instant typed as day, month, year and HH:MM in the zone of the actor's country; cleaned to UTC.

    A date without a time counts from `default_time`. Raises `ValidationError` with code `required`, `incomplete` or
    `invalid`. A time that the clocks of the zone skip is moved forward by the skip.
    """

    widget = MomentWidget

    def __init__(self, *, default_time: time = time(12), **options: Any) -> None:
        options.setdefault("help_text", _("For example, 20 8 2026 and 14:30. Exercise time of your country."))
        options.setdefault("required", False)
        self.default_time = default_time
        super().__init__(**options)
        self.fields = (*self.fields, forms.CharField(required=False, max_length=5))

    def set_zone(self, zone: str) -> None:
        """Read and write in this IANA zone."""
        self.widget.zone = zone  # type: ignore[attr-defined]

    def clean(self, value: Any) -> datetime | None:  # type: ignore[override]
        """The instant in UTC, or None where nothing was typed and the field is optional."""
        parts = [str(part or "").strip() for part in (value or ())]
        day = super().clean(parts[:3])
        if day is None:
            if any(parts[3:]):
                raise ValidationError(self.error_messages["incomplete"], code="incomplete")
            return None
        at = _time_of(parts[3]) if len(parts) > 3 and parts[3] else self.default_time
        if at is None:
            raise ValidationError(_("Enter the time as hours and minutes, for example 14:30"), code="invalid")
        zone = ZoneInfo(self.widget.zone)  # type: ignore[attr-defined]
        return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


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
        return format_html_join(
            "",
            '<div class="field"><label for="{}">{}</label>{}</div>',
            (
                (part["attrs"].get("id", ""), label, widget.render(part["name"], _only(part["value"]), part["attrs"], renderer))
                for widget, part, label in zip(self.widgets, parts, self.labels, strict=True)
            ),
        )

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
        for widget in self.widget.widgets:  # type: ignore[attr-defined]
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


class Section(LayoutObject):
    """A part of a long form under its own heading, with a sentence below it."""

    def __init__(self, heading: Any, *fields: Any, lead: Any = "") -> None:
        self.heading, self.fields, self.lead = heading, list(fields), lead

    def render(self, form: Any, context: Context, template_pack: str = TEMPLATE_PACK, **kwargs: Any) -> SafeString:
        """Heading, sentence, fields."""
        inner = "".join(render_field(field, form, context, template_pack=template_pack, **kwargs) for field in self.fields)
        lead = format_html("<p>{}</p>", self.lead) if self.lead else ""
        return format_html("<section><h2>{}</h2>{}{}</section>", self.heading, lead, mark_safe(inner))  # noqa: S308 - drawn fields


class Explained(LayoutObject):
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


class RecordForm(forms.Form):
    """A form that records something about one case.

    `submission` makes a double press harmless; `version` is the case's version that the reader has seen. Choices that
    follow from the actor or the case are filled in by `prepare`.
    """

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Actor, zone: str, now: datetime, case: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.zone, self.now, self.case = actor, zone, now, case
        if case is not None:
            self.fields["version"].initial = case.version
        for field in self.fields.values():
            if isinstance(field, MomentField):
                field.set_zone(zone)
            if isinstance(field, FewCodesField):
                field.fill()
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and first values that depend on the actor and the case."""

    def layout(self) -> Iterable[Any]:
        """The fields in the order of the page; by default the form's own."""
        return [name for name in self.fields if name not in ("submission", "version")]

    @property
    def helper(self) -> FormHelper:
        """The crispy helper, hidden fields included."""
        helper = form_helper(*self.layout())
        helper.render_hidden_fields = True
        return helper

    def facts(self) -> dict[str, Any]:
        """What the reader typed, for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("submission", "version")}

    def not_in_future(self, name: str) -> None:
        """Add an error when the moment lies after the exercise's now."""
        moment = self.cleaned_data.get(name)
        if moment is not None and moment > self.now:
            self.add_error(name, _("This moment has not come yet. Check the day and the time"))

    def not_in_past(self, name: str) -> None:
        """Add an error when the moment has passed already."""
        moment = self.cleaned_data.get(name)
        if moment is not None and moment <= self.now:
            self.add_error(name, _("This moment has passed already. Check the day and the time"))


def radio(label: Any, choices: Any, *, required: bool = True, error: Any = None, **options: Any) -> forms.ChoiceField:
    """One answer of a few, all of them visible."""
    messages = {"required": error} if error else None
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, required=required, error_messages=messages, **options
    )


def ticks(label: Any, choices: Any, *, required: bool = False, error: Any = None, **options: Any) -> forms.MultipleChoiceField:
    """Any number of answers, all of them visible."""
    messages = {"required": error} if error else None
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=required, error_messages=messages, **options
    )


def words(label: Any, limit: int, *, required: bool = False, rows: int = 3, **options: Any) -> forms.CharField:
    """Free text of at most `limit` letters."""
    return forms.CharField(label=label, max_length=limit, required=required, widget=forms.Textarea({"rows": rows}), **options)


def line(label: Any, limit: int, *, required: bool = False, **options: Any) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, max_length=limit, required=required, **options)
