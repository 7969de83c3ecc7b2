"""A page for whoever comes to an address by a method that it does not take: an old link, a page loaded anew."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

NOT_ALLOWED = 405


class MethodMiddleware:
    """Django answers 405 with nothing at all; here a page says so. Innermost, so that the page knows its reader."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != NOT_ALLOWED or response.content:
            return response
        page = render(request, "400.html", status=NOT_ALLOWED)
        page.headers["Allow"] = response.headers["Allow"]
        return page
