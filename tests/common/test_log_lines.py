"""What the log says, and what it never says."""

from __future__ import annotations

import logging
import socket
import sys
from typing import Any

import pytest
from django.test import Client
from gunicorn.http.errors import InvalidHeader, InvalidRequestLine, ParseException
from gunicorn.workers.base import Worker

from common.log_lines import FORMAT, DiscreetFormatter, WordlessRequests, WordlessTasks
from tests.assurance.knocking import listening

SECRET = "Failing row contains (Amina, +234 800 000)"


def line_of(error: BaseException) -> str:
    try:
        raise error
    except BaseException:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "It failed.", (), sys.exc_info())
    return DiscreetFormatter(FORMAT).format(record)


def test_an_exception_is_its_class_and_its_place_without_its_words() -> None:
    text = line_of(ValueError(SECRET))
    assert "builtins.ValueError" in text
    assert f"{__file__}:" in text
    assert "Amina" not in text


def test_every_cause_is_named_and_none_is_quoted() -> None:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError as error:
        text = line_of(error)
    assert "builtins.RuntimeError" in text
    assert "builtins.KeyError" in text
    assert "Amina" not in text


def test_what_another_handler_has_written_is_not_taken_over() -> None:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "It failed.", (), None)
    record.exc_text = SECRET
    assert "Amina" not in DiscreetFormatter(FORMAT).format(record)


def test_a_line_says_when_in_utc() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "news", (), None)
    record.created, record.msecs = 0.0, 0.0
    assert DiscreetFormatter(FORMAT).format(record) == "1970-01-01 00:00:00.000Z INFO x news"


@pytest.mark.django_db
def test_a_body_that_is_too_large_writes_one_line_and_no_traceback(client: Client, caplog: Any) -> None:
    with caplog.at_level(logging.INFO):
        client.post("/language/", {"next": "x" * 1_000_001})
    assert [(record.name, record.exc_info) for record in caplog.records] == [("alongside.security", None)]
    assert "x" * 50 not in caplog.text


@pytest.mark.django_db
def test_sign_in_is_logged_without_an_address(client: Client, caplog: Any) -> None:
    with caplog.at_level(logging.INFO):
        client.post("/sign-in/", {"login": "amina@example.org", "password": "a guess"})
    assert "sign_in_failed" in caplog.text
    assert "amina" not in caplog.text
    assert "a guess" not in caplog.text


@pytest.mark.django_db
def test_a_refusal_is_logged_by_page_and_number(client: Client, caplog: Any) -> None:
    from accounts.models import User

    shared = User.objects.create_user("focal.ng@example.org", demonstration=True)
    client.force_login(shared)
    with caplog.at_level(logging.INFO):
        client.get("/account/password/?q=Amina")
    assert f"refused status=403 page=account_change_password user={shared.pk}" in caplog.messages
    assert "Amina" not in caplog.text


def test_what_is_logged_makes_no_line_of_its_own() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "page %s", ("a\r\nINFO forged",), None)
    assert DiscreetFormatter(FORMAT).format(record).count("\n") == 0


def test_a_task_that_failed_is_named_without_words_and_arguments(settings: Any) -> None:
    context = {"name": "referral.tasks.sweep", "id": "1", "exc": SECRET, "args": f"('{SECRET}',)", "kwargs": "{}"}
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "Task %(name)s raised: %(exc)s", (context,), None)
    record.data = context
    assert WordlessTasks().filter(record)
    text = DiscreetFormatter(FORMAT).format(record)
    assert text.endswith("Task referral.tasks.sweep[1] did not end well")
    assert settings.LOGGING["loggers"]["celery.app.trace"] == {"filters": ["wordless"]}
    assert settings.CELERY_WORKER_HIJACK_ROOT_LOGGER is False


def test_the_web_server_quotes_no_request_and_names_no_computer() -> None:
    server = Worker.__new__(Worker)
    server.log = logging.getLogger("gunicorn.error")
    ours, theirs = socket.socketpair()
    with listening("gunicorn.error", logging.INFO) as log, ours, theirs:
        for refused in (InvalidHeader(SECRET), InvalidRequestLine(SECRET)):
            try:
                raise refused
            except ParseException as error:
                server.handle_error(None, ours, ("192.0.2.7", 55_555), error)
    assert [record.getMessage().rpartition(":")[0] for record in log.records] == [
        "The web server could not go on as usual: gunicorn.http.errors.InvalidHeader at gunicorn.workers.base",
        "The web server could not go on as usual: gunicorn.http.errors.InvalidRequestLine at gunicorn.workers.base",
    ]
    assert "Amina" not in log.text()
    assert "192.0.2.7" not in log.text()


def test_an_error_that_reaches_the_web_server_names_no_page() -> None:
    with listening("gunicorn.error", logging.INFO) as log:
        try:
            raise ValueError(SECRET)
        except ValueError:
            logging.getLogger("gunicorn.error").exception(
                "Error handling request %s %s", "GET", "/people/KORA7/?q=Amina"
            )
    (line,) = [DiscreetFormatter(FORMAT).format(record) for record in log.records]
    assert "builtins.ValueError" in line
    assert "KORA7" not in line
    assert "Amina" not in line


@pytest.mark.parametrize("name", ["gunicorn.error", "gunicorn.http.wsgi"])
def test_every_line_of_the_web_server_is_written_like_ours(name: str) -> None:
    logger = logging.getLogger(name)
    assert [type(found) for found in logger.filters] == [WordlessRequests]
    while not logger.handlers:
        assert logger.propagate
        logger = logger.parent or logging.root
    assert {type(handler.formatter) for handler in logger.handlers if type(handler) is logging.StreamHandler} == {
        DiscreetFormatter
    }


@pytest.mark.django_db
def test_an_error_of_ours_names_the_page_and_not_the_person(client: Client, monkeypatch: Any, caplog: Any) -> None:
    from tests.factories import make_institution, make_member, make_registry

    client.force_login(make_member(make_institution(make_registry(), "NG")).user)
    client.raise_request_exception = False

    def fail(*args: Any) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr("referral.views.access.case_by_code", fail)
    with caplog.at_level(logging.ERROR):
        assert client.get("/people/KORA7/?q=Amina").status_code == 500
    lines = [DiscreetFormatter(FORMAT).format(record) for record in caplog.records if record.name == "django.request"]
    assert "Internal Server Error: referral:person" in lines[0]
    assert "ValueError" in lines[0]
    assert "KORA7" not in lines[0]
    assert "Amina" not in lines[0]
