"""Fetch and authorise in one step. There is no other way for a view to get a case or a handover.

Invisible is 404; visible but not allowed is 403 with a sentence saying who can (`domain.md` section 5).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from referral.actor import Actor
from referral.enums import Action
from referral.models import Case, Handover
from referral.policy import allowed, roles_that_may
from referral.selectors.cases import case_by_code, handover_by_reference

View = Callable[..., HttpResponse]


class ActorRequest(HttpRequest):
    """A request whose actor is known; what a view behind `requires` receives."""

    actor: Actor


def requires(action: Action) -> Callable[[View], View]:
    """Mark a view with the action that it serves, refuse users without a membership, and refuse roles that never may.

    The URLconf test fails for a view without this mark; the row itself is checked by the fetching functions below.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.actor is None:
                raise PermissionDenied(
                    _("Your account has no place in an exercise at the moment. Ask your facilitator.")
                )
            if request.actor.role not in roles_that_may(action):
                refuse(action)
            return view(request, *args, **kwargs)

        guarded.action = action  # type: ignore[attr-defined]
        return guarded

    return decorate


def refuse(action: Action) -> None:
    """Raise the 403 that names who can."""
    roles = [str(role.label) for role in roles_that_may(action)]
    raise PermissionDenied(
        _("“%(action)s” is for: %(roles)s.") % {"action": action.label, "roles": get_text_list(roles, _("or"))}
        if roles
        else _("The system does this by itself.")
    )


def get_case(request: ActorRequest, code: str, action: Action) -> Case:
    """The case that this request may act on so. 404 when invisible, 403 when visible but not allowed."""
    try:
        case = case_by_code(request.actor, code)
    except Case.DoesNotExist:
        raise Http404 from None
    if not allowed(request.actor, action, case):
        refuse(action)
    return case


def get_handover(request: ActorRequest, reference: str, action: Action) -> Handover:
    """The handover that this request may act on so. 404 when invisible, 403 when visible but not allowed."""
    try:
        handover = handover_by_reference(request.actor, reference)
    except Handover.DoesNotExist:
        raise Http404 from None
    if not allowed(request.actor, action, handover):
        refuse(action)
    return handover
