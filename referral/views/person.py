"""The pages of one person: today, needs, handovers, history, what was shared."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from referral.enums import Action, Compartment
from referral.pages import records
from referral.pages.continuity import drawn
from referral.pages.person import start_url, today
from referral.pages.timeline import entries
from referral.selectors.person import handovers
from referral.selectors.timeline import visible_events
from referral.views.access import ActorRequest, requires
from referral.views.case_page import person_page, viewed

EVENTS_PER_PAGE = 25


@requires(Action.VIEW_CASE)
@require_GET
def person(request: ActorRequest, code: str) -> HttpResponse:
    """Today. A past holder reads the code word, who answers now, and her own handovers."""
    view = viewed(request, code, whole=False)
    if not view.full:
        return person_page(request, view, "stub", "person", handovers=records.handovers(view))
    return person_page(
        request, view, "today", "person", today=today(view), drawn=drawn(view), received=records.received(view)
    )


@requires(Action.VIEW_CASE)
@require_GET
def needs(request: ActorRequest, code: str) -> HttpResponse:
    """Needs and services: provider, payer, from, to, funded until."""
    view = viewed(request, code, part=Compartment.D2)
    return person_page(request, view, "needs", "needs", care=records.care(view))


@requires(Action.VIEW_CASE)
@require_GET
def person_handovers(request: ActorRequest, code: str) -> HttpResponse:
    """Every handover of the person that the viewer may open."""
    view = viewed(request, code)
    return person_page(
        request, view, "handovers", "person_handovers", handovers=records.handovers(view), start_url=start_url(view)
    )


@requires(Action.VIEW_CASE)
@require_GET
def history(request: ActorRequest, code: str) -> HttpResponse:
    """The record, newest first, with both times."""
    view = viewed(request, code)
    rows = Paginator(visible_events(request.actor, view.case), EVENTS_PER_PAGE).get_page(request.GET.get("page"))
    urls = {row.reference: row.url for row in records.handovers(view)}
    places = {row.pk: urls[row.reference] for row in handovers(request.actor, view.case)}
    correct_url = (lambda event: view.url("correct", event.pk)) if view.may(Action.AMEND) else (lambda _event: "")
    shown = entries(rows, request.actor, view.zone, places, correct_url)
    return person_page(request, view, "history", "history", rows=rows, entries=shown)


@requires(Action.VIEW_CASE)
@require_GET
def shared(request: ActorRequest, code: str) -> HttpResponse:
    """What was shared, with whom, when and on which permission: the person's own page, ready to print."""
    view = viewed(request, code)
    return person_page(request, view, "shared", "shared", sharings=records.shared(view))
