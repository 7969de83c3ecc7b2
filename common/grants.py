"""What the web and worker roles may do with each table, said by the models and granted after every migration.

A model says it with class attributes, all optional:

* `append_only = True` (from `referral.models.ledger`): rows are read and added, never changed or removed;
* `kept_by_triggers = True`: rows are read; only triggers write them;
* `hidden_from_worker = True`, or a tuple of field names: the worker role cannot read the table, or those columns;
* `worker_reads_only = True`: the worker role changes no row, those of many-to-many relations of the model included.

`settings.CLOSED_TO_WORKER` names the apps of others whose tables the worker role never opens. Nobody but the owner may create, alter or truncate a table or switch a trigger off.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from psycopg import sql

WEB = "web"
WORKER = "worker"


def rights_of(model: type[models.Model], role: str) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """Table rights of `role`, and the readable columns when they are not all of them."""
    if getattr(model, "kept_by_triggers", False):
        return ("SELECT",), None
    append_only = getattr(model, "append_only", False)
    rights: tuple[str, ...] = ("SELECT", "INSERT") if append_only else ("SELECT", "INSERT", "UPDATE", "DELETE")
    if role == WEB:
        return rights, None
    hidden = getattr(model, "hidden_from_worker", ())
    if hidden is True or model._meta.app_label in settings.CLOSED_TO_WORKER:
        return (), None
    if getattr(model._meta.auto_created or model, "worker_reads_only", False):
        rights = ("SELECT",)
    if not hidden:
        return rights, None
    columns = tuple(f.column for f in model._meta.concrete_fields if f.column and f.name not in hidden)
    return rights, columns


def apply_grants(connection: Any) -> None:
    """Revoke everything from both roles and grant what the models say. Runs as the owner, as one statement list."""
    tables = {
        model._meta.db_table: model for model in apps.get_models(include_auto_created=True) if model._meta.managed
    }
    present = set(connection.introspection.table_names())
    database = sql.Identifier(connection.settings_dict["NAME"])
    # Everybody may connect to a new PostgreSQL database and make temporary tables in it.
    statements: list[sql.Composable] = [sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database)]
    for role in (WEB, WORKER):
        who = sql.Identifier(settings.DATABASE_ROLES[role])
        statements += [
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, who),
            sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(who),
            sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(who),
            sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(who),
        ]
        for table, model in sorted(tables.items()):
            if table in present:
                statements += _table(table, who, *rights_of(model, role))
        if "django_migrations" in present:
            statements.append(sql.SQL("GRANT SELECT ON django_migrations TO {}").format(who))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("; ").join(statements).as_string(cursor.cursor))


def _table(
    table: str, who: sql.Identifier, rights: tuple[str, ...], columns: tuple[str, ...] | None
) -> list[sql.Composable]:
    if not rights:
        return []
    target = sql.Identifier(table)
    if columns is None:
        listed = sql.SQL(", ").join(sql.SQL(right) for right in rights)
        return [sql.SQL("GRANT {} ON {} TO {}").format(listed, target, who)]
    named = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    by_column = [right for right in rights if right != "DELETE"]
    listed = sql.SQL(", ").join(sql.SQL("{} ({})").format(sql.SQL(right), named) for right in by_column)
    found: list[sql.Composable] = [sql.SQL("GRANT {} ON {} TO {}").format(listed, target, who)]
    if "DELETE" in rights:
        found.append(sql.SQL("GRANT DELETE ON {} TO {}").format(target, who))
    return found
