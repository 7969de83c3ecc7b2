"""Every page that is read under break-glass stands in the record before it is made."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import PermissionDenied

from common.errors import Refusal
from referral.enums import Action
from referral.models import Case
from referral.policy import allowed
from referral.selectors.person import opening
from referral.services import glass
from referral.views.access import ActorRequest


def noted(request: ActorRequest, case: Case, action: Action) -> bool:
    """Note the reading, where it is one. What cannot be noted, because the opening has just ended or nothing is recorded
    now, is not read: then the answer is false and the request goes on without the opening, where the actor may read the
    case anyway; otherwise it is refused.
    """
    if opening(request.actor, case) is None:
        return True
    page = request.resolver_match.url_name if request.resolver_match is not None else ""
    try:
        glass.read(request.actor, case.pk, page or "")
    except Refusal as refusal:
        request.actor = replace(request.actor, wall=None)
        if not allowed(request.actor, action, case):
            raise PermissionDenied(str(refusal)) from refusal
        return False
    return True
