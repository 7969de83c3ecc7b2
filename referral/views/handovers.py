"""A handover that was sent: one page for both sides, the confirmation after sending, and the one tap that acknowledges."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import Refusal
from referral.enums import Action, HandoverState
from referral.forms.acts import PressForm
from referral.pages.acts import WORDS
from referral.pages.handover import names_in
from referral.pages.handover_words import plain
from referral.pages.links import draft_url, handover_url
from referral.services import identity, lifecycle
from referral.views.access import ActorRequest, get_handover, requires
from referral.views.answers import say_done
from referral.views.handover_acts import ACKNOWLEDGE, VIEWS, page_of, times


@requires(Action.VIEW_HANDOVER)
@require_GET
def handover(request: ActorRequest, reference: str) -> HttpResponse:
    """Where it stands, who answers, what is due, what was disclosed, and what this side can do next."""
    found = get_handover(request, reference, Action.VIEW_HANDOVER)
    if found.state == HandoverState.DRAFT:
        return redirect(draft_url(found))
    context = {"page": page_of(request, found), "press": PressForm(**times(request, found))}
    return render(request, "referral/handover/handover.html", context)


@requires(Action.VIEW_HANDOVER)
@require_POST
def show_identity(request: ActorRequest, reference: str) -> HttpResponse:
    """The page with the identity that was sent, once: the record keeps who looked, and no address ever shows it."""
    found = get_handover(request, reference, Action.VIEW_HANDOVER)
    covered = page_of(request, found).covered if found.state != HandoverState.DRAFT else frozenset()
    if not covered:
        return redirect(handover_url(reference))
    try:
        opened = identity.show_sent(request.actor, found, covered)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(handover_url(reference))
    found = get_handover(request, reference, Action.VIEW_HANDOVER)
    context = {"page": page_of(request, found, opened), "press": PressForm(**times(request, found)), "looked": True}
    return render(request, "referral/handover/handover.html", context)


@requires(Action.VIEW_HANDOVER)
@require_GET
def sent(request: ActorRequest, reference: str) -> HttpResponse:
    """The confirmation after sending: the reference, and what happens next."""
    found = get_handover(request, reference, Action.OFFER)
    if found.state == HandoverState.DRAFT:
        return redirect(draft_url(found))
    return render(request, "referral/handover/sent.html", {"page": page_of(request, found)})


@requires(Action.ACKNOWLEDGE)
@require_http_methods(["GET", "POST"])
def acknowledge(request: ActorRequest, reference: str) -> HttpResponse:
    """One tap from the inbox or the page; for a country without a seat a form that names its officer."""
    found = get_handover(request, reference, Action.ACKNOWLEDGE)
    if found.outside:
        return ACKNOWLEDGE(request, reference)
    if request.method == "GET":
        return HttpResponseNotAllowed(["POST"])
    form = PressForm(request.POST, **times(request, found))
    submission: UUID | None = form.cleaned_data["submission"] if form.is_valid() else None
    try:
        outcome = lifecycle.apply(request.actor, found.pk, Action.ACKNOWLEDGE, submission=submission)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        done = plain(WORDS[Action.ACKNOWLEDGE].done, **names_in(found, getattr(found, "packet", None)))
        say_done(request, done, repeated=outcome.repeated)
    return redirect(handover_url(reference))


__all__ = ["VIEWS", "acknowledge", "handover", "sent", "show_identity"]
