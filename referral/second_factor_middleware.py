"""Whoever can see identity signs in with a second factor, or sets one up before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern

from accounts import sign_in_urls, urls
from accounts.models import User
from accounts.selectors import has_second_factor
from referral.policy import roles_shown_identity

OPEN = (
    {pattern.name for pattern in sign_in_urls.urlpatterns if isinstance(pattern, URLPattern)}
    | {f"{urls.app_name}:{pattern.name}" for pattern in urls.urlpatterns}
    | {"healthz"}
)
"""The account's own pages, where the second factor is set up; every other address asks for it."""


SHOWN_IDENTITY = roles_shown_identity()


class SecondFactorMiddleware:
    """Sends the account to the page that says what to do. The role decides, at every request; see `is_owed`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Before the view, so that not even a refusal of it is told."""
        match = request.resolver_match
        if match is not None and match.view_name not in OPEN and is_owed(request):
            return redirect("accounts:second_factor_needed")
        return None


def is_owed(request: HttpRequest) -> bool:
    """Whether the actor's role can be shown identity while the account has no second factor; never for a demonstration login."""
    user, actor = request.user, getattr(request, "actor", None)
    if not settings.SECOND_FACTOR_FOR_IDENTITY or actor is None or not isinstance(user, User) or user.demonstration:
        return False
    if actor.role not in SHOWN_IDENTITY:
        return False
    known: bool | None = getattr(user, "second_factor", None)
    return not (has_second_factor(user) if known is None else known)
