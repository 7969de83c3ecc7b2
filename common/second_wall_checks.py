"""Whether the second wall stands: what the owner can look at (`weaknesses`), and what web and worker see of it (`seen`).

See docs/decisions/0050 and 0061.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db import ProgrammingError, connections
from psycopg.errors import InsufficientPrivilege, InvalidSchemaName, UndefinedFunction, UndefinedTable

from common import second_wall
from common.grants import WEB, WORKER
from common.second_wall_sql import (
    SecondWallIncomplete,
    changed_parts,
    has_wall,
    is_of_this_version,
    is_ours,
    unsaid,
    wall,
    without_guard,
)

STRONG = """
SELECT r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolreplication,
  EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relnamespace IN ('public'::regnamespace, 'wall'::regnamespace)),
  has_table_privilege(r.oid, 'wall.key', 'SELECT'),
  ARRAY(
    SELECT x.rolname::text FROM pg_roles x WHERE x.oid <> r.oid AND pg_has_role(r.oid, x.oid, 'MEMBER') AND (
      x.rolsuper OR x.rolbypassrls OR x.rolcreaterole OR x.rolreplication OR x.rolname = %s OR x.rolname = current_user
      OR x.rolname IN ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
      OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = x.oid AND c.relnamespace IN ('public'::regnamespace, 'wall'::regnamespace))
    ) ORDER BY 1)
FROM pg_roles r WHERE r.rolname = %s
"""
"""What a role can do by itself, and the stronger roles that it may become: SET ROLE asks for membership, not inheritance."""

WORDS = (
    "is a superuser",
    "bypasses row level security",
    "may make roles",
    "may copy the whole server",
    "owns tables",
    "reads the key of the context",
)

NO_WALL = "The second wall is not in the database; run “manage.py secondwall install”."
KEY_DIFFERS = (
    "The key in the database is another than this installation's; give every machine the same "
    "ALONGSIDE_CONTEXT_KEY and run “manage.py secondwall install”."
)


def weaknesses(connection: Any, *, may_become: Collection[str] = ()) -> list[str]:
    """Everything that makes the wall no wall, each as a sentence; as the owner. Empty when it stands.

    `may_become` names roles of which web and worker are members all the same: the tests' web role becomes the owner.
    """
    with connection.cursor() as cursor:
        missing = without_guard(cursor)
        if missing:
            return [missing]
        if not has_wall(cursor):
            return [NO_WALL]
        silent = unsaid(connection.introspection.table_names(cursor))
        found = [f"Nothing is said about the table {table}." for table in silent]
        if not is_of_this_version(cursor):
            found.append("The second wall is another version's; run “manage.py secondwall install”.")
        found += [f"Of the second wall, {part} is not as it was put up." for part in changed_parts(cursor)]
        if not is_ours(cursor):
            found.append(KEY_DIFFERS)
        for role in (WEB, WORKER):
            found += _strengths(cursor, settings.DATABASE_ROLES[role], may_become)
        cursor.execute("SELECT rolcanlogin OR rolsuper FROM pg_roles WHERE rolname = %s", [settings.DATABASE_GUARD])
        if cursor.fetchone() != (False,):
            found.append(f"The role {settings.DATABASE_GUARD} must be no superuser and must not be able to log in.")
    return found


def _strengths(cursor: Any, role: str, may_become: Collection[str]) -> list[str]:
    """What a role of the product has and must not have."""
    cursor.execute(STRONG, [settings.DATABASE_GUARD, role])
    row = cursor.fetchone()
    if row is None:
        return [f"The role {role} does not exist."]
    *has, becomes = row
    powers = [what for yes, what in zip(has, WORDS, strict=True) if yes]
    others = [name for name in becomes if name not in may_become]
    if others:
        powers.insert(0, f"may act as {', '.join(others)}")
    if row[0]:
        powers = [WORDS[0]]  # a superuser is everything else as well
    return [f"The role {role} {what}, so no policy stops it." for what in powers]


def refuse_a_weak_wall(connection: Any) -> None:
    """Raise SecondWallIncomplete with one sentence unless the wall stands."""
    found = weaknesses(connection)
    if found:
        more = f" ({len(found) - 1} more; “manage.py secondwall check” lists them)" if len(found) > 1 else ""
        raise SecondWallIncomplete(found[0] + more)


def seen(using: str = "default") -> str:
    """What web or worker itself sees wrong with the wall, as a sentence; empty when it stands. Costs two milliseconds.

    The key is tried with a context that opens nothing. A role that owns, bypasses or is a superuser has no active policies.
    """
    try:
        with second_wall.transaction_of_its_own(using), connections[using].cursor() as cursor:
            second_wall.set_context(second_wall.Context(), using)
            cursor.execute("SELECT wall.registry()")
            cursor.execute(
                "SELECT t FROM unnest(%s::text[]) t WHERE to_regclass(quote_ident(t)) IS NOT NULL "
                "AND NOT row_security_active(quote_ident(t)) ORDER BY 1",
                [list(wall().policies)],
            )
            open_tables = [row[0] for row in cursor.fetchall()]
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            return KEY_DIFFERS
        if isinstance(error.__cause__, UndefinedFunction | UndefinedTable | InvalidSchemaName):
            return NO_WALL
        raise
    if not open_tables:
        return ""
    more = f" and {len(open_tables) - 1} others" if len(open_tables) > 1 else ""
    return f"No policy holds for this process in the table {open_tables[0]}{more}; run “manage.py secondwall check”."
