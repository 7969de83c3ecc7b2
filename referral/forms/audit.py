"""What an audit and a coordinator look for: GET forms whose answer stands in the address; and what they write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.forms import DayMonthYearField, form_helper
from referral.enums import DeadlineKind, OverduePhrase
from referral.forms.acts import ActForm
from referral.forms.choices import dialogue_countries
from referral.forms.fields import radio, words
from referral.forms.filters import ANY
from referral.selectors.audit import Asked, Kind, cursor_of
from referral.selectors.stubs import Wanted

KINDS: Mapping[Kind, Promise] = {
    Kind.GLASS: pgettext_lazy("audit", "Break-glass openings"),
    Kind.SHARED: pgettext_lazy("audit", "Information shared"),
    Kind.SEEN: pgettext_lazy("audit", "Identity shown, and read under break-glass"),
    Kind.OVERRIDES: pgettext_lazy("audit", "Conditions set aside"),
    Kind.TWO_PEOPLE: pgettext_lazy("audit", "Acts of two people"),
    Kind.DENIED: pgettext_lazy("audit", "Refused attempts"),
    Kind.ASKED: pgettext_lazy("audit", "Requests about a person elsewhere"),
    Kind.ENQUIRED: pgettext_lazy("audit", "Enquiries for a place"),
}
REVIEWED: Mapping[str, bool] = {"no": False, "yes": True}


class _Narrowing(forms.Form):
    """A form that narrows a list: an answer that no list offers counts as none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", ANY), *dialogue_countries()]  # type: ignore[attr-defined]
        self.helper = form_helper()
        self.helper.form_method = "get"


class AuditFilters(_Narrowing):
    """Kind, days from and to, institution, country, code of the person, and whether it was reviewed."""

    kind = forms.ChoiceField(label=_("What"), required=False)
    person = forms.CharField(label=_("Code of the person"), max_length=24, required=False)
    institution = forms.ChoiceField(label=_("Institution"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    reviewed = forms.ChoiceField(
        label=_("Review"), choices=[("", ANY), ("no", _("Not reviewed yet")), ("yes", _("Reviewed"))], required=False
    )
    since = DayMonthYearField(label=pgettext_lazy("first day", "From"), required=False)
    until = DayMonthYearField(label=pgettext_lazy("last day", "To"), required=False)

    def __init__(self, *args: Any, institutions: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, words) for kind, words in KINDS.items()]  # type: ignore[attr-defined]
        self.fields["institution"].choices = [("", ANY), *((str(pk), name) for pk, name in institutions)]  # type: ignore[attr-defined]

    def asked(self, zone: str, after: str) -> Asked:
        """What the reader looks for, with days read in this zone; `after` is a cursor as it stands in the address."""
        self.is_valid()
        given = self.cleaned_data
        return Asked(
            kind=Kind(given.get("kind") or Kind.GLASS),
            since=given.get("since"),
            until=given.get("until"),
            zone=zone,
            country=given.get("country") or "",
            institution=int(given["institution"]) if given.get("institution") else None,
            person=given.get("person") or "",
            reviewed=REVIEWED.get(given.get("reviewed") or ""),
            after=cursor_of(after),
        )


class OverdueFilters(_Narrowing):
    """Kind of work and country."""

    kind = forms.ChoiceField(label=_("What"), choices=[("", ANY), *DeadlineKind.choices], required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)

    def wanted(self, after: str) -> Wanted:
        """What the reader looks for."""
        self.is_valid()
        given = self.cleaned_data
        return Wanted(given.get("kind") or "", given.get("country") or "", cursor_of(after))


class ReviewForm(ActForm):
    """What came of looking at a line."""

    free_text = ("remark",)
    remark = words(
        _("What did you find?"), 600, required=True,
        help_text=_("No names. Your own office reads this, and nobody else."),
        error_messages={"required": _("Write what you found")},
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """The remark, and the language of the page on which it was written."""
        return super().facts() | {"language": get_language() or ""}


class PhraseForm(ActForm):
    """One of the coded phrases. There is nothing to type."""

    phrase = radio(_("What do you want to say?"), OverduePhrase.choices, error=_("Choose what you want to say"))
