"""The first screen of a role's own work, and the audit list."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from referral.enums import Action
from referral.forms.audit import AuditFilters
from referral.pages.audit import LEAD, audit_rows
from referral.pages.desk import desk_page
from referral.pages.desk_rows import At
from referral.selectors import audit as records
from referral.selectors.inbox import Now
from referral.views.access import ActorRequest, requires
from referral.views.instant import instant
from referral.views.numbers import page_number


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


@requires(Action.VIEW_AUDIT)
@require_GET
def audit(request: ActorRequest) -> HttpResponse:
    """Who shared, saw, proposed and asked, filtered by the address, 25 to a page."""
    here = instant(request)
    filters = AuditFilters(request.GET or None)
    asked = filters.asked(here.zone) if filters.is_bound else records.Asked()
    found = records.find(request.actor, asked, page_number(request))
    context = {
        "filters": filters,
        "found": found,
        "rows": audit_rows(asked.kind, found.rows),
        "zone": here.zone,
        "lead": LEAD,
    }
    return render(request, "referral/desk/audit.html", context)
