"""Recording something about a person: one view for all acts at home, and a few that need a row of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import Refusal
from referral.enums import Action
from referral.errors import NotAllowed
from referral.forms.care import EndServiceForm
from referral.models import Assignment, Need, Service
from referral.pages.acts_on_the_file import ALL_ACTS
from referral.pages.identity import identity_rows
from referral.pages.records import team
from referral.selectors.person import service_of
from referral.services import care, identity
from referral.views.access import ActorRequest, View, requires
from referral.views.answers import say_done
from referral.views.case_page import attempt, form_for, person_page, pressed, viewed


def home_act(name: str) -> View:
    """The view of one act of `ALL_ACTS`: its form, and the page that follows when it is done."""
    act = ALL_ACTS[name]

    @requires(act.action)
    @require_http_methods(["GET", "POST"])
    def record(request: ActorRequest, code: str) -> HttpResponse:
        view = viewed(request, code, act.action, whole=False)
        form = form_for(request, act.form, view.case)
        if form.is_valid():
            outcome = attempt(form, lambda: act.save(request.actor, view.case, form), view.case)
            if outcome is not None:
                return done(request, outcome, act.done, f"referral:{act.back}", code)
        shown: dict[str, Any] = {"team": team(view)} if name == "assign" else {}
        return person_page(request, view, "record", form=form, act=act, back=view.url(act.back), **shown)

    return record


def done(request: ActorRequest, outcome: Any, sentence: Any, name: str, code: str) -> HttpResponse:
    """Say what was done and go on to the next page. The same form sent twice says so."""
    say_done(request, str(sentence), repeated=outcome.repeated)
    return redirect(name, code)


@requires(Action.RECORD_CARE)
@require_http_methods(["GET", "POST"])
def service_end(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """A service ends, with a reason."""
    view = viewed(request, code, Action.RECORD_CARE, whole=False)
    try:
        service = service_of(request.actor, view.case, pk)
    except Service.DoesNotExist:
        raise Http404 from None
    form = form_for(request, EndServiceForm, view.case)
    if form.is_valid():
        keys = {"submission": form.cleaned_data["submission"], "version": form.cleaned_data["version"]}
        outcome = attempt(
            form, lambda: care.end_service(request.actor, view.case.pk, pk, form.facts(), **keys), view.case
        )
        if outcome is not None:
            return done(request, outcome, _("The end of the service is recorded."), "referral:needs", code)
    return person_page(request, view, "service_end", form=form, service=service, back=view.url("needs"))


@requires(Action.RECORD_CARE)
@require_POST
def need_met(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """A need is met."""
    view = viewed(request, code, Action.RECORD_CARE, whole=False)
    key = pressed(request).cleaned_data.get("submission")
    try:
        outcome = care.meet_need(request.actor, view.case.pk, pk, submission=key)
    except Need.DoesNotExist:
        raise Http404 from None
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("referral:needs", code)
    return done(request, outcome, _("The need is met."), "referral:needs", code)


@requires(Action.ASSIGN)
@require_POST
def unassign(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """The work of an institution on the case ends."""
    view = viewed(request, code, Action.ASSIGN, whole=False)
    key = pressed(request).cleaned_data.get("submission")
    try:
        outcome = care.unassign(request.actor, view.case.pk, pk, submission=key)
    except Assignment.DoesNotExist:
        raise Http404 from None
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("referral:assign", code)
    return done(request, outcome, _("Its work on the case has ended."), "referral:assign", code)


@requires(Action.VIEW_IDENTITY)
@require_POST
def show_identity(request: ActorRequest, code: str) -> HttpResponse:
    """The identity, shown once: the record keeps who looked. Not a redirect, because an address must never show it."""
    view = viewed(request, code, Action.VIEW_IDENTITY, whole=False)
    try:
        found = identity.show(request.actor, view.case.pk)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("referral:person", code)
    return person_page(request, view, "identity", rows=identity_rows(found))
