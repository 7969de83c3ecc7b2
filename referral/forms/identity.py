"""Recording who the person is. The form shows nothing of what is recorded: writing is no reason to look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from referral.enums import Compartment
from referral.fieldmap import compartment_of
from referral.forms.fields import line, ticks
from referral.forms.person import PersonForm
from referral.policy import reads
from referral.services.identity import WRITTEN

LABELS: Mapping[str, Promise] = {
    "name": _("Invented name"),
    "birth_date": _("Birth date"),
    "contact": _("Contact"),
    "exact_location": _("Exact location"),
}
"""The fields of the identity in words, on forms and pages."""


class IdentityForm(PersonForm):
    """Name, contact and, for those who read it, the exact location. An empty answer keeps what is recorded."""

    not_questioned = ("contact", "exact_location")
    name = line(LABELS["name"], 120)
    contact = line(
        LABELS["contact"],
        200,
        help_text=_("Invented too. Nothing is ever sent there: the system writes to institutions only."),
    )
    exact_location = line(LABELS["exact_location"], 200, help_text=_("It never leaves your country."))
    removed = ticks(_("Remove what is recorded"), ())

    def prepare(self) -> None:
        """Only what the role reads; what is recorded stays covered and can be removed."""
        identity = getattr(self.case.person, "identity", None)
        recorded = identity.recorded() if identity is not None else frozenset()
        for name in WRITTEN:
            if not reads(self.actor.role, Compartment(compartment_of("PersonIdentity", name))):
                del self.fields[name]
        choices = [(name, LABELS[name]) for name in WRITTEN if name in self.fields and name in recorded]
        if choices:
            self.fields["removed"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["removed"]

    def clean(self) -> dict[str, Any]:
        """The facts that the service takes: field → new value, empty for what is removed; the others are left out."""
        cleaned = super().clean() or self.cleaned_data
        removed = cleaned.pop("removed", None) or ()
        for name in WRITTEN:
            if name in removed and cleaned.get(name):
                self.add_error(name, _("Write a new one or remove the old one, not both"))
            elif not cleaned.get(name) and name not in removed:
                cleaned.pop(name, None)
        if not self.errors and not any(name in cleaned for name in WRITTEN):
            raise forms.ValidationError(_("Write what is to change, or choose what to remove."))
        return cleaned
