"""Filters of the lists: GET forms whose answer stands in the address and so survives a reload."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.countries import country_name, sort_key
from common.forms import form_helper
from referral.enums import CaseStage, NeedKind
from referral.models import Case, Institution

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


class PeopleFilters(_Filters):
    """People by code or code word, stage, cover, childhood, and who answers. `actor` is read from the keyword arguments.

    A stub of a past holder answers to search and to "who answers" alone: the rest is not hers to know.
    """

    q = django_filters.CharFilter(method="search", label=_("Code or code word"))
    stage = django_filters.ChoiceFilter(choices=CaseStage.choices, method="by_stage", label=_("Stage"), empty_label=ANY)
    covered = django_filters.ChoiceFilter(
        choices=(("yes", _("Covered")), ("no", _("Not covered now"))),
        method="by_cover",
        label=_("Cover"),
        empty_label=ANY,
    )
    child = django_filters.ChoiceFilter(
        choices=(("yes", _("Children and presumed children")), ("no", _("Adults"))),
        method="by_age",
        label=_("Age"),
        empty_label=ANY,
    )
    answers = django_filters.ChoiceFilter(
        choices=(("now", _("Our country answers now")), ("before", _("Our country answered before"))),
        method="by_holder", label=_("Who answers"), empty_label=ANY,
    )  # fmt: skip

    class Meta:
        model = Case
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, country_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country_code = country_code

    def search(self, cases: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Either code, in any case; spaces and dashes in a code do not count, and its letters O, I, L are digits."""
        text = value.strip()
        plain = text.upper().replace(" ", "").replace("-", "")
        as_code = plain.translate(str.maketrans("OIL", "011"))
        return cases.filter(Q(person__code_word__icontains=text) | Q(person__public_code__contains=as_code))

    def by_stage(self, cases: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return cases.filter(full=True, stage=value)

    def by_cover(self, cases: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return cases.filter(full=True, is_covered=value == "yes")

    def by_age(self, cases: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return cases.filter(full=True, is_minor=value == "yes")

    def by_holder(self, cases: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        ours = Q(holder__country_id=self.country_code)
        return cases.filter(ours) if value == "now" else cases.exclude(ours)


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
