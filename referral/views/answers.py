"""How every form of an act is answered: done and redirected, done before, or refused with everything kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from common.errors import Refusal
from referral.enums import Gate
from referral.errors import ChangedMeanwhile, GatesClosed, NotAllowed
from referral.forms.acts import ActForm
from referral.models import Handover


@dataclass(frozen=True, slots=True)
class Refused:
    """What the page shows beside the form after a refusal."""

    gates: tuple[Gate, ...] = ()


def attempt(
    request: HttpRequest, form: ActForm, handover: Handover, act: Callable[[], Any], done: str, onward: str
) -> HttpResponse | Refused:
    """Do the act of a valid form and redirect to `onward`; a refusal becomes an error of the form, and nothing is lost.

    Raises PermissionDenied when the policy refuses under the lock.
    """
    try:
        outcome = act()
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        if isinstance(refusal, ChangedMeanwhile):
            handover.refresh_from_db(fields=["version"])
            form.renew_version(handover.version)
        return Refused(tuple(Gate(gate) for gate in refusal.gates) if isinstance(refusal, GatesClosed) else ())
    say_done(request, done, repeated=outcome.repeated)
    return redirect(onward)


def say_done(request: HttpRequest, done: str, *, repeated: bool) -> None:
    """One sentence on the next page; a form that was posted twice is not announced twice."""
    if repeated:
        messages.info(request, _("Already recorded."))
    elif done:
        messages.success(request, done)
