"""Instants out of the database: the same, read quickly."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.db import DataError, connection

from common import quick_instants


def read(text: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22 21:38:23+00", datetime(2026, 11, 22, 21, 38, 23, tzinfo=UTC)),
        ("2026-11-22 21:38:23.5+00", datetime(2026, 11, 22, 21, 38, 23, 500_000, tzinfo=UTC)),
        ("2026-11-22 21:38:23.123456+00", datetime(2026, 11, 22, 21, 38, 23, 123_456, tzinfo=UTC)),
        ("2026-11-22 21:38:23+05:30", datetime(2026, 11, 22, 16, 8, 23, tzinfo=UTC)),
        ("0001-01-02 00:00:00+00", datetime(1, 1, 2, tzinfo=UTC)),
        ("9999-12-31 23:59:59+00", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_instant_is_the_one_that_was_written(text: str, expected: datetime) -> None:
    found = read(text)
    assert found == expected
    assert found.tzinfo is UTC


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["infinity", "10000-01-01 00:00:00+00"])
def test_what_no_datetime_can_be_is_refused_as_ever(text: str) -> None:
    with pytest.raises(DataError):
        read(text)


@pytest.mark.django_db
def test_a_connection_is_told_once() -> None:
    connection.ensure_connection()
    before = connection.connection.adapters.get_loader(quick_instants.NUMBER, psycopg.pq.Format.TEXT)
    quick_instants.on_new_connection(connection)
    after = connection.connection.adapters.get_loader(quick_instants.NUMBER, psycopg.pq.Format.TEXT)
    assert before is after
    assert before.quick
