"""Officers of one's institution: absent and back, "I am on it", a successor, and what the successor has to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import Refusal
from referral.enums import Action
from referral.errors import NotAllowed
from referral.forms.staff import AwayForm, ReplaceForm
from referral.models import Deadline, Membership
from referral.pages import staff as pages
from referral.pages.links import task_url
from referral.selectors import staff as selectors
from referral.services import staff
from referral.services.readers import ANSWERING
from referral.views.access import ActorRequest, refuse, requires
from referral.views.answers import say_done
from referral.views.case_page import attempt, pressed
from referral.views.instant import instant
from referral.views.numbers import number, page_number


@requires(Action.REPLACE_OFFICER)
@require_http_methods(["GET", "POST"])
def officers(request: ActorRequest) -> HttpResponse:
    """Who works here, and one's own absence."""
    here = instant(request)
    form = AwayForm(request.POST if request.method == "POST" else None, zone=here.zone, now=here.at)
    if form.is_valid() and attempt(form, lambda: staff.away(request.actor, here.wall + form.length)) is not None:
        messages.success(request, _("You are absent. Your deputy hears at once what is due."))
        return redirect("referral:staff")
    rows = pages.officers(selectors.officers(request.actor, here.wall), request.actor, here.wall)
    away = next((row.away_until for row in rows if row.own), None)
    return render(request, "referral/staff/officers.html", {"form": form, "officers": rows, "away": away})


@requires(Action.REPLACE_OFFICER)
@require_POST
def back(request: ActorRequest) -> HttpResponse:
    """Here again."""
    try:
        staff.back(request.actor)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You are here again. What is due comes to you first."))
    return redirect("referral:staff")


@requires(Action.REPLACE_OFFICER)
@require_http_methods(["GET", "POST"])
def replace(request: ActorRequest, pk: int) -> HttpResponse:
    """Give a seat that answers for the country, with all its work, to somebody else of the institution."""
    actor, here = request.actor, instant(request)
    try:
        leaving = selectors.officer(actor, pk, here.wall)
    except Membership.DoesNotExist:
        raise Http404 from None
    if leaving.role not in ANSWERING:
        refuse(Action.REPLACE_OFFICER)
    colleagues = pages.colleagues(selectors.officers(actor, here.wall), leaving)
    form = ReplaceForm(
        request.POST if request.method == "POST" else None, colleagues=colleagues, zone=here.zone, now=here.at
    )
    if form.is_valid():
        chosen = int(form.cleaned_data["successor"])
        if attempt(form, lambda: staff.replace(actor, pk, chosen)) is not None:
            messages.success(
                request, _("The seat and its work have passed on. The new officer was told where the digest is.")
            )
            return redirect("home" if leaving.user_id == actor.user_id else "referral:staff")
    context = {"form": form, "leaving": leaving, "colleagues": colleagues, "own": leaving.user_id == actor.user_id}
    return render(request, "referral/staff/replace.html", context)


@requires(Action.REPLACE_OFFICER)
@require_GET
def digest(request: ActorRequest) -> HttpResponse:
    """What a new officer has to know, to be read again at any time, and to be printed."""
    here = instant(request)
    found = selectors.digest(request.actor, page_number(request))
    context = {
        "cases": pages.digest(found.cases, here.at),
        "found": found,
        "where": request.actor.institution_name,
        "zone": here.zone,
        "now": here.at,
    }
    return render(request, "referral/staff/digest.html", context)


@requires(Action.TAKE_ON)
@require_POST
def take_on(request: ActorRequest, pk: int) -> HttpResponse:
    """I am on it. `seen` is who the page said was on it, so that nobody is relieved without noticing."""
    seen = number(request.POST.get("seen")) or None
    return _handle(
        request,
        pk,
        lambda key: staff.take_on(request.actor, pk, seen=seen, submission=key),
        _("You are on it. Your colleagues see that."),
    )


@requires(Action.TAKE_ON)
@require_POST
def let_go(request: ActorRequest, pk: int) -> HttpResponse:
    """Not on it any more."""
    return _handle(
        request,
        pk,
        lambda key: staff.let_go(request.actor, pk, submission=key),
        _("Your colleagues see that nobody is on it."),
    )


def _handle(request: ActorRequest, pk: int, act: Callable[[Any], staff.Taken], done: str) -> HttpResponse:
    try:
        found = selectors.deadline_to_handle(request.actor, pk)
    except Deadline.DoesNotExist:
        raise Http404 from None
    try:
        outcome = act(pressed(request).cleaned_data.get("submission"))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, done, repeated=outcome.repeated)
    return redirect("referral:inbox" if request.POST.get("stay") == "inbox" else task_url(found))
