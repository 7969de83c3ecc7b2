"""Builds the actor once per request, owns the request's transaction and says in it for whom the database works."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from common import second_wall
from referral.actor import Actor, context_of, registry_of, seated
from referral.services import clock as clock_service

MEMBERSHIP_KEY = "membership"
"""Session key: which of several memberships the user works in."""

POLL = "X-Poll"
"""Header of the pages' own polling, which is not activity: a forgotten tab must not keep an exercise running."""


class StreamingRefused(RuntimeError):
    """A view gave an answer that is written after its transaction has ended, when there are no rows left to show."""


class ActorMiddleware:
    """Sets `request.actor`, and for an actor the `registry` and `wall` instant that the whole request speaks of.

    The actor is None for the signed-out and for users without a current membership.

    The whole request of somebody who is signed in is one transaction, the page's rendering included, and carries the
    context of the second wall (docs/decisions/0050). An answer of 500 and above takes back what was written. Who is
    not signed in has no context, so that the database shows no row of any registry.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            with second_wall.nobody():
                return self.get_response(request)
        with second_wall.transaction_of_its_own():
            if _know(request):
                return self._answer(request)
        with second_wall.transaction_of_its_own():
            _note(request)
        with second_wall.transaction_of_its_own():
            _know(request)
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming:
            raise StreamingRefused(request.path)
        if response.status_code >= 500:
            transaction.set_rollback(True)
        return response


def _know(request: HttpRequest) -> bool:
    """Find out who acts, first as the user alone, and set the context of the seat; false when the visit is to be noted."""
    wall = request.wall  # type: ignore[attr-defined]
    actor = seated(request.user, wall=wall, membership_id=request.session.get(MEMBERSHIP_KEY))  # type: ignore[arg-type]
    if actor is None:
        return True
    registry = registry_of(actor)
    request.actor, request.registry = actor, registry  # type: ignore[attr-defined]
    return POLL in request.headers or not clock_service.wants_to_know(registry, wall)


def _note(request: HttpRequest) -> None:
    """Somebody is there: kept whatever becomes of the request, and without holding anything while it runs."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    second_wall.set_context(context_of(actor))
    with second_wall.across("clock"):
        clock_service.seen(actor.registry_id)
