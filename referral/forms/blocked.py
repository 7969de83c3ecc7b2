"""Whom the person keeps out: a country or an institution is added, and let learn again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.countries import country_name
from common.forms import Choices
from referral.forms.choices import dialogue_countries
from referral.forms.fields import line, radio
from referral.forms.person import PersonForm
from referral.models import Institution

WHOM = [
    ("country", pgettext_lazy("kept out", "A whole country")),
    ("institution", pgettext_lazy("kept out", "One institution")),
]


class InstitutionAbroadField(forms.ModelChoiceField):
    """An institution of any country of the registry, named after its country."""

    def label_from_instance(self, obj: Any) -> str:
        """Country first, because the list stands in that order."""
        if not obj.country_id:
            return str(obj.name)
        named = pgettext("an institution", "%(country)s: %(name)s")
        return named % {"country": country_name(obj.country_id), "name": obj.name}


class BlockForm(PersonForm):
    """A country or an institution that must never learn of the situation. Whoever answers is not among them."""

    whom = radio(_("Who must never learn of it?"), WHOM, error=_("Choose a country or one institution"))
    country = forms.ChoiceField(label=_("Which country?"), required=False)
    institution = InstitutionAbroadField(
        Institution.objects.none(),
        label=_("Which institution?"),
        empty_label=_("Choose an institution"),
        required=False,
        help_text=_("A national focal point stands for its whole country."),
    )
    reason = line(
        _("Why?"), 200, required=True,
        help_text=_("In the person's own words where you can, without names. “The person asked for it” is enough."),
        error_messages={"required": _("Write down why, or that the person asked for it")},
    )  # fmt: skip

    def prepare(self) -> None:
        """Everybody but whoever answers for the person, and who is kept out already."""
        holder, rows = self.case.holder, self.case.person.blocked.all()
        known = {row.country_id for row in rows} | {holder.country_id if holder else None}
        countries = [pair for pair in dialogue_countries() if pair[0] not in known]
        self.fields["country"].choices = [("", _("Choose a country")), *countries]  # type: ignore[attr-defined]
        kept_out = [row.institution_id for row in rows if row.institution_id]
        others = Institution.objects.filter(registry_id=self.actor.registry_id).exclude(pk__in=kept_out)
        self.fields["institution"].queryset = others.exclude(pk=self.case.holder_id)  # type: ignore[attr-defined]

    def layout(self) -> Iterable[Any]:
        """Each answer with its list inside."""
        return (Choices("whom", reveals={"country": ["country"], "institution": ["institution"]}), "reason")

    def clean(self) -> dict[str, Any]:
        """The list under the answer that was chosen counts; the other one does not."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("whom") == "country":
            self.need("country", _("Choose a country"))
            cleaned["institution"] = None
        elif cleaned.get("whom") == "institution":
            self.need("institution", _("Choose an institution"))
            cleaned["country"] = ""
        return cleaned

    def facts(self) -> dict[str, Any]:
        """Country, institution, reason."""
        return {name: value for name, value in super().facts().items() if name != "whom"}


class LiftForm(PersonForm):
    """Somebody may learn of the situation again."""

    reason = line(
        _("What did the person say?"), 200, required=True,
        help_text=_("In the person's own words where you can, without names."),
        error_messages={"required": _("Write down what the person said")},
    )  # fmt: skip
