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
from referral.enums import Compartment, NeedKind, Option, Purpose, ReflectionAnswer, Urgency, YesNoUnknown
from referral.forms.acts import ActForm
from referral.forms.fields import line, radio, ticks, words
from referral.packet import ALWAYS, SHAREABLE

URGENCY_HINTS = {
    Urgency.URGENT.value: _("The person is in danger here. The other country answers within hours."),
    Urgency.STANDARD.value: _("The other country answers within days."),
}
Pairs = Sequence[tuple[str, str]]
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
        rest = [name for name in super().layout() if name not in ("urgency", "reflection")]
        return [*rest, Choices("urgency", hints=URGENCY_HINTS)]

    def clean_options_compared(self) -> list[str]:
        """Two options at least, staying among them."""
        chosen: list[str] = self.cleaned_data["options_compared"]
        if Option.STAY.value not in chosen or len(chosen) < 2:
            raise forms.ValidationError(_("Talk through at least two real options. Staying here is one of them"))
        return chosen


class TalkForm(OptionsForm):
    """The same for a draft; while a time of reflection runs, with how it is kept (gate 5)."""

    reflection = radio(
        _("The time of recovery and reflection is running. How is it kept?"), ReflectionAnswer.choices,
        error=_("Say how the time of reflection is kept"),
    )  # fmt: skip

    def __init__(self, *args: Any, reflecting: bool, returns: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.returns = returns
        if not reflecting:
            del self.fields["reflection"]

    def layout(self) -> Iterable[Any]:
        """On a return the days cannot go on, and the page says so before anybody chooses it."""
        if "reflection" not in self.fields:
            return super().layout()
        hints = {ReflectionAnswer.ASKED.value: _("Nobody else can cut it short. Help never depends on the answer.")}
        if self.returns:
            hints[ReflectionAnswer.CONTINUES.value] = _("Not possible on a return to this country.")
        return [*super().layout(), Choices("reflection", hints=hints)]


class StartForm(OptionsForm):
    """The same, and the country: one with a focal point in this exercise, or one without a seat."""

    receiver_country = forms.ChoiceField(
        label=_("Which country would receive the person?"), error_messages={"required": _("Choose a country")}
    )
    field_order = ("options_compared", "receiver_country", "purpose", "urgency")

    def __init__(self, *args: Any, seated: Pairs, outside: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver_country"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose a country")),
            (_("With a seat in this exercise"), seated),
            (_("Without a seat: you write down what they answer"), outside),
        ]


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


class OverrideForm(ActForm):
    """Why the person has to go before anybody confirmed a place. A second person reads it."""

    free_text = ("reason",)
    reason = words(
        _("Why can it not wait for a confirmed place?"), 600, required=True,
        help_text=_("What the danger is, and where the person would sleep on the first night."),
        error_messages={"required": _("Write down why it cannot wait")},
    )  # fmt: skip


class PreviewForm(ActForm):
    """A button, and the fingerprint of what the page showed: the click counts for that and for nothing else."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def layout(self) -> Iterable[Any]:
        """Nothing to fill in."""
        return []

    def show_anew(self, seen: str, version: int) -> None:
        """The page is drawn again: the next click counts for what stands on it now."""
        self.renew_version(version)
        typed: Any = self.data
        typed[self.add_prefix("seen")] = seen


class InformationForm(ActForm):
    """What is shared. Only what the person permits for this country and purpose can be ticked.

    In immediate danger vital interests may let the information cross the border, for a typed reason (gate 7).
    """

    free_text = ("message", "vital_interests")
    compartments = ticks(_("What is shared?"), ())
    message = words(
        _("Message to the receiving country"), 600,
        help_text=_("What the receiving colleagues should know first. No names, telephone numbers or addresses."),
    )  # fmt: skip
    vital_interests = words(
        _("Vital interests: why do life or safety need that this information crosses the border now?"), 600,
        help_text=_("Only while the person is in immediate danger, and only when nothing else lets it cross."),
    )  # fmt: skip

    def __init__(self, *args: Any, permitted: Collection[Compartment], danger: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not danger:
            del self.fields["vital_interests"]
        self.fields["compartments"].choices = [  # type: ignore[attr-defined]
            (c.value, c.label) for c in SHAREABLE if c in permitted and c is not ALWAYS
        ]

    def layout(self) -> Iterable[Any]:
        """The page draws the ticks itself, beside the fields that each of them holds."""
        return ["message", *(name for name in ("vital_interests",) if name in self.fields)]

    def facts(self) -> dict[str, Any]:
        """Reference and safeguards are in every packet."""
        chosen = {ALWAYS.value, *self.cleaned_data["compartments"]}
        return super().facts() | {"compartments": sorted(chosen)}
