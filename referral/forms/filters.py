"""Filters of the lists: GET forms whose answer stands in the address and so survives a reload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.countries import country_name, sort_key
from common.forms import form_helper
from referral.enums import CaseStage, NeedKind
from referral.models import Institution
from referral.selectors.people import Asked

ANY = pgettext_lazy("filter", "All")


class _Filters(django_filters.FilterSet):  # untyped library
    """A filter set whose form crispy draws."""

    @property
    def form(self) -> Any:
        """The form with the helper of all forms."""
        form = super().form
        form.helper = form_helper()
        form.helper.form_method = "get"
        return form


class PeopleFilters(forms.Form):
    """People by the beginning of a code or code word, by stage, cover, childhood, and who answers.

    A stub of a past holder answers to search and to "who answers" alone: the rest is not hers to know.
    """

    q = forms.CharField(
        label=_("Code or code word"), help_text=_("The beginning is enough."), max_length=40, required=False
    )
    stage = forms.ChoiceField(choices=[("", ANY), *CaseStage.choices], label=_("Stage"), required=False)
    covered = forms.ChoiceField(
        choices=[("", ANY), ("yes", _("Covered")), ("no", _("Not covered now"))], label=_("Cover"), required=False
    )
    child = forms.ChoiceField(
        choices=[("", ANY), ("yes", _("Children and presumed children")), ("no", _("Adults"))],
        label=_("Age"),
        required=False,
    )
    answers = forms.ChoiceField(
        choices=[("", ANY), ("now", _("Our country answers now")), ("before", _("Our country answered before"))],
        label=_("Who answers"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper()
        self.helper.form_method = "get"

    def asked(self) -> Asked:
        """What the reader looks for; an answer that no list offers counts as none."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return Asked(
            text=given.get("q", ""),
            stage=given.get("stage", ""),
            covered=_yes(given, "covered", "yes"),
            child=_yes(given, "child", "yes"),
            ours=_yes(given, "answers", "now"),
        )


class InboxFilters(forms.Form):
    """One kind of work alone. `kinds` are codes and words of what can be chosen."""

    only = forms.ChoiceField(label=_("Show"), required=False)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["only"].choices = [("", pgettext_lazy("inbox", "All work")), *kinds]  # type: ignore[attr-defined]
        self.helper = form_helper()
        self.helper.form_method = "get"


def _yes(given: Mapping[str, str], name: str, yes: str) -> bool | None:
    return given[name] == yes if name in given else None


class DirectoryFilters(_Filters):
    """Institutions by country and service."""

    country = django_filters.ChoiceFilter(field_name="country", label=_("Country"), empty_label=ANY)
    service = django_filters.ChoiceFilter(
        choices=NeedKind.choices, method="by_service", label=_("Service"), empty_label=ANY
    )

    class Meta:
        model = Institution
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted(((code, country_name(code)) for code in codes), key=lambda pair: sort_key(pair[1]))
        self.filters["country"].extra["choices"] = named

    def by_service(self, institutions: QuerySet[Institution], _name: str, value: str) -> QuerySet[Institution]:
        return institutions.filter(services__contains=[value])
