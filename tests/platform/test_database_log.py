"""What the log of PostgreSQL holds when a statement fails: nothing of what stood in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import Country, SignInDelay, User
from common import clock, second_wall
from config import prepare
from config.databases import QUIET_LOG
from referral.models import Person
from tests.fixtures.database import server_log, superuser
from tests.platform.documented import blocks_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]

WORD = "typed-by-somebody"


@pytest.fixture
def log() -> Path:
    """The log of the server; others write to it at the same time, but not this word."""
    return server_log()


def taken_twice() -> None:
    User.objects.create(email=f"{WORD}@example.org", display_name=WORD)
    User.objects.create(email=f"{WORD}@EXAMPLE.org", display_name=WORD)


def null_in_a_row() -> None:
    SignInDelay.objects.create(account=WORD, latest_wall=clock.wall_now(), wait_until_wall=None)


def too_long_for_its_column() -> None:
    Country.objects.create(code=WORD)


def refused_by_a_policy() -> None:
    with second_wall.nobody():
        Person.objects.create(registry_id=0, code_word=WORD, wishes=WORD)


def no_number() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::integer", [WORD])


def no_such_column() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{WORD}"')


FAILURES = [
    (taken_twice, psycopg.errors.UniqueViolation),
    (null_in_a_row, psycopg.errors.NotNullViolation),
    (too_long_for_its_column, psycopg.errors.StringDataRightTruncation),
    (refused_by_a_policy, psycopg.errors.InsufficientPrivilege),
    (no_number, psycopg.errors.InvalidTextRepresentation),
    (no_such_column, psycopg.errors.UndefinedColumn),
]


@pytest.mark.parametrize(("fails", "kind"), FAILURES, ids=lambda found: found.__name__)
def test_a_statement_that_fails_leaves_nothing_of_itself(log: Path, fails: Any, kind: type[psycopg.Error]) -> None:
    with pytest.raises(DatabaseError) as failed, transaction.atomic():
        fails()
    assert isinstance(failed.value.__cause__, kind)
    assert WORD not in log.read_text(errors="replace")


def test_the_log_of_an_ordinary_server_holds_all_of_it(log: Path) -> None:
    """The control: the same failures where the log is as PostgreSQL comes."""
    usual = {"log_min_messages": "warning", "log_min_error_statement": "error", "log_error_verbosity": "default"}
    with superuser(connection.settings_dict["NAME"]) as link:
        for name, value in usual.items():
            link.execute(f"SET {name} = {value}")
        for number, statement in enumerate(
            ("SELECT '{}'::integer", "INSERT INTO accounts_country (code) VALUES ('{}')")
        ):
            with pytest.raises(psycopg.Error):
                link.execute(statement.format(f"control-{number}-of-the-log"))
    written = log.read_text(errors="replace")
    assert 'ERROR:  invalid input syntax for type integer: "control-0-of-the-log"' in written
    assert "STATEMENT:  INSERT INTO accounts_country (code) VALUES ('control-1-of-the-log')" in written


def test_the_document_says_the_same_for_a_server_of_ones_own() -> None:
    block = blocks_of("Your own PostgreSQL (15 or newer)", "sql")[0]
    assert dict(re.findall(r"ALTER SYSTEM SET (\w+) = '?([-\w]+)'?;", block)) == QUIET_LOG


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_server_that_writes_more_is_named_at_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare.advise_on_the_log()
    assert capsys.readouterr().out == ""
    monkeypatch.setitem(QUIET_LOG, "log_statement", "another")
    monkeypatch.setitem(QUIET_LOG, "log_error_verbosity", "another")
    prepare.advise_on_the_log()
    said = capsys.readouterr().out
    assert "log_error_verbosity, log_statement" in said
    assert "docs/operations.md" in said
