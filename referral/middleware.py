"""Builds the actor once per request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from referral.actor import actor_of
from referral.models import Registry
from referral.services import clock as clock_service

MEMBERSHIP_KEY = "membership"
"""Session key: which of several memberships the user works in."""

POLL = "X-Poll"
"""Header of the pages' own polling, which is not activity: a forgotten tab must not keep an exercise running."""


class ActorMiddleware:
    """Sets `request.actor`, and for an actor the `registry` and `wall` instant that the whole request speaks of.

    The actor is None for the signed-out and for users without a current membership.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            wall = request.wall  # type: ignore[attr-defined]
            chosen = request.session.get(MEMBERSHIP_KEY)
            actor = actor_of(request.user, wall=wall, membership_id=chosen)
            if actor is not None:
                request.actor, request.wall = actor, wall  # type: ignore[attr-defined]
                request.registry = _registry(request, actor.registry_id, wall)  # type: ignore[attr-defined]
        return self.get_response(request)


def _registry(request: HttpRequest, registry_id: int, wall: datetime) -> Registry:
    """The registry as it stands after this request was noted."""
    registry = Registry.objects.get(pk=registry_id)
    if POLL not in request.headers and clock_service.wants_to_know(registry, wall):
        clock_service.seen(registry_id)
        registry.refresh_from_db()
    return registry
