"""The directory of the registry."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from referral.enums import Action
from referral.forms.filters import DirectoryFilters
from referral.pages.directory import countries
from referral.selectors import directory as selectors
from referral.views.access import ActorRequest, requires
from referral.views.instant import instant


@requires(Action.VIEW_DIRECTORY)
@require_GET
def directory(request: ActorRequest) -> HttpResponse:
    """Countries with focal points, institutions, services, free places and languages."""
    rows = selectors.institutions(request.actor.registry_id)
    found = DirectoryFilters(request.GET, rows, codes=selectors.country_codes(request.actor.registry_id))
    here = instant(request)
    context = {"filters": found.form, "countries": countries(found.qs), "now": here.at}
    return render(request, "referral/directory/directory.html", context)
