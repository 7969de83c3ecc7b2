"""Requests to services at home: the list of a person, the page of both sides, and each step of the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import Refusal
from common.phrases import long_moment
from referral.enums import Action
from referral.errors import ChangedMeanwhile, NotAllowed
from referral.forms.acts import ActForm
from referral.home_referrals import STEPS, Answer
from referral.models import HomeReferral
from referral.pages.links import referral_url
from referral.pages.referrals import STEP_PAGES, ReferralPage, referral_page, referral_row
from referral.policy import allowed
from referral.selectors.cases import visible_cases
from referral.selectors.referrals import of_case, referral_by_reference
from referral.services import identity
from referral.services import referrals as service
from referral.views.access import ActorRequest, View, refuse, requires
from referral.views.answers import say_done
from referral.views.case_page import person_page, pressed, viewed
from referral.views.instant import instant


def get_referral(request: ActorRequest, reference: str, action: Action) -> HomeReferral:
    """The referral that this request may act on so. 404 when invisible, 403 when visible but not allowed."""
    try:
        found = referral_by_reference(request.actor, reference)
    except HomeReferral.DoesNotExist:
        raise Http404 from None
    if not allowed(request.actor, action, found):
        refuse(action)
    return found


@requires(Action.REFER)
@require_GET
def referrals(request: ActorRequest, code: str) -> HttpResponse:
    """Every service that was asked to help this person, newest first."""
    view = viewed(request, code, Action.REFER)
    rows = [referral_row(row) for row in of_case(request.actor, view.case)]
    return person_page(request, view, "referrals", "referrals", referrals=rows, new_url=view.url("referral_new"))


@requires(Action.VIEW_REFERRAL)
@require_GET
def referral(request: ActorRequest, reference: str) -> HttpResponse:
    """What is asked, what was told, where it stands, and what this side can do next."""
    found = get_referral(request, reference, Action.VIEW_REFERRAL)
    return render(request, "referral/referral/referral.html", _context(request, found))


@requires(Action.VIEW_REFERRAL)
@require_POST
def show_identity(request: ActorRequest, reference: str) -> HttpResponse:
    """The page with the identity that the service was told, once: the record keeps who looked."""
    found = get_referral(request, reference, Action.VIEW_REFERRAL)
    covered = _page(request, found).packet.covered
    if not covered:
        return redirect(referral_url(reference))
    try:
        opened = identity.show_told(request.actor, found, covered)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(referral_url(reference))
    context = _context(request, found, page=_page(request, found, opened), looked=True)
    return render(request, "referral/referral/referral.html", context)


def _context(request: ActorRequest, found: HomeReferral, **more: Any) -> dict[str, Any]:
    return {"page": _page(request, found), "now": instant(request).at, "submission": uuid4(), **more}


def _page(request: ActorRequest, found: HomeReferral, opened: Mapping[str, Any] | None = None) -> ReferralPage:
    zone = instant(request).zone
    return referral_page(
        request.actor,
        found,
        lambda at: long_moment(at, zone) if at else "",
        sees_person=visible_cases(request.actor).filter(pk=found.case_id).exists(),
        zone=zone,
        opened=opened,
    )


@requires(Action.ANSWER_REFERRAL)
@require_POST
def acknowledge(request: ActorRequest, reference: str) -> HttpResponse:
    """One tap from the desk or the page."""
    found = get_referral(request, reference, Action.ANSWER_REFERRAL)
    key = pressed(request).cleaned_data.get("submission")
    try:
        outcome = service.answer(request.actor, found.pk, Answer.ACKNOWLEDGE, {}, submission=key)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, str(STEP_PAGES[Answer.ACKNOWLEDGE].done), repeated=outcome.repeated)
    return redirect(referral_url(reference))


def step_view(answer: Answer) -> View:
    """The view of one step: its form, and the referral's page when it is done."""
    page, action = STEP_PAGES[answer], Action.ANSWER_REFERRAL if STEPS[answer].by_provider else Action.VIEW_REFERRAL

    @requires(action)
    @require_http_methods(["GET", "POST"])
    def step(request: ActorRequest, reference: str) -> HttpResponse:
        found, here = get_referral(request, reference, action), instant(request)
        if not STEPS[answer].by_provider and found.sender_id != request.actor.institution_id:
            refuse(action)
        data = request.POST if request.method == "POST" else None
        form = page.form(data, zone=here.zone, now=here.at, version=found.version)
        if form.is_valid() and _done(request, found, answer, form):
            return redirect(referral_url(reference))
        context = _context(request, found, form=form, step=page, back=referral_url(reference))
        return render(request, "referral/referral/step.html", context)

    return step


def _done(request: ActorRequest, found: HomeReferral, answer: Answer, form: ActForm) -> bool:
    """Whether the step was taken; a refusal becomes an error of the form, with everything typed kept."""
    keys = {"submission": form.cleaned_data["submission"], "version": form.cleaned_data["version"]}
    try:
        outcome = service.answer(request.actor, found.pk, answer, form.facts(), **keys)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        if isinstance(refusal, ChangedMeanwhile):
            found.refresh_from_db(fields=["version"])
            form.renew_version(found.version)
        return False
    say_done(request, str(STEP_PAGES[answer].done), repeated=outcome.repeated)
    return True


VIEWS = {answer: step_view(answer) for answer in Answer if answer is not Answer.ACKNOWLEDGE}
