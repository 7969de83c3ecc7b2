"""Refuses what no page sends: a body too large to be a form, a method that only echoes. Before anybody reads it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render


class BodyLimitMiddleware:
    """Answers 413 with a page; Django itself would answer 400 and write a traceback for every such request. TRACE is 405."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "TRACE":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST", "OPTIONS"])
        length = request.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length[:20]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return render(request, "413.html", status=413)
        return self.get_response(request)
