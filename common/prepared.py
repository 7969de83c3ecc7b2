"""Queries that are composed once for each shape and from then on only asked with other values.

Putting a query of many conditions together and writing it as SQL takes the ORM several times as long as PostgreSQL
takes to answer it, and the text is the same every time: a page asks it for another institution at another instant, no
more. So a query is composed with marks in the place of its values, its SQL is kept, and the marks are replaced when it
is asked. Rules stay where they are, as conditions in Python; nothing is cached but the text.

PostgreSQL keeps its part too: the statement is prepared in each connection, and after a few times its plan serves every
value. Planning a join of ten tables behind the second wall takes longer than reading the rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import QuerySet
from psycopg import Cursor, sql
from psycopg.types.numeric import Int8

Value = int | str | datetime | timedelta | UUID | None
Compose = Callable[..., QuerySet[Any, Any]]

# Marks are values that no registry can hold, and that a calculation cannot turn into one that looks harmless.
FIRST_KEY = 7_300_000_000_000_000_000
FIRST_INSTANT = datetime(9000, 1, 1, tzinfo=UTC)
FIRST_SPAN = timedelta(days=2_500_000)
TEXT, CORE = " mark-oil {} ", str(FIRST_KEY)[:9]
WILD = "%"


class ValueChanged(TypeError):
    """A query calculates with a value while it is composed: a mistake of ours. Let the database calculate."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A composed query with its SQL; `parameters` hold the marks, `converters` how its columns become values."""

    queryset: QuerySet[Any, Any]
    compiler: Any
    converters: Any
    sql: str
    parameters: tuple[Any, ...]


MOST = 500
"""Statements that a process keeps, some tens of kilobytes each. Over it everything is composed anew."""

MOST_PREPARED = 50
"""Statements that PostgreSQL keeps for each connection, those asked last. A plan behind the second wall takes a megabyte."""

_known: dict[Hashable, Statement] = {}


def rows(compose: Compose, *values: Value, shape: Hashable = ()) -> list[Any]:
    """What the query `compose(*values)` finds, as a list; also what it prefetches.

    `compose` hands its values on to the query and decides nothing by them: whatever it decides by belongs to `shape`.
    Integers are keys of eight bytes, instants, spans and UUIDs go as they are; by None a query may decide; a text may
    also be what a value begins with or contains. Raises ValueChanged for a query that calculates with a value in Python.
    """
    try:
        statement = _statement(compose, values, shape)
    except EmptyResultSet:  # nothing can be found; with marks that may be their own fault, so it is not kept
        return list(compose(*values))
    return list(_asked(statement, values))


def sql_of(compose: Compose, *values: Value) -> tuple[str, tuple[Any, ...]]:
    """The SQL of the query and its parameters, for who sends it together with something else; see `rows`."""
    statement = _statement(compose, values, ())
    return statement.sql, _with(statement, values)


def _statement(compose: Compose, values: Sequence[Value], shape: Hashable) -> Statement:
    key = (compose.__module__, compose.__qualname__, shape, tuple(map(type, values)))
    statement = _known.get(key)
    if statement is None:
        if len(_known) >= MOST:
            _known.clear()
        statement = _known[key] = _composed(compose, values)
    return statement


def first(compose: Compose, *values: Value, shape: Hashable = ()) -> Any | None:
    """The first row of what `rows` finds, or None; for a query that finds one at most."""
    return next(iter(rows(compose, *values, shape=shape)), None)


def _mark(number: int, value: Value) -> Value:
    if value is None:
        return None
    if isinstance(value, datetime):
        return FIRST_INSTANT + timedelta(days=number)
    if isinstance(value, timedelta):
        return FIRST_SPAN + timedelta(days=number)
    if isinstance(value, str):
        return TEXT.format(FIRST_KEY + number)
    if isinstance(value, UUID):
        return UUID(int=FIRST_KEY + number)
    return FIRST_KEY + number


def _composed(compose: Compose, values: Sequence[Value]) -> Statement:
    marks = [_mark(number, value) for number, value in enumerate(values)]
    queryset = compose(*marks)
    compiler = queryset.query.get_compiler(using=queryset.db)
    text, parameters = compiler.as_sql()
    strange = [one for one in parameters if _looks_like_a_mark(one) and _bare(one) not in marks]
    if strange:
        raise ValueChanged(f"{compose.__qualname__}: {strange}")
    # Asked of every column anew each time, they take as long as reading a handful of rows.
    converters = compiler.get_converters([one[0] for one in compiler.select[: compiler.col_count]])
    return Statement(queryset, compiler, converters, *_with_values_alone(text, parameters, connections[queryset.db]))


PLACE = re.compile("(%s|%%)")


def _with_values_alone(text: str, parameters: Sequence[Any], database: Any) -> tuple[str, tuple[Any, ...]]:
    """The SQL with everything written in that is the same each time; what is left are marks, whose type is said.

    PostgreSQL has to know of each parameter of a prepared statement what it is, and cannot always tell from its place.
    """
    database.ensure_connection()
    given, left, pieces = iter(parameters), [], []
    for piece in PLACE.split(text):
        if piece != "%s":
            pieces.append(piece)
        elif _looks_like_a_mark(one := next(given)):
            left.append(one)
            pieces.append("%s::text" if isinstance(one, str) else "%s")
        else:
            pieces.append(sql.Literal(one).as_string(database.connection).replace("%", "%%"))
    return "".join(pieces), tuple(left)


def _looks_like_a_mark(value: Any) -> bool:
    if isinstance(value, date):
        return value.year >= FIRST_INSTANT.year - 1_000
    if isinstance(value, timedelta):
        return abs(value) >= FIRST_SPAN / 2
    if isinstance(value, str):
        return CORE in value
    if isinstance(value, UUID):
        return value.int >> 64 == 0
    return isinstance(value, int) and value >= FIRST_KEY // 2


def _is_pattern(parameter: Any) -> bool:
    """Whether a text is looked for as a part of others: only a plan for that very text can use the index of beginnings."""
    return isinstance(parameter, str) and parameter != _bare(parameter)


def _bare(value: Any) -> Any:
    """A text without the signs that let it be a part of another."""
    return value.strip(WILD) if isinstance(value, str) else value


def _asked(statement: Statement, values: Sequence[Value]) -> QuerySet[Any, Any]:
    """The query with these values, ready to be read once."""
    composed = statement.queryset
    compiler = copy(statement.compiler)
    database = connections[composed.db]  # of this thread, whichever composed it
    patterns = any(map(_is_pattern, statement.parameters))
    compiler.connection = database if patterns else _Connection(database)
    filled = _with(statement, values)
    compiler.as_sql = lambda *_args, **_options: (statement.sql, filled)
    compiler.get_converters = lambda _columns: statement.converters
    asked: QuerySet[Any, Any] = QuerySet(composed.model, query=_Query(composed.query, compiler), using=composed.db)  # type: ignore[arg-type]
    for name in ("_iterable_class", "_prefetch_related_lookups", "_known_related_objects", "_fields"):
        setattr(asked, name, getattr(composed, name))
    return asked


def _with(statement: Statement, values: Sequence[Value]) -> tuple[Any, ...]:
    given = {_mark(number, value): value for number, value in enumerate(values)}
    return tuple(_filled(one, given) for one in statement.parameters)


def _filled(parameter: Any, given: dict[Value, Value]) -> Any:
    """The value for a mark, in the type in which the driver was to get it."""
    value = given[_bare(parameter)]
    if isinstance(value, int):
        return Int8(value) if isinstance(parameter, int) else type(parameter)(value)
    if isinstance(value, str) and _is_pattern(parameter):
        return parameter.replace(_bare(parameter), connection.ops.prep_for_like_query(value))
    return value


class _Cursor(Cursor[Any]):
    """Has the server prepare what it executes."""

    def execute(self, query: Any, params: Any = None, **_options: Any) -> _Cursor:
        return super().execute(query, params, prepare=True)


class _Connection:
    """Django's connection, but its cursors prepare their statements.

    While queries are logged they go the ordinary way, because a log shows them with their values.
    """

    def __init__(self, database: Any) -> None:
        self._database = database

    def cursor(self) -> Any:
        database = self._database
        if database.queries_logged:
            return database.cursor()
        database.close_if_health_check_failed()
        database.ensure_connection()
        with database.wrap_database_errors:
            raw = database.connection
            # Django leaves the threshold empty, and nothing would be prepared.
            raw.prepare_threshold, raw.prepared_max = 0, MOST_PREPARED
            return database._prepare_cursor(_Cursor(raw))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


class _Query:
    """A query that answers with the compiler it is given; for everything else it is the composed one."""

    def __init__(self, composed: Any, compiler: Any) -> None:
        self._composed, self._compiler = composed, compiler

    def get_compiler(self, *_args: Any, **_options: Any) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._composed, name)
