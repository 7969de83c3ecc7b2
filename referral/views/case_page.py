"""What every page about one person begins and ends with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from common.errors import Refusal
from referral.enums import Action, Compartment
from referral.errors import ChangedMeanwhile, NotAllowed
from referral.forms.acts import ActForm, PressForm
from referral.forms.person import PersonForm
from referral.models import Case
from referral.pages.glass import banner
from referral.pages.viewed import Viewed, head
from referral.selectors.inbox import Now
from referral.views.access import ActorRequest, get_case
from referral.views.glass_reading import noted
from referral.views.instant import instant


def viewed(
    request: ActorRequest,
    code: str,
    action: Action = Action.VIEW_CASE,
    *,
    whole: bool = True,
    part: Compartment | None = None,
) -> Viewed:
    """The case as this request may see it. 404 when invisible, 403 with a sentence when not allowed.

    `whole` refuses the stub of a past holder; `part` refuses roles that do not read this compartment.
    """
    case = get_case(request, code, action)
    seen = _seen(request, case, whole=whole, part=part)
    # Noted once it is certain that the page is shown: the record never says of a refused page that it was read.
    if noted(request, case, action):
        return seen
    return _seen(request, case, whole=whole, part=part)


def _seen(request: ActorRequest, case: Case, *, whole: bool, part: Compartment | None) -> Viewed:
    here = instant(request)
    view = Viewed(request.actor, case, here.at, here.zone, Now(here.at, here.wall, here.registry.clock))
    if whole and not view.full:
        raise PermissionDenied(
            _("Another country answers for this person now. You can open its page and your handovers, nothing more.")
        )
    if part is not None and not view.reads(part):
        raise PermissionDenied(_("Your role does not read this part of the case."))
    return view


def person_page(request: ActorRequest, view: Viewed, template: str, current: str = "", **context: Any) -> HttpResponse:
    """A page about the person, with head and tabs."""
    shown = {
        "head": head(view, current), "view": view, "now": view.at, "zone": view.zone, "submission": uuid4(),
        "glass": banner(view), **context,
    }  # fmt: skip
    return render(request, f"referral/person/{template}.html", shown)


def form_for(request: ActorRequest, kind: type[PersonForm], case: Case | None = None, **initial: Any) -> PersonForm:
    """The form of this request: bound when something was posted."""
    here = instant(request)
    data = request.POST if request.method == "POST" else None
    return kind(data, actor=request.actor, zone=here.zone, now=here.at, case=case, initial=initial)


def pressed(request: ActorRequest) -> PressForm:
    """The form behind a button alone, cleaned. A key that is no key counts as none."""
    here = instant(request)
    form = PressForm(request.POST, zone=here.zone, now=here.at)
    form.is_valid()
    return form


def attempt(form: ActForm, act: Callable[[], Any], case: Case | None = None) -> Any:
    """What the act leaves behind, or None with its refusal among the form's errors and everything typed kept.

    Raises PermissionDenied when the policy refuses under the lock.
    """
    try:
        return act()
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        if isinstance(refusal, ChangedMeanwhile) and case is not None:
            case.refresh_from_db(fields=["version"])
            form.renew_version(case.version)
    return None
