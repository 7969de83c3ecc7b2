"""Where one is signed in, how long still, and what was typed before a session ended."""

from __future__ import annotations

from math import ceil
from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.base.views import ReauthenticateView
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import kept_forms, second_factor, selectors, services, sessions
from accounts import session_limits as limits
from accounts.redirects import is_own_path
from accounts.session_middleware import CLEARED, keep_on, keep_what_was_sent, page_of
from accounts.session_store import row_key
from accounts.views import onward, own_login_only, signed_in


class SignInView(LoginView):
    """The sign-in page. A visitor of the demonstration, who has never typed a password, goes on with one press."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With `seat`: the demonstration login whose session ended by itself in this browser, if any."""
        ended = self.request.session.get(sessions.ENDED)
        seat = selectors.demonstration_users().filter(pk=ended).first() if ended else None
        return {**super().get_context_data(**kwargs), "seat": seat}


class ConfirmByCodeView(ReauthenticateView):
    """A code once more before something sensitive, or the first one of a session that is older than the codes are."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With `owed`: whether nothing but this page is open until a code is given, so that no password replaces it."""
        return {**super().get_context_data(**kwargs), "owed": second_factor.owes_code(self.request)}


class TurnCodesOnView(ActivateTOTPView):
    """Sets up codes from an app. Whoever does it has typed one, so this session goes on."""

    def form_valid(self, form: Any) -> HttpResponse:
        """On to the recovery codes."""
        response: HttpResponse = super().form_valid(form)
        second_factor.code_was_given(self.request)
        return response


@require_GET
@own_login_only
def devices(request: HttpRequest) -> HttpResponse:
    """Where this person is signed in now."""
    wall = request.wall  # type: ignore[attr-defined]
    found = sessions.devices(signed_in(request), request.session.session_key, wall)
    return render(request, "accounts/devices.html", {"devices": found, "now": wall})


@require_POST
@own_login_only
def end_one(request: HttpRequest) -> HttpResponse:
    """Sign this person out on one device. The one at hand is left through “Sign out”."""
    key, here = request.POST.get("device", ""), row_key(request.session.session_key or "")
    if key == here:
        return redirect("account_logout")
    if sessions.end_one(signed_in(request), key):
        messages.success(request, _("You are signed out on that device."))
    else:
        messages.info(request, _("You were not signed in there any more."))
    return redirect("accounts:devices")


@require_POST
@own_login_only
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign this person out everywhere but here."""
    user = signed_in(request)
    services.end_other_sessions(user)
    update_session_auth_hash(request, user)
    sessions.end_others(user, request.session.session_key)
    messages.success(request, _("You are signed out on all other devices."))
    return redirect("accounts:devices")


@require_GET
def time_left(request: HttpRequest) -> HttpResponse:
    """Seconds until this session ends. Asked by a page itself it is no act; asked by “Stay signed in” it is one."""
    left = limits.left(request.session, request.wall)  # type: ignore[attr-defined]
    return HttpResponse(str(ceil(left.total_seconds())), content_type="text/plain; charset=utf-8")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The page's own goodbye when its time is over: what was typed is kept, and the session ends.

    Only when the time really is nearly over: another tab may have gone on meanwhile, and then nothing happens. What is
    kept lies on the server, so the browser forgets its own as at every end of a session.
    """
    response = HttpResponse(status=204)
    if limits.left(request.session, request.wall) < limits.WARNED_BEFORE:  # type: ignore[attr-defined]
        page = request.POST.get("kept-page", "")
        if is_own_path(page):
            keep_on(page, request, signed_in(request).pk)
        sessions.end_here(request, "session_left")
        response.headers["Clear-Site-Data"] = CLEARED
    return response


@require_POST
def discard_kept(request: HttpRequest) -> HttpResponse:
    """The person does not want back what was typed on a page, and sees it empty."""
    page = onward(request, "home")
    kept_forms.forget(request.session, page)
    return redirect(page)


@require_GET
def second_factor_needed(request: HttpRequest) -> HttpResponse:
    """What somebody reads whose role sees identity and who has no second factor yet."""
    return render(request, "accounts/second_factor_needed.html")


@login_not_required
def form_token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer to a form without a good token: 403, and what was typed is kept when the form came from our own page.

    The usual cause is somebody who signed in again in another tab. A foreign page cannot use this to leave words here:
    the browser itself says where the form comes from.
    """
    own = request.headers.get("Sec-Fetch-Site") == "same-origin"
    kept = own and request.user.is_authenticated and keep_what_was_sent(request, signed_in(request).pk)
    return render(request, "403_csrf.html", {"page": page_of(request) if kept else ""}, status=403)
