"""A place in the receiving country: who confirmed it, or, in danger, two people who go on without it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from referral.enums import Action, Gate
from referral.forms import drafts as forms
from referral.forms.acts import PressForm
from referral.models import Handover
from referral.pages import draft_steps as pages
from referral.pages.links import draft_url
from referral.selectors import drafts as reads
from referral.services import lifecycle
from referral.views.access import ActorRequest
from referral.views.answers import Refused, attempt
from referral.views.drafts import form_of, hidden, of_draft, show_step
from referral.views.instant import instant


@of_draft("GET", "POST")
def place(request: ActorRequest, found: Handover) -> HttpResponse:
    """Who in the receiving country confirmed a place."""
    zone = instant(request).zone
    form = form_of(request, found, forms.PlaceForm, {"capacity_confirmed_by": found.capacity_confirmed_by})
    return show_step(
        request, found, form, "place", confirmed_at=found.capacity_confirmed_at, danger=found.case.immediate_danger,
        proposed=pages.proposed_override(reads.open_override(found), zone),
        overrides=pages.overrides_of(found, reads.people_who_overrode(found), zone),
    )  # fmt: skip


@of_draft("GET", "POST")
def without_place(request: ActorRequest, found: Handover) -> HttpResponse:
    """One person says why it cannot wait; a second one of the institution confirms it."""
    proposal = reads.open_override(found)
    own = proposal is not None and proposal.proposed_by_id == request.actor.user_id
    form = form_of(request, found, PressForm if proposal else forms.OverrideForm)

    def act() -> Any:
        facts = {} if proposal else {"gate": Gate.CAPACITY, **form.facts()}
        return lifecycle.apply(request.actor, found.pk, Action.OVERRIDE, facts, **hidden(form))

    done = (
        _("Confirmed by two people.") if proposal else _("Proposed. A second person of your institution confirms it.")
    )
    return show_step(
        request, found, form, "without_place", act=act, done=done, onward=draft_url(found, "place"), own=own,
        danger=found.case.immediate_danger, drop_key=uuid4(),
        proposed=pages.proposed_override(proposal, instant(request).zone),
    )  # fmt: skip


@of_draft("POST")
def drop_override(request: ActorRequest, found: Handover) -> HttpResponse:
    """Somebody of the institution does not go on with what was proposed."""
    proposal, form = reads.open_override(found), form_of(request, found, PressForm)
    onward = draft_url(found, "place")
    if proposal is None or not form.is_valid():
        return redirect(onward)

    def act() -> Any:
        facts = {"proposal": proposal.pk}
        return lifecycle.apply(request.actor, found.pk, Action.DROP_PROPOSAL, facts, **hidden(form))

    answer = attempt(request, form, found, act, _("Not gone on with. A place has to be confirmed first."), onward)
    return redirect(onward) if isinstance(answer, Refused) else answer
