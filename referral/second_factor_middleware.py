"""Whoever can see identity signs in with a second factor, or sets one up before anything else; so does this session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.http import urlencode

from accounts import second_factor, sign_in_urls, urls
from accounts.models import User
from accounts.session_middleware import page_of
from referral.policy import roles_shown_identity

OPEN = (
    {pattern.name for pattern in sign_in_urls.urlpatterns if isinstance(pattern, URLPattern)}
    | {f"{urls.app_name}:{pattern.name}" for pattern in urls.urlpatterns}
    | {"healthz"}
)
"""The account's own pages, where the second factor is set up; every other address asks for it."""

WITHOUT_CODE = frozenset(
    {"mfa_reauthenticate", "account_logout", "healthz"}
    | {
        f"{urls.app_name}:{name}"
        for name in ("language", "time_left", "leave", "help", "about", "accessibility", "privacy")
    }
)
"""What a session opens that owes a code: where it is typed, the way out, and what everybody may read.

Not the account's own pages: a password alone would turn the codes off there.
"""

SHOWN_IDENTITY = roles_shown_identity()


class SecondFactorMiddleware:
    """Sends the account to the page that says what to do, at every request.

    A session without a code of an account that has codes is asked for one, whatever its role. Then the role decides
    whether the account needs a second factor at all; see `is_owed`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Before the view, so that not even a refusal of it is told."""
        name = request.resolver_match.view_name if request.resolver_match else None
        if name is None:
            return None
        if name not in WITHOUT_CODE and second_factor.owes_code(request):
            return _to_the_code(request)
        if name not in OPEN and is_owed(request):
            return redirect("accounts:second_factor_needed")
        return None


def is_owed(request: HttpRequest) -> bool:
    """Whether the actor's role can be shown identity while the account has no second factor; never for a demonstration login."""
    user, actor = request.user, getattr(request, "actor", None)
    if not settings.SECOND_FACTOR_FOR_IDENTITY or actor is None or not isinstance(user, User) or user.demonstration:
        return False
    if actor.role not in SHOWN_IDENTITY:
        return False
    return not second_factor.is_set_up(user)


def _to_the_code(request: HttpRequest) -> HttpResponse:
    """The page that asks for a code, and afterwards the page that was wanted; of a form, the one on which it stood."""
    page = page_of(request) if request.method == "POST" else request.get_full_path()
    return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': page})}")
