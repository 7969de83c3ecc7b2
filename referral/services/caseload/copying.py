"""Rows into tables, many in one statement: one row at a time would take minutes.

Not by COPY, which PostgreSQL refuses for whoever stands under row level security: a bulk load passes the same policies
as a page (docs/decisions/0050).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import sql
from psycopg.adapt import Transformer

Values = Mapping[str, Any]
"""One row: the attribute names of a model's columns, and what stands in them."""


AT_ONCE = 400
"""Rows of one statement: long enough to save the way, short enough for the parser."""


def copy_rows(model: type[Model], rows: Iterable[Values]) -> None:
    """Write rows that all name the same columns in one order; every other column takes the default of its field.

    The rows are made before the first is written: making one may ask the database.
    """
    rows = list(rows)
    if not rows:
        return
    first = rows[0]
    fields = model._meta.concrete_fields
    rest = {
        field.attname: field.get_db_prep_save(field.get_default(), connection)
        for field in fields
        if field.attname not in first and not (field.primary_key and field.get_internal_type().endswith("AutoField"))
    }
    columns = {field.attname: str(field.column) for field in fields}
    named: list[sql.Composable] = [sql.Identifier(columns[name]) for name in (*first, *rest)]
    with connection.cursor() as cursor:
        known = connection.connection
        head = sql.SQL("INSERT INTO {} ({}) VALUES ").format(
            sql.Identifier(model._meta.db_table), sql.SQL(", ").join(named)
        )
        # Written as literals by the driver: looking for thousands of placeholders takes it longer than everything else.
        literal, begins = Transformer(known).as_literal, head.as_string(known).encode()
        constant = [literal(value) for value in rest.values()]
        lines = (b"(" + b", ".join([*map(literal, row.values()), *constant]) + b")" for row in rows)
        while part := list(islice(lines, AT_ONCE)):
            cursor.execute((begins + b", ".join(part)).decode())


def array(codes: Sequence[str]) -> str:
    """An array as PostgreSQL reads it. Only for codes: they hold nothing that would need quoting."""
    return f"{{{','.join(codes)}}}"


def numbers(model: type[Model], count: int) -> list[int]:
    """So many primary keys, taken from the sequence of the table, in rising order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]


def check_now() -> None:
    """Let the database check now what it checks at commit, so that it need not remember every row until then.

    It also forgets how its triggers looked for rows while the tables were smaller: a plan from then reads them whole.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DISCARD PLANS")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
