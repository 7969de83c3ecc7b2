"""What an audit looks for: a GET form whose answer stands in the address."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import DayMonthYearField, form_helper
from referral.forms.choices import dialogue_countries
from referral.forms.filters import ANY
from referral.selectors.audit import Asked, Kind

KINDS: Mapping[Kind, Promise] = {
    Kind.SHARED: pgettext_lazy("audit", "Information shared"),
    Kind.SEEN: pgettext_lazy("audit", "Identity shown"),
    Kind.TWO_PEOPLE: pgettext_lazy("audit", "Acts of two people and overrides"),
    Kind.ASKED: pgettext_lazy("audit", "Requests about a person elsewhere"),
    Kind.ENQUIRED: pgettext_lazy("audit", "Enquiries for a place"),
}


class AuditFilters(forms.Form):
    """Kind, day and country."""

    kind = forms.ChoiceField(label=_("What"), required=False)
    day = DayMonthYearField(label=_("Day"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["kind"].choices = [(kind.value, words) for kind, words in KINDS.items()]  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", ANY), *dialogue_countries()]  # type: ignore[attr-defined]
        self.helper = form_helper()
        self.helper.form_method = "get"

    def asked(self, zone: str) -> Asked:
        """What the reader looks for; an answer that no list offers counts as none."""
        self.is_valid()
        given = self.cleaned_data
        return Asked(Kind(given.get("kind") or Kind.SHARED), given.get("day"), zone, given.get("country") or "")
