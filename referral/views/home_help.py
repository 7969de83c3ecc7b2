"""Identification, health and what the person says: the pages of one person that some roles read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.errors import Refusal
from referral.enums import Action, Compartment
from referral.errors import NotAllowed
from referral.pages.home_help import identified, said
from referral.selectors.home_help import health_entries, hears
from referral.services import identification as service
from referral.views.access import ActorRequest, get_case, refuse, requires
from referral.views.answers import say_done
from referral.views.case_page import person_page, pressed, viewed


@requires(Action.VIEW_CASE)
@require_GET
def identification(request: ActorRequest, code: str) -> HttpResponse:
    """The decisions of the competent authority, and a no that waits for a second person."""
    view = viewed(request, code, part=Compartment.D3)
    return person_page(request, view, "identification", identified=identified(view))


@requires(Action.IDENTIFY)
@require_POST
def confirm_no(request: ActorRequest, code: str) -> HttpResponse:
    """The second person confirms the negative decision."""
    return _press(request, code, service.confirm_negative, _("The decision is recorded."))


@requires(Action.IDENTIFY)
@require_POST
def drop_no(request: ActorRequest, code: str) -> HttpResponse:
    """The authority does not go on with the negative decision."""
    return _press(request, code, service.drop_negative, _("Nothing was decided. You can decide anew."))


def _press(request: ActorRequest, code: str, act: Callable[..., Any], done: str) -> HttpResponse:
    view = viewed(request, code, Action.IDENTIFY)
    try:
        outcome = act(request.actor, view.case.pk, submission=pressed(request).cleaned_data.get("submission"))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, done, repeated=outcome.repeated)
    return redirect("referral:identification", code)


@requires(Action.VIEW_CASE)
@require_GET
def health(request: ActorRequest, code: str) -> HttpResponse:
    """What was written about health, as far as the viewer needs to know."""
    view = viewed(request, code, part=Compartment.D4)
    new_url = view.url("health_new") if view.may(Action.RECORD_HEALTH) else ""
    return person_page(request, view, "health", entries=health_entries(view.actor, view.case), new_url=new_url)


@requires(Action.VIEW_CASE)
@require_GET
def voices(request: ActorRequest, code: str) -> HttpResponse:
    """What the person says, passed on by an adviser with permission."""
    if not hears(request.actor, get_case(request, code, Action.VIEW_CASE)):
        refuse(Action.SPEAK)
    view = viewed(request, code)
    new_url = view.url("voice_new") if view.may(Action.SPEAK) else ""
    return person_page(request, view, "voices", said=said(view), new_url=new_url)
