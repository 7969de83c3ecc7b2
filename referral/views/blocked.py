"""Who must never learn of a person: the list with one more, and lifting one of them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from referral.enums import Action, Compartment
from referral.forms.blocked import BlockForm, LiftForm
from referral.models import BlockedRecipient
from referral.pages import blocked as pages
from referral.selectors.person import blocked
from referral.services import care
from referral.views.access import ActorRequest, requires
from referral.views.case_page import attempt, form_for, person_page, viewed
from referral.views.records import done


@requires(Action.RECORD_FACTS)
@require_http_methods(["GET", "POST"])
def recipients(request: ActorRequest, code: str) -> HttpResponse:
    """Everybody who must never learn of the situation, and a form for one more."""
    view = viewed(request, code, Action.RECORD_FACTS, part=Compartment.D7)
    form = form_for(request, BlockForm, view.case)
    if form.is_valid():
        keys = {name: form.cleaned_data[name] for name in ("submission", "version")}
        outcome = attempt(
            form, lambda: care.block_recipient(request.actor, view.case.pk, form.facts(), **keys), view.case
        )
        if outcome is not None:
            return done(
                request, outcome, _("It is recorded. Nothing new goes there from now on."), "referral:blocked", code
            )
    return person_page(request, view, "blocked", form=form, rows=pages.recipients(view), back=view.url("person"))


@requires(Action.RECORD_FACTS)
@require_http_methods(["GET", "POST"])
def lift(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The person lets somebody learn of the situation again. Sent twice, the second one finds the row gone."""
    view = viewed(request, code, Action.RECORD_FACTS, part=Compartment.D7)
    form = form_for(request, LiftForm, view.case)
    if form.is_valid():
        keys = {name: form.cleaned_data[name] for name in ("submission", "version")}
        try:
            outcome = attempt(
                form, lambda: care.lift_block(request.actor, view.case.pk, pk, form.facts(), **keys), view.case
            )
        except BlockedRecipient.DoesNotExist:
            raise Http404 from None
        if outcome is not None:
            return done(request, outcome, _("It is lifted. The record keeps both."), "referral:blocked", code)
    row = next((row for row in blocked(request.actor, view.case) if row.pk == pk), None)
    if row is None:
        raise Http404
    name = pages.recipient_name(row)
    return person_page(request, view, "blocked_lift", form=form, row=row, name=name, back=view.url("blocked"))
