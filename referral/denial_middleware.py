"""Writes down what was refused, after the refused request has been rolled back (invariant I9)."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from referral.enums import Refused
from referral.services.moment import moment_of
from referral.services.oversight import deny

logger = logging.getLogger(__name__)

ANSWERS = {403: Refused.FORBIDDEN, 404: Refused.INVISIBLE}


class DenialMiddleware:
    """Stands outside the middleware that sets `request.actor`: its transaction is over when this one writes.

    Addresses that lead nowhere at all are no attempt on anything and are left out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        answer, match = ANSWERS.get(response.status_code), request.resolver_match
        actor = getattr(request, "actor", None)
        if answer is None or actor is None or match is None or match.namespace != "referral":
            return response
        code = str(match.kwargs.get("code") or match.kwargs.get("reference") or "")
        try:
            deny(actor, match.url_name or "", code, answer, moment_of(request.registry, request.wall))  # type: ignore[attr-defined]
        except DatabaseError:
            # The refusal stands whether or not it could be written; a database in trouble is reported elsewhere too.
            logger.exception("a refusal could not be written down")
        return response
