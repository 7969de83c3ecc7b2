"""Headers that every answer carries, whoever made it: a view, an error page, another middleware, the static files."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class HeadersMiddleware:
    """Stands outermost, so that no answer gets past it.

    Nothing is kept in any cache unless it is a static file, which is the same for everybody. The rule asks who made the
    answer and not who is signed in: a page that forgets to say so is not stored either.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.RESPONSE_HEADERS.items():
            response.headers.setdefault(name, value)
        static = request.path.startswith(settings.STATIC_URL) and response.status_code in (200, 304)
        if not static and "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        return response
