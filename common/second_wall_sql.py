"""The second wall, as it stands in PostgreSQL: roles, key, context functions and the policies of every table.

`raise_wall` puts it up after each migration from what `settings.SECOND_WALL` says about the tables, and `weaknesses`
looks whether it stands: both are what `manage.py secondwall` calls. See docs/decisions/0050 and docs/operations.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from common.second_wall import key

BLOCK = 64
"""Block of SHA-256 in bytes, to which HMAC fills its key up (RFC 2104)."""

FUNCTIONS = """
CREATE SCHEMA IF NOT EXISTS wall;
GRANT USAGE ON SCHEMA wall TO PUBLIC;
GRANT USAGE, CREATE ON SCHEMA wall TO {guard};
GRANT USAGE, CREATE ON SCHEMA public TO {guard};
CREATE TABLE IF NOT EXISTS wall.key (
  single boolean PRIMARY KEY DEFAULT true CHECK (single), inner_block bytea NOT NULL, outer_block bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS wall.standing (
  single boolean PRIMARY KEY DEFAULT true CHECK (single), fingerprint text NOT NULL
);
REVOKE ALL ON wall.key, wall.standing FROM PUBLIC;
GRANT SELECT ON wall.key TO {guard};

-- The parts of the context: registry, institution, user, role, country, cases, backend, expiry, signature.
CREATE OR REPLACE FUNCTION wall.context() RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  said text := current_setting('alongside.context', true);
  part text[];
  proof text;
BEGIN
  IF said IS NULL OR said = '' THEN
    RETURN NULL;
  END IF;
  part := string_to_array(said, '|');
  SELECT encode(sha256(k.outer_block || sha256(k.inner_block || convert_to(left(said, -65), 'UTF8'))), 'hex')
    INTO proof FROM wall.key k;
  IF cardinality(part) <> 9 OR proof IS NULL OR proof <> part[9] THEN
    RAISE EXCEPTION 'the context is not signed by this installation' USING ERRCODE = '42501';
  END IF;
  IF part[7] <> pg_backend_pid()::text OR part[8]::bigint < extract(epoch FROM clock_timestamp()) THEN
    RAISE EXCEPTION 'the context belongs to another connection or time' USING ERRCODE = '42501';
  END IF;
  RETURN part;
END $$;

-- Without a context nothing equals 0 and nothing is in the empty list; for the system the answer is NULL, which means all.
-- Not in the language SQL: PostgreSQL would write their text into every statement anew, which doubles the time to plan one.
CREATE OR REPLACE FUNCTION wall.registry() RETURNS bigint LANGUAGE plpgsql STABLE AS
$$ BEGIN RETURN nullif(coalesce((wall.context())[1], '0'), '*')::bigint; END $$;
CREATE OR REPLACE FUNCTION wall.institution() RETURNS bigint LANGUAGE plpgsql STABLE AS
$$ BEGIN RETURN coalesce((wall.context())[2], '0')::bigint; END $$;
CREATE OR REPLACE FUNCTION wall.person() RETURNS bigint LANGUAGE plpgsql STABLE AS
$$ BEGIN RETURN coalesce((wall.context())[3], '0')::bigint; END $$;
CREATE OR REPLACE FUNCTION wall.role() RETURNS text LANGUAGE plpgsql STABLE AS
$$ BEGIN RETURN coalesce((wall.context())[4], ''); END $$;
CREATE OR REPLACE FUNCTION wall.country() RETURNS text LANGUAGE plpgsql STABLE AS
$$ BEGIN RETURN coalesce((wall.context())[5], ''); END $$;
CREATE OR REPLACE FUNCTION wall.cases() RETURNS bigint[] LANGUAGE plpgsql STABLE AS
$$ BEGIN RETURN nullif(coalesce((wall.context())[6], '{{}}'), '*')::bigint[]; END $$;

ALTER FUNCTION wall.context() OWNER TO {guard};
"""

TRIGGERS_OF_GUARD = """
SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'public' AND p.prosrc !~ '(current|session)_user'
  AND (p.prorettype = 'trigger'::regtype OR p.prosecdef) AND p.proname LIKE 'referral\\_%'
ORDER BY 1
"""
"""Functions that count or write past the policies. One that asks who it runs as must run as the one who calls it.

PostgreSQL keeps the plans of their statements. One that was made while a table was small would read it whole for ever, once
for each row of an import; all that they look for has an index.
"""

QUESTION = """
CREATE OR REPLACE FUNCTION wall.{name}(wanted bigint) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$ BEGIN RETURN coalesce({condition}, false); END $$;
ALTER FUNCTION wall.{name}(bigint) OWNER TO "{guard}";
"""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which rows of a table the context reads, and which it may write, as SQL conditions about one row."""

    read: str
    write: str


@dataclass(frozen=True, slots=True)
class Wall:
    """What the product says about its tables: a policy for each, or the reason why it has none.

    `questions` are functions of the schema `wall` about the row with the key `wanted`, yes or no, asked by policies of
    rows that hang on others. They look past the policies, so each condition says itself who may have a yes.
    """

    policies: Mapping[str, Policy]
    without: Mapping[str, str]
    questions: Mapping[str, str] = field(default_factory=dict)


class SecondWallIncomplete(Exception):
    """The wall cannot be put up; the message is one sentence that says why and what to do."""


def wall() -> Wall:
    """The product's map of its tables."""
    found: Wall = import_string(settings.SECOND_WALL)
    return found


def unsaid(tables: Iterable[str]) -> list[str]:
    """Tables about which the map says nothing. There must be none."""
    known = wall()
    return sorted(set(tables) - set(known.policies) - set(known.without))


def statements_of(table: str, policy: Policy, guard: str) -> list[str]:
    """What gives one table its policies. The guard's own lets triggers count past those of everybody."""
    quoted = f'"{table}"'
    names = ("wall_reads", "wall_adds", "wall_changes", "wall_removes", "wall_guards")
    return [
        f"ALTER TABLE {quoted} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {quoted} FORCE ROW LEVEL SECURITY",
        *(f"DROP POLICY IF EXISTS {name} ON {quoted}" for name in names),
        f"CREATE POLICY wall_reads ON {quoted} FOR SELECT USING ({policy.read})",
        f"CREATE POLICY wall_adds ON {quoted} FOR INSERT WITH CHECK ({policy.write})",
        f"CREATE POLICY wall_changes ON {quoted} FOR UPDATE USING ({policy.read}) WITH CHECK ({policy.write})",
        f"CREATE POLICY wall_removes ON {quoted} FOR DELETE USING ({policy.write})",
        f'CREATE POLICY wall_guards ON {quoted} TO "{guard}" USING (true) WITH CHECK (true)',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON {quoted} TO "{guard}"',
    ]


def blocks() -> tuple[bytes, bytes]:
    """The key as HMAC uses it, so that the database needs two calls of sha256() and no extension."""
    filled = key().ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in filled), bytes(byte ^ 0x5C for byte in filled)


def raise_wall(connection: Any) -> bool:
    """Put the wall up as the owner, in one transaction; false when it stood already just so.

    Raises SecondWallIncomplete for a table about which nothing is said, or when the guard's role is missing.
    """
    from django.db import transaction

    guard, backup = settings.DATABASE_GUARD, settings.DATABASE_BACKUP
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _need_guard(cursor, guard)
        tables = set(connection.introspection.table_names(cursor))
        silent = unsaid(tables)
        if silent:
            raise SecondWallIncomplete(
                f"The second wall says nothing about {', '.join(silent)}; add it to {settings.SECOND_WALL}."
            )
        if set(wall().policies) - tables:
            return False  # an older state of the tables; the wall comes with those it stands on
        cursor.execute(FUNCTIONS.format(guard=f'"{guard}"') if not _has_functions(cursor) else "SELECT 1")
        wanted = [
            QUESTION.format(name=name, condition=condition, guard=guard)
            for name, condition in sorted(wall().questions.items())
        ]
        wanted += [
            statement
            for table, policy in sorted(wall().policies.items())
            for statement in statements_of(table, policy, guard)
        ]
        cursor.execute(TRIGGERS_OF_GUARD)
        functions = [row[0] for row in cursor.fetchall()]
        wanted += [
            part
            for name in functions
            for part in (
                f"ALTER FUNCTION {name} SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off",
                f'ALTER FUNCTION {name} OWNER TO "{guard}"',
            )
        ]
        wanted += _for_backup(cursor, backup)
        fingerprint = sha256("\n".join([FUNCTIONS, *wanted]).encode() + key()).hexdigest()
        cursor.execute("SELECT fingerprint FROM wall.standing")
        stands = cursor.fetchone() == (fingerprint,)
        # A restored dump or a migration may have taken a part away, so the fingerprint alone is not believed.
        if stands and not _gaps(cursor) and _is_ours(cursor):
            return False
        cursor.execute(FUNCTIONS.format(guard=f'"{guard}"'))
        cursor.execute("; ".join(wanted))
        cursor.execute("DELETE FROM wall.key")
        cursor.execute("INSERT INTO wall.key (inner_block, outer_block) VALUES (%s, %s)", list(blocks()))
        cursor.execute("DELETE FROM wall.standing")
        cursor.execute("INSERT INTO wall.standing (fingerprint) VALUES (%s)", [fingerprint])
    return True


def _has_functions(cursor: Any) -> bool:
    cursor.execute("SELECT to_regclass('wall.standing') IS NOT NULL")
    return bool(cursor.fetchone()[0])


def _need_guard(cursor: Any, guard: str) -> None:
    cursor.execute("SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %s", [guard])
    if cursor.fetchone() != (True,):
        raise SecondWallIncomplete(
            f"The role {guard} is missing, or the owner is no member of it; docs/operations.md has the lines that make it."
        )


def _for_backup(cursor: Any, backup: str) -> list[str]:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [backup])
    if cursor.fetchone() is None:
        return []
    who = f'"{backup}"'
    return [
        f"GRANT USAGE ON SCHEMA public, wall TO {who}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {who}",
        f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {who}",
        f"GRANT SELECT ON wall.standing TO {who}",
    ]


def _is_ours(cursor: Any) -> bool:
    cursor.execute("SELECT inner_block, outer_block FROM wall.key")
    found = cursor.fetchone()
    return found is not None and tuple(bytes(block) for block in found) == blocks()


def _gaps(cursor: Any) -> list[str]:
    """Tables that are not forced, or lack one of the five policies."""
    cursor.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND c.relname = ANY(%s) AND NOT ("
        "c.relrowsecurity AND c.relforcerowsecurity "
        "AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname LIKE 'wall\\_%%') = 5 "
        "AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) = 5) ORDER BY 1",
        [list(wall().policies)],
    )
    return [row[0] for row in cursor.fetchall()]


def weaknesses(connection: Any) -> list[str]:
    """Everything that makes the wall no wall, each as a sentence; as the owner. Empty when it stands."""
    found = []
    with connection.cursor() as cursor:
        if not _has_functions(cursor):
            return ["The second wall is not in the database; run “manage.py secondwall install”."]
        silent = unsaid(connection.introspection.table_names(cursor))
        found += [f"Nothing is said about the table {table}." for table in silent]
        found += [f"The table {table} is without its policies." for table in _gaps(cursor)]
        if not _is_ours(cursor):
            found.append(
                "The key in the database is another than this installation's; give every machine the same "
                "ALONGSIDE_CONTEXT_KEY and run “manage.py secondwall install”."
            )
        for role in ("web", "worker"):
            found += _strengths(cursor, settings.DATABASE_ROLES[role])
        cursor.execute("SELECT rolcanlogin OR rolsuper FROM pg_roles WHERE rolname = %s", [settings.DATABASE_GUARD])
        if cursor.fetchone() != (False,):
            found.append(f"The role {settings.DATABASE_GUARD} must exist and must not be able to log in.")
    return found


def _strengths(cursor: Any, role: str) -> list[str]:
    """What a role of the product has and must not have."""
    cursor.execute(
        "SELECT r.rolsuper, r.rolbypassrls, r.rolcreaterole, "
        "EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "  WHERE c.relowner = r.oid AND n.nspname IN ('public', 'wall')), "
        "pg_has_role(r.oid, %s, 'USAGE') OR pg_has_role(r.oid, current_user, 'USAGE') "
        "FROM pg_roles r WHERE r.rolname = %s",
        [settings.DATABASE_GUARD, role],
    )
    row = cursor.fetchone()
    if row is None:
        return [f"The role {role} does not exist."]
    words = (
        "is a superuser",
        "bypasses row level security",
        "may make roles",
        "owns tables",
        "acts with the rights of the owner or the guard",
    )
    return [f"The role {role} {what}, so no policy stops it." for has, what in zip(row, words, strict=True) if has]


def refuse_a_weak_wall(connection: Any) -> None:
    """Raise SecondWallIncomplete with one sentence unless the wall stands."""
    found = weaknesses(connection)
    if found:
        more = f" ({len(found) - 1} more; “manage.py secondwall check” lists them)" if len(found) > 1 else ""
        raise SecondWallIncomplete(found[0] + more)
