"""The list of people."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from referral.enums import Action
from referral.forms.filters import PeopleFilters
from referral.pages.people import counted, person_rows
from referral.policy import allowed
from referral.selectors.people import Asked, find
from referral.views.access import ActorRequest, requires
from referral.views.instant import instant
from referral.views.numbers import page_number


@requires(Action.VIEW_LIST)
@require_GET
def people(request: ActorRequest) -> HttpResponse:
    """Everybody whom the actor may see, newest first, filtered by the address, 25 to a page."""
    actor, at = request.actor, instant(request).at
    filters = PeopleFilters(request.GET)
    asked = filters.asked()
    found = find(actor, at, asked, page_number(request))
    context = {
        "filters": filters,
        "filtered": asked != Asked(),
        "found": found,
        "counted": counted(found),
        "people": person_rows(found.rows, actor, at),
        "may_open": allowed(actor, Action.OPEN_CASE),
        "now": at,
    }
    return render(request, "referral/people/people.html", context)
