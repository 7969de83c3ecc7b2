"""Forms of a handover that is being prepared: one for each step of the task list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Choices, DayMonthYearField
from common.phrases import local
from referral.enums import Compartment, NeedKind, Option, Purpose, Urgency, YesNoUnknown
from referral.forms.acts import ActForm
from referral.forms.fields import line, radio, ticks, words
from referral.packet import ALWAYS, SHAREABLE

URGENCY_HINTS = {
    Urgency.URGENT.value: _("The person is in danger here. The other country answers within hours."),
    Urgency.STANDARD.value: _("The other country answers within days."),
}
CONTINUES, ENDS = "continues", "ends"


class OptionsForm(ActForm):
    """What was talked through with the person, why the person would move, and how fast."""

    options_compared = ticks(
        _("Which options have you talked through with the person?"), Option.choices, required=True,
        help_text=_("At least two that are real. Staying here is always one of them."),
        error=_("Tick the options that you talked through"),
    )  # fmt: skip
    purpose = radio(_("Why would the person move?"), Purpose.choices, error=_("Choose why the person would move"))
    urgency = radio(_("How urgent is it?"), Urgency.choices, error=_("Choose how urgent it is"))

    def layout(self) -> Iterable[Any]:
        """Urgency with what it means."""
        rest = [name for name in super().layout() if name != "urgency"]
        return [*rest, Choices("urgency", hints=URGENCY_HINTS)]

    def clean_options_compared(self) -> list[str]:
        """Two options at least, staying among them."""
        chosen: list[str] = self.cleaned_data["options_compared"]
        if Option.STAY.value not in chosen or len(chosen) < 2:
            raise forms.ValidationError(_("Talk through at least two real options. Staying here is one of them"))
        return chosen


class StartForm(OptionsForm):
    """The same, and the country. Countries are those with a focal point in this exercise."""

    receiver_country = forms.ChoiceField(
        label=_("Which country would receive the person?"), error_messages={"required": _("Choose a country")}
    )
    field_order = ("options_compared", "receiver_country", "purpose", "urgency")

    def __init__(self, *args: Any, countries: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver_country"].choices = [("", _("Choose a country")), *countries]  # type: ignore[attr-defined]


class CareForm(ActForm):
    """What is needed on arrival, the time between, and what becomes of each service that runs now.

    `services` are pairs of key and label of running services; each gets the questions `service_<key>`, why it ends, and
    its last day.
    """

    free_text = ("safety_plan",)
    needs_on_arrival = ticks(
        _("What does the person need on arrival?"),
        NeedKind.choices,
        required=True,
        error=_("Tick what the person needs on arrival"),
    )
    safety_plan = words(
        _("Safety plan for the time between"), 600, required=True, rows=4,
        help_text=_("Where the person sleeps, who can be called, what to do if something goes wrong."),
        error_messages={"required": _("Write the safety plan for the time between")},
    )  # fmt: skip
    medicine_lasts = radio(
        _("Does the medicine last until the arrival?"), YesNoUnknown.choices, error=_("Say whether the medicine lasts"),
        help_text=_("Choose “Yes” also when the person needs none."),
    )  # fmt: skip

    def __init__(self, *args: Any, services: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.services = services
        for key, name in services:
            self.fields[f"service_{key}"] = radio(
                _("%(service)s: what becomes of it?") % {"service": name},
                ((CONTINUES, _("The other country continues it")), (ENDS, _("It ends here"))),
                error=_("%(service)s: say what becomes of it") % {"service": name},
            )
            self.fields[f"reason_{key}"] = line(_("Why does it end?"), 200)
            self.fields[f"last_day_{key}"] = DayMonthYearField(label=_("Its last day"), required=False)

    def layout(self) -> Iterable[Any]:
        """Each service with the questions of its ending inside."""
        plain = ["needs_on_arrival", "safety_plan", "medicine_lasts"]
        return plain + [
            Choices(f"service_{key}", reveals={ENDS: [f"reason_{key}", f"last_day_{key}"]})
            for key, _name in self.services
        ]

    def clean(self) -> dict[str, Any]:
        """A service that ends has a reason and a last day that has not passed."""
        cleaned = super().clean()
        today = local(self.now, self.zone).date()
        for key, _name in self.services:
            if cleaned.get(f"service_{key}") != ENDS:
                continue
            self.need(f"reason_{key}", _("Say why the service ends"))
            self.need(f"last_day_{key}", _("Enter the last day of the service"))
            last = cleaned.get(f"last_day_{key}")
            if last is not None and last < today:
                self.add_error(f"last_day_{key}", _("This day has passed already. Check the date"))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """The columns of the draft."""
        return {name: self.cleaned_data[name] for name in ("needs_on_arrival", "safety_plan", "medicine_lasts")}

    def continued(self) -> list[int]:
        """Keys of the services that the other country continues."""
        return [key for key, _name in self.services if self.cleaned_data[f"service_{key}"] == CONTINUES]

    def endings(self) -> list[tuple[int, dict[str, Any]]]:
        """Key of each service that ends, with its reason and the end of its last day."""
        return [
            (key, {"end_reason": self.cleaned_data[f"reason_{key}"], "until_at": self._end_of(f"last_day_{key}")})
            for key, _name in self.services
            if self.cleaned_data[f"service_{key}"] == ENDS
        ]

    def _end_of(self, name: str) -> datetime:
        return datetime.combine(self.cleaned_data[name], time(23, 59), ZoneInfo(self.zone))


class PlaceForm(ActForm):
    """Who in the receiving country said that there is a place."""

    free_text = ("capacity_confirmed_by",)
    capacity_confirmed_by = line(
        _("Who confirmed that there is a place?"), 120, required=True,
        help_text=_("A role and an institution, for example: duty officer of the shelter in Zinder."),
        error_messages={"required": _("Say who confirmed that there is a place")},
    )  # fmt: skip


class InformationForm(ActForm):
    """What is shared. Only what the person permits for this country and purpose can be ticked."""

    free_text = ("message",)
    compartments = ticks(_("What is shared?"), ())
    message = words(
        _("Message to the receiving country"), 600,
        help_text=_("What the receiving colleagues should know first. No names, telephone numbers or addresses."),
    )  # fmt: skip

    def __init__(self, *args: Any, permitted: Collection[Compartment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["compartments"].choices = [  # type: ignore[attr-defined]
            (c.value, c.label) for c in SHAREABLE if c in permitted and c is not ALWAYS
        ]

    def layout(self) -> Iterable[Any]:
        """The page draws the ticks itself, beside the fields that each of them holds."""
        return ["message"]

    def facts(self) -> dict[str, Any]:
        """Reference and safeguards are in every packet."""
        return {
            "compartments": sorted({ALWAYS.value, *self.cleaned_data["compartments"]}),
            "message": self.cleaned_data["message"],
        }
