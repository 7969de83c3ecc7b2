"""Intake: a person is found. Tonight comes first; nothing here waits for a status, an interpreter or a name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Choices
from referral.enums import AgeBasis, FoundBy, Indicator, Opinion, Sex, YesNoUnknown
from referral.forms.choices import all_countries
from referral.forms.fields import (
    Explained,
    FewCodesField,
    Section,
    line,
    moment,
    radio,
    ticks,
    words,
)
from referral.forms.person import PersonForm
from referral.languages import language_choices

AGE_SUMMARY = _("Why does the age matter so much?")
AGE_WHY = _(
    "Whoever may be under 18 is treated as a child until a named authority finds otherwise: the youngest plausible age "
    "decides. Somebody who says she is 16 and carries a passport that says 19 is a child here. A paper from a trafficker "
    "never changes that, and neither does anybody who edits a date."
)
BASIS_HINTS = {
    AgeBasis.DOCUMENT.value: _("Write down who gave the document. Traffickers supply papers too."),
    AgeBasis.STATEMENT.value: _("What the person says counts."),
    AgeBasis.ESTIMATE.value: _("Give a wide range."),
    AgeBasis.DISPUTED.value: _("A document and what the person says differ: presumed to be a child."),
}
LANGUAGE_LABELS = (_("Language spoken best"), _("Second language"), _("Third language"))
CITIZENSHIP_LABELS = (_("Citizenship"), _("Second citizenship"))
YEARS: dict[str, Any] = {"min_value": 0, "max_value": 110, "required": False}
SHORT = forms.NumberInput({"class": "width-4", "inputmode": "numeric"})


def age_field(label: Any) -> forms.IntegerField:
    """An age in years."""
    return forms.IntegerField(label=label, widget=SHORT, **YEARS)


def check_age_range(form: forms.Form) -> None:
    """Add an error when the youngest plausible age is above the oldest."""
    low, high = form.cleaned_data.get("age_low"), form.cleaned_data.get("age_high")
    if low is not None and high is not None and low > high:
        form.add_error("age_high", _("The oldest plausible age cannot be below the youngest"))


class IntakeForm(PersonForm):
    """Everything that is asked when a person is found. Only five answers are needed; the rest can wait."""

    safe_tonight = radio(
        _("Is the person safe tonight?"), YesNoUnknown, error=_("Say whether the person is safe tonight")
    )
    bed_until_at = moment(_("There is a bed until"))
    medicine_until_at = moment(_("The medicine lasts until"))
    call_tonight = line(
        _("Who to call tonight"), 200, help_text=_("A service and its number. Invented, like everything here.")
    )
    immediate_danger = forms.BooleanField(label=_("The person is in immediate danger"), required=False)
    held_by_security = forms.BooleanField(
        label=_(
            "A border or police service holds the person now. Release to protection is then due within 4 hours (exercise default)."
        ),
        required=False,
    )
    in_centre = forms.BooleanField(
        label=_(
            "The person has just come ashore or across the border and is in an arrival centre. The way on from there is then due "
            "within 72 hours (exercise default)."
        ),
        required=False,
    )
    found_by = radio(_("How was the person found?"), FoundBy, error=_("Say how the person was found"))
    languages = FewCodesField(
        language_choices,
        LANGUAGE_LABELS,
        label=_("Which languages does the person speak?"),
        required=True,
        error_messages={"required": _("Choose at least one language")},
    )
    needs_interpreter = forms.BooleanField(label=_("An interpreter is needed"), required=False)
    sex = radio(_("Sex"), Sex, initial=Sex.UNKNOWN)
    gender = line(_("Gender, in the person's own words"), 60)
    age_low = age_field(_("Youngest plausible age"))
    age_high = age_field(_("Oldest plausible age"))
    age_basis = radio(_("What does the age rest on?"), AgeBasis, error=_("Say what the age rests on"))
    maybe_child = forms.BooleanField(label=_("There are reasons to believe that the person is a child"), required=False)
    accompanied = radio(_("Is family with the person?"), YesNoUnknown, initial=YesNoUnknown.UNKNOWN)
    dependants = forms.IntegerField(
        label=_("Children or others who depend on the person"), min_value=0, max_value=30, required=False, widget=SHORT
    )
    citizenships = FewCodesField(all_countries, CITIZENSHIP_LABELS, label=_("Citizenship, if the person told you"))
    indicators = ticks(_("What did you see or hear?"), Indicator, help_text=_("One sign alone is never enough."))
    opinion = radio(_("What do you think?"), Opinion, required=False)
    interpreter_safe = forms.BooleanField(
        label=_("Whoever interpreted is not from the group or community that the person fears"), required=False
    )
    wishes = words(_("What does the person want?"), 600, help_text=_("In the person's own words where you can."))
    safe_contact = line(
        _("Safe way to contact"), 200, help_text=_("Through an institution, never the person's own phone.")
    )
    no_family_contact = forms.BooleanField(label=_("Do not contact the family"), required=False)
    adaptation = line(_("Adapted support"), 200, help_text=_("For example: step-free room, sign language."))
    name = line(_("Invented name"), 120, help_text=_("Kept apart from everything else and hidden on every page."))

    def prepare(self) -> None:
        """A first responder is not asked what her role does not read."""
        self.keep_to_role()

    def layout(self) -> Iterable[Any]:
        """Tonight first, then what cannot wait, then the rest."""
        return (
            Section(
                _("Tonight"),
                Choices("safe_tonight", reveals={"yes": ["bed_until_at"]}), "medicine_until_at", "call_tonight",
                lead=_("A safe night comes before every question below."),
            ),
            Section(_("Danger"), "immediate_danger", "held_by_security"),
            Section(_("How the person was found"), "found_by", "in_centre"),
            Section(_("Languages"), "languages", "needs_interpreter"),
            Section(
                _("Age and family"),
                "age_low", "age_high", Choices("age_basis", hints=BASIS_HINTS), "maybe_child", Explained(AGE_SUMMARY, AGE_WHY),
                "sex", "gender", "accompanied", "dependants", *self.present("citizenships"),
            ),
            Section(
                _("Quick screening"), "indicators", "opinion", "interpreter_safe",
                lead=_("An aid, never a decision. Help does not depend on it. You can also do it later."),
            ),
            Section(
                _("What the person wants"), "wishes", "safe_contact", "no_family_contact", "adaptation", "name",
            ),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Rules between answers."""
        cleaned = super().clean() or self.cleaned_data
        check_age_range(self)
        check_screening(self)
        if cleaned.get("safe_tonight") != YesNoUnknown.YES:
            cleaned["bed_until_at"] = None
        self.not_in_past("bed_until_at")
        self.not_in_past("medicine_until_at")
        cleaned["dependants"] = cleaned.get("dependants") or 0
        return cleaned


def check_screening(form: forms.Form) -> None:
    """Add an error when signs are ticked without saying what they mean to the screener."""
    if form.cleaned_data.get("indicators") and not form.cleaned_data.get("opinion"):
        form.add_error("opinion", _("You ticked what you saw. Say what you think"))
