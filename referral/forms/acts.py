"""What every form of an act shares: the two hidden fields, and a moment that is typed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.forms import DayMonthYearField, DayMonthYearWidget, form_helper
from common.phrases import local

HIDDEN = ("submission", "version")


class ActForm(forms.Form):
    """A form that causes one act. `submission` is drawn anew with each blank form: the same one twice is done once.

    `version` is the version of the row that the page was made from. `facts` are what the service takes.
    """

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper()

    def facts(self) -> dict[str, Any]:
        """The cleaned answers without the hidden fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in (*HIDDEN, "invented")}

    def renew_version(self, version: int) -> None:
        """Keep what was typed, and let the next attempt stand on what is there now."""
        self.data = self.data.copy()  # type: ignore[union-attr]
        self.data[self.add_prefix("version")] = str(version)  # type: ignore[index]


class MomentWidget(DayMonthYearWidget):
    """Day, month, year and a time of day."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.widgets_names = [*self.widgets_names, "_time"]
        clock = {"autocomplete": "off", "class": "form-control width-4", "maxlength": "5"}
        self.widgets = [*self.widgets, forms.TextInput(clock)]

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
                    (part["attrs"].get("id", ""), word, widget.render(part["name"], part["value"], part["attrs"], renderer))
                    for widget, part, word in zip(self.widgets, parts, words, strict=True)
                ),
            ),
        )

    def decompress(self, value: Any) -> list[Any]:
        """A moment, given in the reader's own zone, as its four parts."""
        return [value.day, value.month, value.year, value.strftime("%H:%M")] if value else [None, None, None, None]


class MomentField(DayMonthYearField):
    """An exercise instant typed as day, month, year and HH:MM in `zone`; its value is in UTC.

    Initial values are instants too. Raises `ValidationError` with code `required`, `incomplete`, `invalid` or `time`.
    """

    widget = MomentWidget
    default_error_messages = {  # noqa: RUF012 - Django merges it over the classes
        "required": _("Enter a date and a time"),
        "incomplete": _("Enter a day, a month, a year and a time"),
        "time": _("Enter a time of 24 hours, for example 14:20"),
    }

    def __init__(self, *, zone: str = "UTC", **options: Any) -> None:
        options.setdefault("help_text", _("In your own time, for example 20 8 2026 at 14:20"))
        super().__init__(**options)
        self.fields = (*self.fields, forms.CharField(required=False, max_length=5))
        self.zone = zone

    def prepare_value(self, value: Any) -> Any:
        """An instant as the reader's own clock shows it; what was typed stays as typed."""
        return local(value, self.zone) if isinstance(value, datetime) else value

    def clean(self, value: Any) -> datetime | None:  # type: ignore[override]
        """The instant, or None where nothing was typed and the field is optional."""
        day = super().clean(value)
        if day is None:
            return None
        *_day, typed = [str(part or "").strip() for part in value]
        return self._instant(day, typed)  # type: ignore[arg-type]

    def compress(self, data_list: list[str]) -> date:
        """The date of the first three parts; `clean` adds the time."""
        return super().compress(data_list[:3])

    def _instant(self, day: date, typed: str) -> datetime:
        try:
            clock = time.fromisoformat(typed.replace(".", ":").replace("h", ":").zfill(5))
        except ValueError as error:
            raise ValidationError(self.error_messages["time"], code="time") from error
        here = datetime.combine(day, clock.replace(tzinfo=None), ZoneInfo(self.zone))
        return here.astimezone(UTC)


def set_zone(form: forms.Form, zone: str) -> None:
    """Read and show every moment of the form in the zone of the reader's country."""
    for field in form.fields.values():
        if isinstance(field, MomentField):
            field.zone = zone
