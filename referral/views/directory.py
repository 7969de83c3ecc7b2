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
    """Focal points of all countries; with a filter, every institution that fits with services, free places, languages."""
    rows = selectors.institutions(request.actor.registry_id)
    found = DirectoryFilters(request.GET, rows, codes=selectors.country_codes(request.actor.registry_id))
    here = instant(request)
    chosen = found.form.is_valid() and any(found.form.cleaned_data.values())
    context = {"filters": found.form, "countries": countries(found.qs), "overview": not chosen, "now": here.at}
    return render(request, "referral/directory/directory.html", context)
