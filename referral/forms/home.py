"""Help at home: a request to a service and its answers, a decision of the authority, health, what the person says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Choices
from referral.enums import (
    Compartment,
    DeclineReason,
    IdentificationDecision,
    IdentificationStep,
    NeedKind,
    Urgency,
    VoiceKind,
)
from referral.forms.acts import ActForm
from referral.forms.choices import category_hints
from referral.forms.fields import moment, radio, ticks, words
from referral.forms.person import PersonForm
from referral.home_referrals import PROVIDERS, may_be_told
from referral.languages import language_choices
from referral.models import Institution
from referral.policy import reads
from referral.selectors.referrals import providers

NOT_AT_HOME = (DeclineReason.IDENTITY, DeclineReason.OTHER_COUNTRY, DeclineReason.NOT_BEFORE)
"""Reasons that only another country can have."""


class ReferralForm(PersonForm):
    """Ask a service at home: what for, how soon, and the least that it needs to know."""

    provider = forms.ModelChoiceField(
        Institution.objects.none(),
        label=_("Which service do you ask?"),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose a service")},
    )
    kind = radio(_("What help is asked for?"), NeedKind, error=_("Choose what help is asked for"))
    urgency = radio(_("How soon?"), Urgency, initial=Urgency.STANDARD)
    compartments = ticks(
        _("What may the service read?"),
        (),
        help_text=_("Only what it needs for this help. The code word and the safeguards always go with it."),
    )
    message = words(_("What should the service know beside this?"), 600)
    person_agrees = forms.BooleanField(
        label=_("The person agrees that this service is asked and reads this"),
        error_messages={"required": _("Ask the person first. Without agreement nothing is sent")},
    )

    def layout(self) -> Iterable[Any]:
        """Each kind of information with what it holds."""
        return (
            "provider",
            "kind",
            "urgency",
            Choices("compartments", hints=category_hints()),
            "message",
            "person_agrees",
        )

    def prepare(self) -> None:
        """Services of the own country, and the compartments that the sender reads and a service may be told."""
        self.fields["provider"].queryset = providers(self.actor, PROVIDERS)  # type: ignore[attr-defined]
        told = dict.fromkeys(c for kind in PROVIDERS for c in may_be_told(kind))
        self.fields["compartments"].choices = [  # type: ignore[attr-defined]
            (c.value, c.label)
            for c in Compartment
            if c in told and c is not Compartment.D0 and reads(self.actor.role, c)
        ]
        self.fields["compartments"].initial = [Compartment.D2.value]

    def clean(self) -> dict[str, Any]:
        """A service is told no more than its work can need."""
        cleaned = super().clean() or self.cleaned_data
        provider = cleaned.get("provider")
        chosen = set(cleaned.get("compartments") or ())
        if provider and chosen - {c.value for c in may_be_told(provider.kind)}:
            self.add_error("compartments", _("This service does not need all of that for its work. Take something out"))
        return cleaned


class AcceptReferralForm(ActForm):
    """The service helps: from when, and until when as far as that is known."""

    begins_at = moment(
        _("When does the help begin?"), help_text=_("Leave it empty for now. For example, 20 8 2026 and 14:30.")
    )
    until_at = moment(_("Until when?"), help_text=_("Leave it empty when no end is planned."))

    def clean(self) -> dict[str, Any]:
        """Help ends after it begins, and does not begin in the past."""
        cleaned = super().clean() or self.cleaned_data
        self.not_in_past("begins_at")
        begins, until = cleaned.get("begins_at") or self.now, cleaned.get("until_at")
        if until is not None and until <= begins:
            self.add_error("until_at", _("This lies before the help begins. Check the day and the time"))
        return cleaned


class DeclineReferralForm(ActForm):
    """The service cannot help now, for one of a few reasons."""

    decline_reason = radio(
        _("Why not?"),
        [choice for choice in DeclineReason.choices if choice[0] not in NOT_AT_HOME],
        error=_("Choose a reason"),
    )


class ReportReferralForm(ActForm):
    """How the help goes, for whoever asked."""

    free_text = ("feedback",)
    feedback = words(
        _("How does the help go?"), 600, required=True, error_messages={"required": _("Write how the help goes")}
    )


class IdentifyForm(PersonForm):
    """A decision of the competent authority."""

    step = radio(_("Which decision is this?"), IdentificationStep, error=_("Say which decision this is"))
    decision = radio(_("Was the person trafficked?"), IdentificationDecision, error=_("Record the decision"))
    reasons = words(
        _("Reasons"), 600, required=True, rows=5,
        help_text=_("What the decision rests on, in words that the person can be told."),
        error_messages={"required": _("Write down the reasons")},
    )  # fmt: skip
    reconsideration_explained = forms.BooleanField(
        label=_("It was explained to the person how to ask for the decision to be looked at again"), required=False
    )
    person_asks = forms.BooleanField(
        label=_("The person asks for the decision before the time of reflection is over"), required=False
    )

    def layout(self) -> Iterable[Any]:
        """What a no needs stands under the no."""
        no = {IdentificationDecision.NEGATIVE.value: ["reconsideration_explained"]}
        return ("step", Choices("decision", reveals=no), "reasons", "person_asks")

    def clean(self) -> dict[str, Any]:
        """Nobody is told no without hearing what can be done about it."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("decision") == IdentificationDecision.NEGATIVE:
            self.need("reconsideration_explained", _("Explain first how the person can have a no looked at again"))
        return cleaned


class HealthForm(PersonForm):
    """An entry about health."""

    text = words(
        _("What is to be written down?"), 600, required=True, rows=5,
        error_messages={"required": _("Write the entry")},
    )  # fmt: skip
    for_case_manager = forms.BooleanField(
        label=_("The case manager needs to know this"),
        required=False,
        help_text=_("Only then does anybody outside your service read it."),
    )
    medicine_until_at = moment(
        _("The medicine lasts until"),
        help_text=_("Leave it empty to keep what is recorded. For example, 20 8 2026 and 14:30."),
    )
    no_medicine = forms.BooleanField(label=_("No medicine is needed any more"), required=False)

    def prepare(self) -> None:
        """What nobody needs cannot end."""
        if self.case.person.medicine_until_at is None:
            del self.fields["no_medicine"]

    def clean(self) -> dict[str, Any]:
        """The end lies ahead, and there is one or none."""
        cleaned = super().clean() or self.cleaned_data
        self.not_in_past("medicine_until_at")
        if cleaned.get("no_medicine") and cleaned.get("medicine_until_at"):
            self.add_error("no_medicine", _("Either the medicine lasts until a day, or none is needed. Choose one"))
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Until when the medicine lasts only where that changes; None says that none is needed any more."""
        found = super().facts()
        if found.pop("no_medicine", False) is False and found["medicine_until_at"] is None:
            del found["medicine_until_at"]
        return found


class VoiceForm(PersonForm):
    """What the person says, passed on with permission."""

    kind = radio(_("What does the person want to say?"), VoiceKind, error=_("Choose what it is about"))
    text = words(_("In the person's own words"), 600)
    language = forms.ChoiceField(label=_("In which language?"), required=False)
    rating = forms.TypedChoiceField(
        label=_("How was the help?"),
        choices=[
            (1, _("1, bad")), (2, _("2, rather bad")), (3, _("3, neither good nor bad")), (4, _("4, rather good")), (5, _("5, good")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    permitted = forms.BooleanField(
        label=_("The person permits that this is passed on"),
        error_messages={"required": _("Ask the person first. Without permission nothing is passed on")},
    )

    def layout(self) -> Iterable[Any]:
        """The rating belongs to rating alone."""
        return (Choices("kind", reveals={VoiceKind.RATE.value: ["rating"]}), "text", "language", "permitted")

    def prepare(self) -> None:
        """Languages in the order of the reader's own."""
        self.fields["language"].choices = [("", "–"), *language_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Words, or a rating where it is one."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == VoiceKind.RATE:
            self.need("rating", _("Choose a number from 1 to 5"))
        elif cleaned.get("kind"):
            self.need("text", _("Write down what the person says"))
        return cleaned
