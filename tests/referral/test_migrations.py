"""A new database and one that took every step end in the same schema, and every step can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from common.second_wall_sql import raise_wall
from tests.fixtures.database import speak_to, superuser

pytestmark = [
    pytest.mark.long,
    pytest.mark.database,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]

SHAPE = {
    "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length "
    "FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(c.oid) FROM pg_constraint c "
    "JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = 'public' AND contype <> 't'",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND NOT t.tgisinternal",
    "policies": "SELECT tablename, policyname, cmd, roles::text, qual, with_check FROM pg_policies",
    "functions": "SELECT p.proname, p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "WHERE n.nspname = 'public' AND p.proname LIKE 'referral%'",
    "functions of the second wall": "SELECT 'referral', p.proname, p.prosrc FROM pg_proc p "
    "JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'wall'",
}


@contextmanager
def in_an_empty_database() -> Iterator[Any]:
    """The owner's connection, moved to an empty database of its own."""
    owner = connections["owner"]
    kept = owner.settings_dict["NAME"]
    with superuser() as link:
        link.execute(f"CREATE DATABASE {kept}_steps OWNER {owner.settings_dict['USER']}")
    speak_to(owner, f"{kept}_steps")
    yield owner
    speak_to(owner, kept)
    with superuser() as link:
        link.execute(f"DROP DATABASE {kept}_steps")


@pytest.fixture
def steps() -> Iterator[Any]:
    with in_an_empty_database() as owner:
        yield owner


@pytest.fixture
def short() -> dict[str, set[tuple[Any, ...]]]:
    """What a new installation gets. Not the tests' own database: a test may have taken an index away and put it back."""
    with in_an_empty_database() as owner:
        executor = MigrationExecutor(owner)
        executor.migrate(executor.loader.graph.leaf_nodes())
        raise_wall(owner)
        return shape(owner)


def shape(connection: Any) -> dict[str, set[tuple[Any, ...]]]:
    """Everything of the database that belongs to the registry."""
    found = {}
    with connection.cursor() as cursor:
        for name, statement in SHAPE.items():
            cursor.execute(statement)
            found[name] = {tuple(map(str, row)) for row in cursor.fetchall() if row[0].startswith("referral")}
    return found


def test_the_steps_and_the_shortcut_end_in_the_same_schema_and_can_be_taken_back(
    short: dict[str, set[tuple[Any, ...]]], steps: Any
) -> None:
    executor = MigrationExecutor(steps)
    executor.loader = MigrationLoader(steps, replace_migrations=False)
    leaves = executor.loader.graph.leaf_nodes()
    newest = [(app, name) for app, name in leaves if "squashed" not in name]
    executor.migrate(newest)
    raise_wall(steps)
    taken = shape(steps)
    for part in SHAPE:
        assert taken[part] == short[part], part
        assert len(short[part]) > 10, part
    assert len(short["triggers"]) > 20

    executor.loader = MigrationLoader(steps, replace_migrations=False)
    executor.migrate([("referral", "0002_backstop")])
    assert "referral_message" not in {row[0] for row in shape(steps)["columns"]}
