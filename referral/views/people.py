"""The list of people."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from referral.enums import Action
from referral.forms.filters import PeopleFilters
from referral.pages.people import person_rows
from referral.policy import allowed
from referral.selectors import people as selectors
from referral.views.access import ActorRequest, requires
from referral.views.instant import instant


@requires(Action.VIEW_LIST)
@require_GET
def people(request: ActorRequest) -> HttpResponse:
    """Everybody whom the actor may see, newest first, filtered by the address, 25 to a page."""
    actor, at = request.actor, instant(request).at
    found = PeopleFilters(request.GET, selectors.people(actor, at), country_code=actor.country_code)
    page = Paginator(selectors.for_rows(found.qs), selectors.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filters": found.form,
        "filtered": any(found.form.cleaned_data.values()) if found.form.is_valid() else False,
        "page": page,
        "people": person_rows(page, actor, at),
        "may_open": allowed(actor, Action.OPEN_CASE),
        "now": at,
    }
    return render(request, "referral/people/people.html", context)
