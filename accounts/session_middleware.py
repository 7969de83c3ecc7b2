"""Ends sessions at their limits, and keeps what was being sent when that happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts import kept_forms, sessions
from accounts import session_limits as limits
from accounts.redirects import is_own_path
from common import clock

CLEARED = '"cache", "storage"'
"""What a browser forgets. Not the cookies: it would clear those of a ministry's other services too."""

HOLDING_SECRETS = ("/account/", "/sign-in/")
"""Forms at these addresses hold passwords and codes; they are never kept."""


class SessionLimitMiddleware:
    """Signs out whoever has pressed nothing for 15 minutes or has been here for 12 hours; notes every act.

    What a page asks by itself (`X-Poll`) is no act: it keeps no session open, and it ends none, because the form that is
    sent next must still be known to be this person's. It is treated as nobody's.

    Stands inside the form token's middleware: by the time a form is kept, `process_view` of that one has found the
    token good, so nobody else's page can leave words in somebody's form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ended = False
        if request.user.is_authenticated:
            wall = clock.wall_now(getattr(request.session, "read_wall", None))
            request.wall = wall  # type: ignore[attr-defined]
            polled = limits.POLL in request.headers
            over = limits.left(request.session, wall) <= timedelta(0)
            if over and polled:
                request.user = AnonymousUser()
            elif over:
                ended = True
                sessions.end_here(request, "session_over")
            elif not polled:
                limits.note(request.session, wall)
        response = self.get_response(request)
        if ended:
            response.headers["Clear-Site-Data"] = CLEARED
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Whoever sends something too late signs in again and is then on the page where it was typed."""
        ended: int | None = None if request.user.is_authenticated else request.session.get(sessions.ENDED)
        if ended is None or not getattr(view, "login_required", True) or limits.POLL in request.headers:
            return None
        if request.method != "POST":
            messages.info(request, _("You were signed out because nothing was pressed for a while. Sign in to go on."))
            return None
        if keep_what_was_sent(request, ended):
            messages.info(request, _("You were signed out before this was sent. Sign in: what you typed is kept."))
        else:
            messages.info(request, _("You were signed out before this was sent. Sign in, then do it again."))
        return redirect_to_login(page_of(request))


def keep_what_was_sent(request: HttpRequest, user_id: int) -> bool:
    """Keep the form at hand for this user; False where nothing was typed, or where it may hold a password or a code."""
    return not request.path.startswith(HOLDING_SECRETS) and keep_on(page_of(request), request, user_id)


def keep_on(page: str, request: HttpRequest, user_id: int) -> bool:
    """Keep what came with this request as typed on `page`; False as for `keep_what_was_sent`."""
    if page.startswith(HOLDING_SECRETS):
        return False
    posted, wall = dict(request.POST.lists()), clock.wall_now()
    return kept_forms.keep(request.session, user_id=user_id, page=page, posted=posted, wall=wall)


def page_of(request: HttpRequest) -> str:
    """The page on which a form stood: the one that the browser names, if it is ours, else the address of the form."""
    named = urlsplit(request.headers.get("Referer", ""))
    path = named.path + (f"?{named.query}" if named.query else "")
    ours = named.netloc == request.get_host() and is_own_path(path)
    return path if ours else request.get_full_path()
