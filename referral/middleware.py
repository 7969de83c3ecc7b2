"""Builds the actor once per request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from common import clock
from referral.actor import actor_of

MEMBERSHIP_KEY = "membership"
"""Session key: which of several memberships the user works in."""


class ActorMiddleware:
    """Sets `request.actor`: None for the signed-out and for users without a current membership."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = None
        if request.user.is_authenticated:
            chosen = request.session.get(MEMBERSHIP_KEY)
            actor = actor_of(request.user, wall=clock.wall_now(), membership_id=chosen)
        request.actor = actor  # type: ignore[attr-defined]
        return self.get_response(request)
