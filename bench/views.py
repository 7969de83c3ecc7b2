"""What every page is compared with: the least that a view for signed-in people can do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def bare(request: HttpRequest) -> HttpResponse:
    """A line of text for whoever is signed in. Goes through the same middleware as every page; no template, no query."""
    return HttpResponse(f"You are signed in as account {request.user.pk}.", content_type="text/plain")
