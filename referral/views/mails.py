"""Mails sent: in the demonstration everybody can read what would have left."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from common import second_wall
from referral.enums import Action
from referral.pages.mails import mail_cards
from referral.selectors import mails as selectors
from referral.views.access import ActorRequest, requires
from referral.views.instant import instant

PER_PAGE = 25


@requires(Action.VIEW_MAILS)
@require_GET
def mails(request: ActorRequest) -> HttpResponse:
    """Every mail of the registry as it was sent, newest first. Outside demonstration mode there is no such page."""
    if not settings.DEMONSTRATION:
        raise Http404
    with second_wall.across("mails"):
        page = Paginator(selectors.mails(request.actor.registry_id), PER_PAGE).get_page(request.GET.get("page"))
        context = {"page": page, "mails": mail_cards(page), "zone": instant(request).zone}
    return render(request, "referral/mails/mails.html", context)
