"""A new database and one that took every step end in the same schema, and every step can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

pytestmark = [
    pytest.mark.long,
    pytest.mark.database,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]

SHAPE = {
    "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length "
    "FROM information_schema.columns WHERE table_schema = %s",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(c.oid) FROM pg_constraint c "
    "JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = %s AND contype <> 't'",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %s",
    "triggers": "SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND NOT t.tgisinternal",
    "functions": "SELECT p.proname, p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "WHERE n.nspname = %s AND p.proname LIKE 'referral%%'",
}


@pytest.fixture
def steps() -> Iterator[Any]:
    """The owner's connection in a schema of its own."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("CREATE SCHEMA steps")
        cursor.execute("SET search_path TO steps")
    yield owner
    with owner.cursor() as cursor:
        cursor.execute("SET search_path TO public")
        cursor.execute("DROP SCHEMA steps CASCADE")


def shape(owner: Any, schema: str) -> dict[str, set[tuple[Any, ...]]]:
    """Everything of the schema that belongs to the registry, without its name."""
    found = {}
    with owner.cursor() as cursor:
        cursor.execute(f"SET search_path TO {schema}")
        for name, statement in SHAPE.items():
            cursor.execute(statement, [schema])
            rows = {tuple(str(part).replace(f"{schema}.", "") for part in row) for row in cursor.fetchall()}
            found[name] = {row for row in rows if row[0].startswith("referral")}
        cursor.execute("SET search_path TO steps")
    return found


def test_the_steps_and_the_shortcut_end_in_the_same_schema_and_can_be_taken_back(steps: Any) -> None:
    executor = MigrationExecutor(steps)
    executor.loader = MigrationLoader(steps, replace_migrations=False)
    leaves = executor.loader.graph.leaf_nodes()
    newest = [(app, name) for app, name in leaves if app == "referral" and "squashed" not in name]
    executor.migrate(newest)
    taken, short = shape(steps, "steps"), shape(steps, "public")
    for part in SHAPE:
        assert taken[part] == short[part], part
    assert len(short["triggers"]) > 20

    executor.loader = MigrationLoader(steps, replace_migrations=False)
    executor.migrate([("referral", "0002_backstop")])
    assert "referral_message" not in {row[0] for row in shape(steps, "steps")["columns"]}
