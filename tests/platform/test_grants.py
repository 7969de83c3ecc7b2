"""What the web and worker roles cannot do, whatever the code asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, connections, transaction

from common.grants import WEB, WORKER, apply_grants, rights_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@contextmanager
def connected_as(role: str) -> Iterator[psycopg.Connection]:
    known = connection.settings_dict
    with psycopg.connect(
        host=known["HOST"],
        dbname=known["NAME"],
        user=settings.DATABASE_ROLES[role],
        password=known["PASSWORD"],
        autocommit=True,
    ) as found:
        yield found


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE intruder (id int)",
        "CREATE TEMPORARY TABLE intruder (id int)",
        "CREATE SCHEMA intruder",
        "CREATE FUNCTION intruder() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE accounts_user ADD COLUMN intruder int",
        "ALTER TABLE accounts_user DISABLE TRIGGER ALL",
        "DROP TABLE accounts_user",
        "TRUNCATE accounts_user",
        "SET session_replication_role = replica",
        "CREATE ROLE intruder",
        "COPY accounts_user TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
    ],
)
@pytest.mark.parametrize("role", [WEB, WORKER])
def test_a_role_without_tables_can_do_nothing_to_them(role: str, statement: str) -> None:
    with (
        connected_as(role) as link,
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.WrongObjectType)),
    ):
        link.execute(statement)


@pytest.mark.parametrize("role", [WEB, WORKER])
def test_neither_role_owns_bypasses_or_is_superuser(role: str) -> None:
    with connected_as(role) as link:
        powers = link.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owned = link.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole").fetchone()
    assert powers == (False, False, False, False, False)
    assert owned == (0,)


def test_append_only_rows_can_be_added_and_read_and_nothing_else() -> None:
    ledgers = [model for model in apps.get_models() if getattr(model, "append_only", False)]
    assert ledgers, "there is no append-only table"
    for model in ledgers:
        assert rights_of(model, WEB) == (("SELECT", "INSERT"), None)
        for statement in (
            f"DELETE FROM {model._meta.db_table}",
            f"UPDATE {model._meta.db_table} SET {model._meta.pk.column} = NULL",
        ):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


def test_the_worker_reads_no_table_or_column_hidden_from_it() -> None:
    hidden = [model for model in apps.get_models() if getattr(model, "hidden_from_worker", ())]
    with connected_as(WORKER) as link:
        for model in hidden:
            names = None if model.hidden_from_worker is True else model.hidden_from_worker
            columns = ["*"] if names is None else [model._meta.get_field(name).column for name in names]
            for column in columns:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    link.execute(f'SELECT {column} FROM "{model._meta.db_table}" LIMIT 1')


def test_every_table_of_a_model_is_readable_by_the_web_role() -> None:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and rights_of(model, WEB)[0]:
            list(model._default_manager.all()[:1])


@pytest.mark.django_db(transaction=True)
def test_granting_twice_changes_nothing() -> None:
    def granted() -> list[tuple[str, ...]]:
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants "
                "WHERE grantee LIKE 'alongside_w%' ORDER BY 1, 2, 3"
            )
            return cursor.fetchall()

    before = granted()
    apply_grants(connections["owner"])
    assert granted() == before
    assert before
