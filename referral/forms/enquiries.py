"""Forms of an enquiry: asking for a place, answering, and writing down what was said on the telephone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import Choices
from referral.enums import NeedKind, Urgency
from referral.forms.acts import ActForm
from referral.forms.choices import dialogue_countries
from referral.forms.drafts import URGENCY_HINTS
from referral.forms.fields import line, moment, radio, ticks

SERVICES = [(kind.value, kind.label) for kind in NeedKind if kind is not NeedKind.MEDICAL]
"""What may be asked for. That somebody needs a doctor is health, and stays here until the person permits it."""


class EnquiryForm(ActForm):
    """A country, how urgent, which services; and that the person was told before."""

    country = forms.ChoiceField(
        label=_("Which country do you ask?"), error_messages={"required": _("Choose a country")}
    )
    urgency = radio(_("How urgent is it?"), Urgency.choices, error=_("Choose how urgent it is"))
    services = ticks(
        _("What would be needed?"), SERVICES, help_text=_("Nothing about health is asked before the person permits it.")
    )
    told_person = forms.BooleanField(
        label=_("The person was told that you ask this country"),
        error_messages={"required": _("Tell the person first, then tick that you did")},
    )

    def __init__(self, *args: Any, own: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = [pair for pair in dialogue_countries() if pair[0] != own]
        self.fields["country"].choices = [("", _("Choose a country")), *countries]  # type: ignore[attr-defined]

    def layout(self) -> Iterable[Any]:
        """Urgency with what it means."""
        return ["country", Choices("urgency", hints=URGENCY_HINTS), "services", "told_person"]


class AnswerForm(ActForm):
    """Yes until a day, or no."""

    free_text: ClassVar[tuple[str, ...]] = ("note",)
    answer = radio(
        _("Could you receive a person like this?"),
        (
            ("yes", pgettext_lazy("enquiry", "Yes, there would be a place")),
            ("no", pgettext_lazy("enquiry", "No, not now")),
        ),
        error=_("Choose yes or no"),
        help_text=_("Nobody is sent on this answer alone. A handover is offered and decided on its own."),
    )
    valid_until_at = moment(_("Until when does the yes hold?"))
    note = line(_("Note"), 200, help_text=_("Short, and without names."))

    def layout(self) -> Iterable[Any]:
        """A yes has its last day inside."""
        return [Choices("answer", reveals={"yes": ["valid_until_at"]}), "note"]

    def clean(self) -> dict[str, Any]:
        """A yes holds until a moment that lies ahead."""
        cleaned = super().clean()
        if cleaned.get("answer") == "yes":
            self.need("valid_until_at", _("Enter until when the yes holds"))
            self.not_in_past("valid_until_at")
        return cleaned


class RecordForm(AnswerForm):
    """What a country without a seat said on the telephone: who, when, under which reference."""

    free_text = ("note", "officer")
    officer = line(
        _("Who answered?"), 160, required=True, help_text=_("A role or an invented name."),
        error_messages={"required": _("Write down who answered")},
    )  # fmt: skip
    answered_at = moment(_("When?"))
    outside_reference = line(_("Their reference"), 60)

    def layout(self) -> Iterable[Any]:
        """First who spoke, then what was said."""
        return ["officer", "answered_at", "outside_reference", *super().layout()]

    def clean(self) -> dict[str, Any]:
        """The call lies behind."""
        cleaned = super().clean()
        self.need("answered_at", _("Enter when they answered"))
        self.not_in_future("answered_at")
        return cleaned
