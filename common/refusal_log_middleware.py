"""One line in the log for each request that was refused: which page, which user, never which record."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("alongside.security")

REFUSED = frozenset({400, 403, 413, 429})


class RefusalLogMiddleware:
    """Notes refusals by the name of the address, which holds no code of a person and nothing that was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in REFUSED:
            name = request.resolver_match.view_name if request.resolver_match else "-"
            user = getattr(request, "user", None)
            logger.info("refused status=%s page=%s user=%s", response.status_code, name, (user and user.pk) or "-")
        return response
