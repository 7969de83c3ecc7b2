"""Asking about a person elsewhere, and deciding as the one who answers for the person."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from referral.asking_states import request_acts
from referral.enums import Action, AskKind, PullState
from referral.forms.requests import AskForm, DecideForm
from referral.models import PullRequest
from referral.pages import requests as pages
from referral.pages.enquiries import between_tabs
from referral.policy import allowed
from referral.selectors import requests as selectors
from referral.selectors.inbox import Now, is_overdue
from referral.services import requests
from referral.views.access import ActorRequest, refuse, requires
from referral.views.answers import say_done
from referral.views.case_page import attempt
from referral.views.instant import instant
from referral.views.numbers import page_number


@requires(Action.SEEK)
@require_GET
def request_list(request: ActorRequest) -> HttpResponse:
    """What one's own institution asked, and what others ask about its people."""
    actor, ours, number = request.actor, request.GET.get("list") == "asked", page_number(request)
    context = {
        "tabs": between_tabs("asked" if ours else "held"),
        "ours": ours,
        "now": instant(request).at,
        "silence": pages.SILENCE,
        "number": number,
    }
    if ours:
        rows, more = selectors.asked_by(actor, number)
        context |= {"asked": pages.asked_lines(rows), "more": more}
    else:
        found = selectors.decided(actor, number)
        waiting = selectors.to_decide(actor) if number == 1 else []
        context |= {"waiting": pages.held_lines(waiting), "decided": pages.held_lines(found.rows), "more": found.more}
    return render(request, "referral/request/list.html", context)


@requires(Action.SEEK)
@require_http_methods(["GET", "POST"])
def ask(request: ActorRequest) -> HttpResponse:
    """Ask. The answer is the same for every code."""
    here = instant(request)
    form = AskForm(request.POST if request.method == "POST" else None, zone=here.zone, now=here.at)
    if form.is_valid():
        kind, key = AskKind(form.cleaned_data["kind"]), form.cleaned_data["submission"]
        outcome = attempt(form, lambda: requests.ask(request.actor, kind, form.facts(), submission=key))
        if outcome is not None:
            return redirect("referral:request_sent", outcome.request.reference)
    return render(request, "referral/request/new.html", {"form": form, "silence": pages.SILENCE})


@requires(Action.SEEK)
@require_GET
def sent(request: ActorRequest, reference: str) -> HttpResponse:
    """One's own request, as it was written."""
    try:
        found = selectors.asked(request.actor, reference)
    except PullRequest.DoesNotExist:
        raise Http404 from None
    context = {"found": found, "kind": AskKind(found.kind), "silence": pages.SILENCE, "zone": instant(request).zone}
    return render(request, "referral/request/sent.html", context)


@requires(Action.ANSWER_REQUEST)
@require_http_methods(["GET", "POST"])
def decide(request: ActorRequest, reference: str) -> HttpResponse:
    """The holder's decision. Whatever it is, nothing is said to the asker here."""
    found, here = _fetched(request, reference), instant(request)
    owed, refused = selectors.decision_due(found), selectors.must_not_reach(found)
    late = owed is not None and is_overdue(owed, Now(here.at, here.wall, here.registry.clock))
    page = pages.request_page(found, refused, here.at, here.zone, owed, late=late)
    posted = request.method == "POST"  # a posted form keeps every answer, so that a repeated one is recognised
    acts = request_acts(found.kind, PullState.OPEN) if posted else page.acts
    form = DecideForm(request.POST if posted else None, acts=acts, zone=here.zone, now=here.at)
    if form.is_valid():
        key = form.cleaned_data["submission"]
        outcome = attempt(form, lambda: requests.decide(request.actor, found.pk, form.facts(), submission=key))
        if outcome is not None:
            say_done(request, _("Decided. Nothing was said to the country that asks."), repeated=outcome.repeated)
            return redirect("referral:request", reference)
    return render(request, "referral/request/decide.html", {"page": page, "form": form})


def _fetched(request: ActorRequest, reference: str) -> PullRequest:
    try:
        found = selectors.request_to_holder(request.actor, reference)
    except PullRequest.DoesNotExist:
        raise Http404 from None
    if not allowed(request.actor, Action.ANSWER_REQUEST, found.case):
        refuse(Action.ANSWER_REQUEST)
    return found
