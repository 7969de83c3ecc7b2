"""Profile, language, sign-out and the pages that anybody may read. Sign-in itself is allauth's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.views import LogoutView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import selectors, services
from accounts.forms import ContinueAsForm, LanguageForm, ProfileForm
from accounts.models import User
from accounts.redirects import is_own_path

View = Callable[..., HttpResponse]


def onward(request: HttpRequest, fallback: str) -> str:
    """The path in `next` when it is one of ours, else `fallback`."""
    wanted = request.POST.get("next") or request.GET.get("next")
    return wanted if is_own_path(wanted) else resolve_url(fallback)


def with_language_cookie(response: HttpResponse, language: str) -> HttpResponse:
    """Keep the language in the browser as well, for the time after signing out; forget it when none was chosen."""
    if not language:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, path=settings.LANGUAGE_COOKIE_PATH)
        return response
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 60 * 60,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response


def signed_in(request: HttpRequest) -> User:
    """Who is signed in. For views that the login middleware lets nobody else into."""
    assert isinstance(request.user, User)
    return request.user


def own_login_only(view: View) -> View:
    """Refuse the view to demonstration logins, with a page that says why: how a shared login signs in stays as it is."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, User) and request.user.demonstration:
            return render(request, "accounts/shared_login.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def with_password_only(view: View) -> View:
    """Send an account that has no password yet to where one is set: by mail, as after forgetting it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, User) and not request.user.has_usable_password():
            return redirect("account_reset_password")
        return view(request, *args, **kwargs)

    return guarded


def renames_session(view: View) -> View:
    """Give the session a new name once the person has confirmed who they are: one that was seen before is worth nothing."""

    @wraps(view)
    def renaming(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == 302:
            request.session.cycle_key()
        return response

    return renaming


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The person's own account: name, language, more time to read, and how it signs in."""
    user = User.objects.get(pk=signed_in(request).pk)
    # A shared login has no language of its own: its form shows that of the page.
    initial = {"language": get_language()} if user.demonstration else None
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=user, initial=initial)
    if form.is_valid():
        services.save_profile(user, **form.cleaned_data)
        messages.success(request, _("Your choices are saved."))
        return with_language_cookie(redirect("accounts:profile"), form.cleaned_data["language"])
    context = {"form": form, "second_factor": selectors.has_second_factor(user)}
    return render(request, "accounts/profile.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the pages: kept with the account, and in the browser."""
    form = LanguageForm(request.POST if request.method == "POST" else None, initial={"language": get_language()})
    if form.is_valid():
        chosen = form.cleaned_data["language"]
        if isinstance(request.user, User):
            services.choose_language(request.user, chosen)
        return with_language_cookie(redirect(onward(request, "/")), chosen)
    context = {"form": form, "next": onward(request, "/")}
    return render(request, "accounts/language.html", context)


@login_not_required
@require_POST
def continue_as(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demonstration's logins without a password. Only while demonstration mode is on."""
    form = ContinueAsForm(request.POST)
    user = selectors.demonstration_user(form.cleaned_data["login"]) if form.is_valid() else None
    if user is None:
        raise Http404
    login(request, user, backend="accounts.backends.AccountBackend")
    return redirect(onward(request, settings.LOGIN_REDIRECT_URL))


@method_decorator(login_not_required, name="dispatch")
class SignOutView(LogoutView):
    """Signs out, and has the browser forget what it kept of this site.

    Not the cookies: browsers clear them for the whole registered domain, other services of a ministry included. The
    session's own cookie is deleted with the session.
    """

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


def page(name: str) -> View:
    """The view of one page of plain text that anybody may read."""

    @login_not_required
    @require_GET
    def show(request: HttpRequest) -> HttpResponse:
        return render(request, f"pages/{name}.html")

    return show
