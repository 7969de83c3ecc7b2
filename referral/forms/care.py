"""Who does what for the person: needs, services, institutions that work on the case, release, taking the case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from referral.enums import AssignmentKind, InstitutionKind, NeedKind, ServiceState, Urgency
from referral.errors import ClosedPlacement
from referral.forms.choices import WORKS_AS, home_institutions
from referral.forms.fields import line, moment, radio
from referral.forms.person import PersonForm
from referral.models import Institution
from referral.safeguards import forbids_detention, is_closed_placement
from referral.selectors.facts import safeguards

CHOOSE = _("Choose")


class NeedForm(PersonForm):
    """A need, by urgency."""

    kind = radio(_("What does the person need?"), NeedKind, error=_("Choose a need"))
    urgency = radio(_("How soon?"), Urgency, initial=Urgency.STANDARD)
    note = line(_("Note"), 200)


class ServiceForm(PersonForm):
    """A service: provider, payer, from, to, funded until."""

    kind = radio(_("Service"), NeedKind, error=_("Choose a service"))
    provider = forms.ModelChoiceField(
        Institution.objects.none(),
        label=_("Who provides it?"),
        empty_label=CHOOSE,
        error_messages={"required": _("Choose who provides it")},
        help_text=_(
            "A service that gives a place to sleep is told, and sees the case from then on as far as its role reads."
        ),
    )
    payer = line(_("Who pays?"), 120)
    state = radio(
        _("Where does it stand?"),
        [choice for choice in ServiceState.choices if choice[0] != ServiceState.ENDED],
        initial=ServiceState.RUNNING,
    )
    since_at = moment(_("From"), help_text=_("Leave it empty for now. For example, 20 8 2026 and 14:30."))
    until_at = moment(_("To"))
    funded_until_at = moment(_("Funded until"))

    def prepare(self) -> None:
        """Institutions of the actor's country."""
        _offer_institutions(self, "provider")

    def clean(self) -> dict[str, Any]:
        """A service ends after it begins, and a bed is no cell for whoever must not be detained."""
        cleaned = super().clean() or self.cleaned_data
        kind, provider = cleaned.get("kind"), cleaned.get("provider")
        if kind and provider and is_closed_placement(kind, provider.kind) and forbids_detention(safeguards(self.case)):
            self.add_error("provider", ClosedPlacement.sentence)
        since = cleaned.get("since_at") or self.now
        for name in ("until_at", "funded_until_at"):
            if cleaned.get(name) and cleaned[name] < since:
                self.add_error(name, _("This lies before the service begins. Check the day and the time"))
        return cleaned


class EndServiceForm(PersonForm):
    """A service ends, with a reason."""

    end_reason = line(
        _("Why does it end?"), 200, required=True, error_messages={"required": _("Say why the service ends")}
    )
    until_at = moment(_("When does it end?"), help_text=_("Leave it empty for now. For example, 20 8 2026 and 14:30."))


class AssignForm(PersonForm):
    """Ask an institution at home to work on the case."""

    kind = radio(
        _("What do you ask for?"),
        [choice for choice in AssignmentKind.choices if choice[0] in WORKS_AS],
        error=_("Choose what you ask for"),
    )
    institution = forms.ModelChoiceField(
        Institution.objects.none(),
        label=_("Which institution?"),
        empty_label=CHOOSE,
        error_messages={"required": _("Choose an institution")},
    )
    person_permits = forms.BooleanField(
        label=_("The person permits it"), required=False, help_text=_("Needed for a survivor adviser.")
    )

    def prepare(self) -> None:
        """Institutions that may work on a case."""
        kinds = {kind for listed in WORKS_AS.values() for kind in listed}
        _offer_institutions(self, "institution", kinds)

    def clean(self) -> dict[str, Any]:
        """The kind of institution has to fit the work."""
        cleaned = super().clean() or self.cleaned_data
        institution, kind = cleaned.get("institution"), cleaned.get("kind")
        if institution and kind and institution.kind not in WORKS_AS[kind]:
            self.add_error("institution", _("This institution does not do this work. Choose another one"))
        if kind == AssignmentKind.ADVISER:
            self.need(
                "person_permits", _("An adviser works with the person's own permission only. Ask the person first")
            )
        return cleaned


class TellChildProtectionForm(PersonForm):
    """Tell child protection of a child or a presumed minor."""

    institution = forms.ModelChoiceField(
        Institution.objects.none(),
        label=_("Which child protection service?"),
        empty_label=CHOOSE,
        error_messages={"required": _("Choose a service")},
    )

    def prepare(self) -> None:
        """Child protection of the actor's country; the only one is chosen already."""
        _offer_institutions(self, "institution", (InstitutionKind.CHILD_PROTECTION,))
        found = self.fields["institution"].queryset  # type: ignore[attr-defined]
        if found.count() == 1:
            self.fields["institution"].initial = found.get().pk


class ReleaseForm(PersonForm):
    """Release from border or security to protection, with its certificate."""

    certificate = line(
        _("Number of the certificate"),
        40,
        required=True,
        error_messages={"required": _("Enter the number of the certificate")},
    )


class TakeForm(PersonForm):
    """Nothing to fill in: the button alone."""


def _offer_institutions(form: PersonForm, name: str, kinds: Iterable[str] = ()) -> None:
    keys = [institution.pk for institution in home_institutions(form.actor, kinds)]
    form.fields[name].queryset = Institution.objects.filter(pk__in=keys)  # type: ignore[attr-defined]
