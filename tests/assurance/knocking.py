"""Requests through the whole stack as cheap as they can be, what they answered, and what they wrote."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connection, models
from django.test.client import ClientHandler, RequestFactory

from config.env import PROJECT
from referral.addresses import Answer
from tests.assurance.stage import Stage

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
FORM = "application/x-www-form-urlencoded"
OF_THE_SESSION = frozenset({"django_session"})
"""Tables that are the sign-in's own: a session may be prolonged by any request."""
BY_STATUS = {403: Answer.REFUSED, 404: Answer.NOT_FOUND, 405: Answer.NO_SUCH_METHOD}
WRITES = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one request was answered."""

    answer: Answer | None
    status: int
    location: str
    body: bytes
    wrote: tuple[str, ...] = ()
    """Tables that a statement of this request wrote to, apart from the session's."""


class Knocker:
    """Sends requests in the seat of a user, without a browser's memory."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.handler = ClientHandler(enforce_csrf_checks=False)
        self.factory = RequestFactory(headers={"accept-language": "en-gb"})

    def knock(self, session: str, method: str, path: str, data: Mapping[str, Any] | str = "") -> Heard:
        """One request; `session` is empty for somebody who is not signed in."""
        body = data if isinstance(data, str) else urlencode(data, doseq=True)
        sent = body.encode() if method not in ("GET", "HEAD") else b""
        request = self.factory.generic(method, path, sent, content_type=FORM if sent or method == "POST" else "")
        if session:
            request.environ["HTTP_COOKIE"] = f"{settings.SESSION_COOKIE_NAME}={session}"
        wrote: list[str] = []
        with self.stage.scene.clock(), connection.execute_wrapper(noting(wrote)):
            response = self.handler(request.environ)
        location = response.headers.get("Location", "")
        return Heard(
            answered(response.status_code, location), response.status_code, location, response.content, tuple(wrote)
        )


def noting(wrote: list[str]) -> Any:
    """Remembers the tables that statements write to."""

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITES.match(sql)
        if found and found[1] not in OF_THE_SESSION:
            wrote.append(found[1])
        return execute(sql, params, many, context)

    return note


def answered(status: int, location: str) -> Answer | None:
    """The outcome as the table names it; None for an error of ours."""
    if status in (301, 302, 303) and location.startswith("/sign-in/"):
        return Answer.SIGN_IN
    if 200 <= status < 400:
        return Answer.SERVED
    return BY_STATUS.get(status)


def our_apps() -> list[AppConfig]:
    """Every app of the project, whatever its name: those whose folder stands in it."""
    return [found for found in apps.get_app_configs() if Path(found.path).parent == PROJECT]


def tables() -> list[type[models.Model]]:
    """Every table of ours, through tables of many-to-many relations included."""
    return [model for app in our_apps() for model in app.get_models(include_auto_created=True)]


def fingerprint() -> dict[str, str]:
    """Of every table the number of its rows and a digest of their contents, seen as the owner sees them."""
    parts = [
        f"SELECT '{table}' AS name, count(*)::text || ':' || coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') "
        f'FROM "{table}" t'
        for table in sorted(model._meta.db_table for model in tables())
    ]
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_ROLES["owner"]}"')
        cursor.execute(" UNION ALL ".join(parts))
        found = dict(cursor.fetchall())
        cursor.execute("RESET ROLE")
    return found


class Log(logging.Handler):
    """Every record of every logger while it listens."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def text(self) -> str:
        """Everything that was logged, with arguments and traces."""
        shape = logging.Formatter()
        return "\n".join(shape.format(record) for record in self.records)


@contextmanager
def listening(name: str | None = None, level: int = logging.DEBUG) -> Iterator[Log]:
    """Hear one logger, or all of them."""
    log, logger = Log(), logging.getLogger(name)
    before = logger.level
    logger.addHandler(log)
    logger.setLevel(level)
    try:
        yield log
    finally:
        logger.removeHandler(log)
        logger.setLevel(before)
