"""Gives back what was typed before somebody was signed out."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from accounts import kept_forms
from accounts import session_limits as limits
from accounts.session_middleware import page_of
from common.filling import filled


class KeptFormMiddleware:
    """Fills the form of a page with what its reader had typed there, and forgets it once the form has gone through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.user.is_authenticated or not request.session.get(kept_forms.KEPT):
            return response
        if request.method == "POST" and 300 <= response.status_code < 400:
            kept_forms.forget(request.session, page_of(request))
        elif request.method == "GET" and response.status_code == 200 and limits.POLL not in request.headers:
            self._fill(request, response)
        return response

    def _fill(self, request: HttpRequest, response: HttpResponse) -> None:
        page = request.get_full_path()
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return
        fields = kept_forms.kept(
            request.session,
            user_id=request.user.pk,  # type: ignore[arg-type]
            page=page,
            wall=request.wall,  # type: ignore[attr-defined]
        )
        if fields is not None:
            notice = render_to_string("components/kept_notice.html", {"page": page}, request)
            response.content = filled(response.content.decode(), fields, notice).encode()
