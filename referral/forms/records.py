"""What is recorded about a person later: each form one act of `referral.services.care` or `intake`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import Choices, DayMonthYearField
from referral.enums import (
    AgeBasis,
    Compartment,
    Indicator,
    LegalTrackKind,
    LegalTrackState,
    Opinion,
    RiskDomain,
    RiskLevel,
    Sex,
    WhereaboutsKind,
    YesNoUnknown,
)
from referral.forms import intake
from referral.forms.choices import all_countries, dialogue_countries
from referral.forms.fields import (
    Explained,
    FewCodesField,
    FewWidget,
    Section,
    line,
    moment,
    radio,
    ticks,
    words,
)
from referral.forms.person import PersonForm
from referral.languages import language_choices
from referral.policy import reads
from referral.services.care.child import PARTS, written_by
from referral.tracks import kept_by

WEIGHT = [
    (1, pgettext_lazy("risk weight", "Low")),
    (2, pgettext_lazy("risk weight", "Medium")),
    (3, pgettext_lazy("risk weight", "High")),
]


class TonightForm(PersonForm):
    """Safe tonight, bed until, medicine until, who to call."""

    safe_tonight = radio(
        _("Is the person safe tonight?"), YesNoUnknown, error=_("Say whether the person is safe tonight")
    )
    bed_until_at = moment(_("There is a bed until"))
    medicine_until_at = moment(_("The medicine lasts until"))
    call_tonight = line(_("Who to call tonight"), 200)

    def layout(self) -> Iterable[Any]:
        """The bed belongs to the answer yes."""
        return (Choices("safe_tonight", reveals={"yes": ["bed_until_at"]}), "medicine_until_at", "call_tonight")

    def prepare(self) -> None:
        """Show what is known now."""
        _known(self, self.case.person)

    def clean(self) -> dict[str, Any]:
        """A bed exists only for somebody who is safe tonight, and lies ahead."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("safe_tonight") != YesNoUnknown.YES:
            cleaned["bed_until_at"] = None
        self.not_in_past("bed_until_at")
        return cleaned


class DangerForm(PersonForm):
    """Danger now: who can be called, and until when somebody stays."""

    call_tonight = line(
        _("Who was called, or who can be called now"),
        200,
        required=True,
        error_messages={"required": _("Write down who was called or can be called")},
    )

    def prepare(self) -> None:
        """The number that is known already."""
        _known(self, self.case.person)


class FactsForm(PersonForm):
    """Facts about the person that may turn out to be different, with the same questions as at intake."""

    languages = FewCodesField(
        language_choices, intake.LANGUAGE_LABELS, label=_("Which languages does the person speak?")
    )
    needs_interpreter = forms.BooleanField(label=_("An interpreter is needed"), required=False)
    age_low = intake.age_field(_("Youngest plausible age"))
    age_high = intake.age_field(_("Oldest plausible age"))
    age_basis = radio(_("What does the age rest on?"), AgeBasis, error=_("Say what the age rests on"))
    maybe_child = forms.BooleanField(label=_("There are reasons to believe that the person is a child"), required=False)
    birth_date = DayMonthYearField(
        label=_("Birth date, when the person knows it"),
        required=False,
        help_text=_("On the eighteenth birthday the person's own decision is asked for. For example, 14 3 2009."),
    )
    no_birth_date = forms.BooleanField(label=_("Remove the birth date that is recorded"), required=False)
    sex = radio(_("Sex"), Sex)
    gender = line(_("Gender, in the person's own words"), 60)
    accompanied = radio(_("Is family with the person?"), YesNoUnknown)
    dependants = forms.IntegerField(
        label=_("Children or others who depend on the person"),
        min_value=0,
        max_value=30,
        required=False,
        widget=intake.SHORT,
    )
    citizenships = FewCodesField(
        all_countries, intake.CITIZENSHIP_LABELS, label=_("Citizenship, if the person told you")
    )
    feared_countries = FewCodesField(
        all_countries,
        (_("Country the person fears"), _("Second country")),
        label=_("Is there a country the person fears?"),
        help_text=_("Nothing is ever sent to such a country."),
    )
    wishes = words(_("What does the person want?"), 600, help_text=_("In the person's own words where you can."))
    safe_contact = line(
        _("Safe way to contact"), 200, help_text=_("Through an institution, never the person's own phone.")
    )
    no_family_contact = forms.BooleanField(label=_("Do not contact the family"), required=False)
    adaptation = line(_("Adapted support"), 200)

    def layout(self) -> Iterable[Any]:
        """What the person wants comes first."""
        countries = self.present("citizenships", "feared_countries")
        return (
            Section(_("What the person wants"), "wishes", "safe_contact", "no_family_contact", "adaptation"),
            Section(_("Languages"), "languages", "needs_interpreter"),
            Section(
                _("Age and family"), "age_low", "age_high", Choices("age_basis", hints=intake.BASIS_HINTS), "maybe_child",
                *self.present("birth_date", "no_birth_date"), Explained(intake.AGE_SUMMARY, intake.AGE_WHY), "sex", "gender", "accompanied", "dependants",
            ),
            *([Section(_("Countries"), *countries)] if countries else []),
        )  # fmt: skip

    def prepare(self) -> None:
        """Show what is known now."""
        self.keep_to_role()
        _known(self, self.case.person)
        identity = getattr(self.case.person, "identity", None)
        recorded = identity is not None and "birth_date" in identity.recorded()
        if not reads(self.actor.role, Compartment.D1):
            del self.fields["birth_date"]
        elif recorded:
            # It stays covered: a form that showed it would be a look at the identity that nobody asked for.
            self.fields["birth_date"].help_text = _(
                "A birth date is recorded and stays hidden here. Leave this empty to keep it."
            )
        if not recorded or "birth_date" not in self.fields:
            del self.fields["no_birth_date"]

    def clean(self) -> dict[str, Any]:
        """Rules between answers."""
        cleaned = super().clean() or self.cleaned_data
        intake.check_age_range(self)
        if cleaned.get("birth_date") and cleaned["birth_date"] > self.now.date():
            self.add_error("birth_date", _("This day has not come yet. Check the date"))
        if not cleaned.get("birth_date"):
            removed = cleaned.get("no_birth_date")
            cleaned = {k: v for k, v in cleaned.items() if k != "birth_date"} | (
                {"birth_date": None} if removed else {}
            )
        cleaned["dependants"] = cleaned.get("dependants") or 0
        return cleaned


class ScreeningForm(PersonForm):
    """The short list of twelve. An aid, never a decision."""

    indicators = ticks(_("What did you see or hear?"), Indicator, help_text=_("One sign alone is never enough."))
    opinion = radio(_("What do you think?"), Opinion, error=_("Say what you think"))
    interpreter_safe = forms.BooleanField(
        label=_("Whoever interpreted is not from the group or community that the person fears"), required=False
    )
    note = words(_("Note"), 600)


class RiskForm(PersonForm):
    """Likelihood and harm per domain, the person's own fears, what is done about it."""

    level = radio(_("Taken together, the risk is"), RiskLevel, error=_("Choose the level of risk"))
    receiving_country = forms.ChoiceField(
        label=_("Receiving country, if a move is planned"),
        required=False,
        help_text=_("A handover needs an assessment that covers its receiving country."),
    )
    fears = words(_("What does the person fear?"), 600, help_text=_("In the person's own words where you can."))
    measures = words(_("What is done about it?"), 600)

    def prepare(self) -> None:
        """One pair of questions per domain."""
        self.fields["receiving_country"].choices = [("", _("No move is planned")), *dialogue_countries()]  # type: ignore[attr-defined]
        labels = (_("How likely"), _("How grave"))
        for domain in RiskDomain:
            field = FewCodesField(_weights, labels, label=domain.label)
            field.widget = _TwoWeights(labels)
            field.clean = _as_they_stand  # type: ignore[method-assign]
            field.fill()
            self.fields[f"domain_{domain}"] = field

    def layout(self) -> Iterable[Any]:
        """Fears first, then the domains, then the level."""
        domains = [f"domain_{domain}" for domain in RiskDomain]
        return (
            "fears",
            Section(_("Where the risk comes from"), *domains, lead=_("Leave out what you cannot judge.")),
            Section(_("Taken together"), "level", "measures", "receiving_country"),
        )

    def facts(self) -> dict[str, Any]:
        """The domains as the assessment keeps them: domain → [likelihood, harm]."""
        found = super().facts()
        pairs = {domain.value: found.pop(f"domain_{domain}") for domain in RiskDomain}
        found["domains"] = {domain: [int(weight) for weight in pair] for domain, pair in pairs.items() if pair}
        return found

    def clean(self) -> dict[str, Any]:
        """Half a pair says nothing."""
        cleaned = super().clean() or self.cleaned_data
        for domain in RiskDomain:
            pair = cleaned.get(f"domain_{domain}") or []
            if len(pair) == 1:
                self.add_error(f"domain_{domain}", _("Say both how likely and how grave, or neither"))
        return cleaned


def _weights() -> list[tuple[str, Any]]:
    return [(str(weight), word) for weight, word in WEIGHT]


def _as_they_stand(value: Any) -> list[str]:
    return [weight for weight in (value or ()) if weight in ("1", "2", "3")]


class _TwoWeights(FewWidget):
    """Likelihood and harm beside each other."""

    def __init__(self, labels: Any) -> None:
        super().__init__(2, labels)


OF_A_HANDOVER = (WhereaboutsKind.ARRIVED, WhereaboutsKind.DIED)
"""What the acts of a handover write: an arrival is confirmed, and a death needs a second person."""


class WhereaboutsForm(PersonForm):
    """Where the person is, and since when."""

    kind = radio(
        _("Where is the person?"),
        [choice for choice in WhereaboutsKind.choices if choice[0] not in OF_A_HANDOVER],
        error=_("Say where the person is"),
    )
    country = forms.ChoiceField(label=_("In which country?"))
    happened_at = moment(_("Since when?"), help_text=_("Leave it empty for now. For example, 20 8 2026 and 14:30."))
    support_running = forms.BooleanField(label=_("Support is running there"), required=False)

    def prepare(self) -> None:
        """The actor's own country first in mind."""
        self.fields["country"].choices = dialogue_countries()  # type: ignore[attr-defined]
        self.fields["country"].initial = self.actor.country_code

    def clean(self) -> dict[str, Any]:
        """Nothing is recorded about the future."""
        cleaned = super().clean() or self.cleaned_data
        self.not_in_future("happened_at")
        return cleaned


class LegalForm(PersonForm):
    """A legal track beside the case."""

    kind = radio(_("Track"), LegalTrackKind, error=_("Choose a track"))
    state = radio(_("Where does it stand?"), LegalTrackState, error=_("Say where it stands"))
    runs_until_at = moment(
        _("The time of reflection runs until"),
        help_text=_("Leave it empty for the days that your country gives. For example, 20 8 2026 and 14:30."),
    )
    reference = line(_("Outside reference"), 60, help_text=_("The number that the court or authority uses."))
    origin_contact_asked_by_person = forms.BooleanField(
        label=_("After independent legal advice, the person asked for contact with the country of origin"),
        required=False,
    )

    def layout(self) -> Iterable[Any]:
        """Only a time of reflection ends by itself."""
        reflection = {LegalTrackKind.REFLECTION.value: self.present("runs_until_at")}
        asked = self.present("origin_contact_asked_by_person")
        return (
            Choices("kind", reveals=reflection if self.present("runs_until_at") else {}),
            "state",
            "reference",
            *asked,
        )

    def prepare(self) -> None:
        """A liaison records the tracks of its own law."""
        kinds = kept_by(self.actor.role)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        if LegalTrackKind.REFLECTION not in kinds:
            del self.fields["runs_until_at"], self.fields["origin_contact_asked_by_person"]

    def clean(self) -> dict[str, Any]:
        """The day of its end lies ahead, and belongs to a time of reflection."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") != LegalTrackKind.REFLECTION:
            cleaned["runs_until_at"] = None
        self.not_in_past("runs_until_at")
        return cleaned


class ChildForm(PersonForm):
    """What a child's case needs before a border is crossed; written by child protection, the view by the guardian too."""

    guardian = line(_("Guardian"), 120, help_text=_("A named person or office."))
    guardian_conflict_checked = forms.BooleanField(
        label=_("Checked: the guardian has no conflict of interest"), required=False
    )
    child_view = words(
        _("The child's own view"), 600, help_text=_("In the child's own words where you can."),
        error_messages={"required": _("Write down what the child says")},
    )  # fmt: skip
    assessed = forms.BooleanField(label=_("The best-interests assessment is written"), required=False)
    determined = forms.BooleanField(label=_("The best-interests determination is made"), required=False)

    def prepare(self) -> None:
        """Show what stands in the file now, as far as the role writes it. Whoever writes the view alone writes it."""
        file, written = getattr(self.case, "child_file", None), written_by(self.actor.role)
        if file is not None:
            _known(self, file)
            self.fields["assessed"].initial = file.assessment_at is not None
            self.fields["determined"].initial = file.determination_at is not None
        for name in set(PARTS) - {*written}:
            del self.fields[name]
        self.fields["child_view"].required = written == ("child_view",)


def _known(form: PersonForm, row: Any) -> None:
    for name, field in form.fields.items():
        if name not in ("submission", "version") and hasattr(row, name):
            field.initial = getattr(row, name)
