"""Says with each answer how many statements it asked of the database; for comparison, leaves the second wall's context away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from common import second_wall

HEADER = "X-Bench-Queries"


class CountQueries:
    """Counts what the request asks, middleware included, and adds the number as a header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = 0

        def count(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal asked
            asked += 1
            return execute(*arguments)

        with connection.execute_wrapper(count):
            response = self.get_response(request)
        response.headers[HEADER] = str(asked)
        return response


class WithoutContext:
    """Whoever works, the database is told an empty context. One round trip remains that the wall shares with the actor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

        def signed(connection: Any, context: second_wall.Context | None) -> str:
            return ""

        second_wall.signed = signed

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
