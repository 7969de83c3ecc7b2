"""The first screen of a role's own work."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from referral.enums import Action
from referral.pages.desk import desk_page
from referral.pages.desk_rows import At
from referral.selectors.inbox import Now
from referral.views.access import ActorRequest, requires
from referral.views.instant import instant


@requires(Action.VIEW_DESK)
@require_GET
def desk(request: ActorRequest) -> HttpResponse:
    """What there is to do for this role, list by list."""
    here = instant(request)
    now = Now(here.at, here.wall, here.registry.clock)
    context = {
        "page": desk_page(At(request.actor, now, here.zone)),
        "now": here.at,
        "zone": here.zone,
        "submission": uuid4,  # called for each item, so that two buttons of one page are two acts
    }
    return render(request, "referral/desk/desk.html", context)
