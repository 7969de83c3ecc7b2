"""Keys of rows: those of different tables far from each other, and the same ones again for the same act.

Sequences do not come back with a transaction. Nothing here moves one behind where it stood before the test: scenes
that are put back elsewhere (`tests.fixtures.remembered`) have keys that must not be given a second time.
"""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.db import connection, models

from tests.conftest import _as_owner

FIRST, APART = 7_000_000, 50_000
"""A number of seven digits is a key, and of one table alone: pages count to no such number."""


def far_apart() -> None:
    """Let keys of every table begin far from each other and from any number that a page counts."""
    tables = [
        model
        for app in ("referral", "accounts")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]
    with _as_owner(), connection.cursor() as cursor:
        for place, model in enumerate(sorted(tables, key=lambda model: model._meta.db_table)):
            key = model._meta.pk
            if isinstance(key, models.AutoField):
                cursor.execute(
                    "SELECT setval(s, greatest(nextval(s), %s)) FROM pg_get_serial_sequence(%s, %s) AS s",
                    [FIRST + APART * place, f'"{model._meta.db_table}"', key.column],
                )


def kept() -> Callable[[], None]:
    """Note where every sequence stands; what is given back lets the next row of every table get that number again."""
    with _as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences")
        stood = cursor.fetchall()

    def again() -> None:
        with _as_owner(), connection.cursor() as cursor:
            cursor.executemany("SELECT setval(%s, coalesce(%s, 1), %s)", [(s, n, n is not None) for s, n in stood])

    return again
