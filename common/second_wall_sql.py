"""The second wall, as it stands in PostgreSQL: roles, key, context functions and the policies of every table.

`raise_wall` puts it up after each migration from what `settings.SECOND_WALL` says about the tables, and keeps a digest of
every part as the database prints it then; `changed_parts` compares. `common.second_wall_checks` looks whether it stands.
`manage.py secondwall` calls both. See docs/decisions/0050 and docs/operations.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import ProgrammingError, transaction
from django.utils.module_loading import import_string
from psycopg.errors import InsufficientPrivilege, UndefinedObject

from common.grants import WEB, WORKER, apply_grants
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
CREATE TABLE IF NOT EXISTS wall.part (name text PRIMARY KEY, digest text NOT NULL);
REVOKE ALL ON wall.key, wall.standing, wall.part FROM PUBLIC;
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

CREATE OR REPLACE FUNCTION wall.stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'a row of % stays where it belongs', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
"""

ANCHORS = ("registry_id", "case_id", "from_case_id", "person_id", "handover_id", "event_id", "deadline_id")
"""Columns that say to whom a row belongs. Once they say it, they never say another.

A policy sees the new row alone when a row is changed. Whoever reads a row of others could otherwise carry it into a case of
its own by an update that forgot its filter: there the new row is allowed.
"""

NOBODY = "false"
"""The condition of a policy by which no role of ours writes."""

ANCHORED = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attname) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s) AND a.attname = ANY(%s) AND NOT a.attisdropped
GROUP BY c.relname ORDER BY c.relname
"""

FUNCTIONS_OF_GUARD = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.prosrc !~ '(current|session)_user'
  AND (p.prorettype = 'trigger'::regtype OR p.prosecdef)
  AND pg_get_userbyid(p.proowner) IN (current_user, %s)
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY 1
"""
"""Functions that count or write past the policies. One that asks who it runs as must run as the one who calls it.

PostgreSQL keeps the plans of their statements. One that was made while a table was small would read it whole for ever, once
for each row of an import; all that they look for has an index.
"""

PARTS = """
SELECT name, encode(sha256(convert_to(said, 'UTF8')), 'hex') FROM (
  SELECT format('the table %%s', c.relname) AS name, concat_ws(' ', c.relrowsecurity, c.relforcerowsecurity,
    pg_get_userbyid(c.relowner),
    (SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'O')) AS said
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY(%s)
  UNION ALL
  SELECT format('the policy %%s of the table %%s', p.polname, c.relname), concat_ws(' ', p.polcmd, p.polpermissive,
    (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r) END, ',' ORDER BY r) FROM unnest(p.polroles) r),
    coalesce(pg_get_expr(p.polqual, p.polrelid), '-'), 'CHECK', coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '-'))
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s)
  UNION ALL
  SELECT format('the trigger %%s of the table %%s', t.tgname, c.relname), pg_get_triggerdef(t.oid)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE t.tgname = 'wall_stays' AND c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s)
  UNION ALL
  SELECT format('the function %%s.%%s(%%s)', p.pronamespace::regnamespace, p.proname,
    pg_get_function_identity_arguments(p.oid)), pg_get_userbyid(p.proowner) || ' ' || pg_get_functiondef(p.oid)
  FROM pg_proc p WHERE p.prokind IN ('f', 'p') AND (p.pronamespace = 'wall'::regnamespace OR p.pronamespace = 'public'::regnamespace)
) parts ORDER BY name
"""
"""Every part of the wall, and the digest of how the database prints it. What is owned counts, and triggers that rest."""

CHANGED = f"""
SELECT coalesce(now.name, was.name) FROM ({PARTS}) AS now (name, digest) FULL JOIN wall.part was ON was.name = now.name
WHERE now.digest IS DISTINCT FROM was.digest ORDER BY 1
"""  # noqa: S608 - no value of anybody is in it

QUESTION = """
CREATE OR REPLACE FUNCTION wall.{name}(wanted bigint) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$ BEGIN {first}RETURN coalesce({condition}, false); END $$;
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
    rows that hang on others. They look past the policies, so each condition says itself who may have a yes. For some of
    them `at_once` holds a part of the condition, asked before the whole because it is nearly always what says yes.
    """

    policies: Mapping[str, Policy]
    without: Mapping[str, str]
    questions: Mapping[str, str] = field(default_factory=dict)
    at_once: Mapping[str, str] = field(default_factory=dict)


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
        f"ALTER TABLE {quoted} ENABLE TRIGGER USER",
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


def secure(connection: Any) -> bool:
    """Grant every role its rights and put the wall up, as the owner; false when the wall stood already just so.

    Raises SecondWallIncomplete as `raise_wall` does, and when a role is missing or the owner may not do what it must.
    """
    try:
        apply_grants(connection)
        return raise_wall(connection)
    except ProgrammingError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege | UndefinedObject):
            raise
        reason = str(error).strip().splitlines()[0]
        raise SecondWallIncomplete(
            f"The database does not let the owner put up rights and second wall ({reason}); docs/operations.md has the "
            "lines that make the roles and the database."
        ) from error


def raise_wall(connection: Any) -> bool:
    """Put the wall up as the owner, in one transaction; false when it stood already just so.

    The text of the trigger functions is the migrations'; whose rights they have and everything else is put right.
    Raises SecondWallIncomplete for a table about which nothing is said, or when the guard's role is missing.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        return _raise(connection, cursor)


def _raise(connection: Any, cursor: Any) -> bool:
    guard = settings.DATABASE_GUARD
    missing = without_guard(cursor)
    if missing:
        raise SecondWallIncomplete(missing)
    tables = set(connection.introspection.table_names(cursor))
    silent = unsaid(tables)
    if silent:
        raise SecondWallIncomplete(
            f"The second wall says nothing about {', '.join(silent)}; add it to {settings.SECOND_WALL}."
        )
    if set(wall().policies) - tables:
        return False  # an older state of the tables; the wall comes with those it stands on
    stands = has_wall(cursor) and is_of_this_version(cursor) and is_ours(cursor) and not changed_parts(cursor)
    if not stands:
        cursor.execute(_functions())
        cursor.execute("; ".join([*_others_away(cursor), *_wanted(), *_anchors(cursor)]))
        cursor.execute("; ".join(_for_guard(cursor, guard)))
        cursor.execute("DELETE FROM wall.key; DELETE FROM wall.standing; DELETE FROM wall.part")
        cursor.execute("INSERT INTO wall.key (inner_block, outer_block) VALUES (%s, %s)", list(blocks()))
        cursor.execute("INSERT INTO wall.standing (fingerprint) VALUES (%s)", [_fingerprint()])
        cursor.execute(f"INSERT INTO wall.part {PARTS}", [list(wall().policies)] * 3)
    cursor.execute("; ".join([*_key_is_closed(), *_for_backup(cursor, connection.settings_dict["NAME"])]))
    return not stands


def _functions() -> str:
    return FUNCTIONS.format(guard=f'"{settings.DATABASE_GUARD}"')


def _asked_first(question: str) -> str:
    part = wall().at_once.get(question)
    return f"IF {part} THEN RETURN true; END IF; " if part else ""


def _wanted() -> list[str]:
    """What the product's map asks for."""
    guard = settings.DATABASE_GUARD
    questions = [
        QUESTION.format(name=name, first=_asked_first(name), condition=condition, guard=guard)
        for name, condition in sorted(wall().questions.items())
    ]
    return questions + [
        statement
        for table, policy in sorted(wall().policies.items())
        for statement in statements_of(table, policy, guard)
    ]


def _anchors(cursor: Any) -> list[str]:
    """A trigger for each table whose rows hang on another row. One that hangs on none yet may be given one.

    Where nobody writes, triggers do: what they keep follows the rows that it was worked out from.
    """
    written = [table for table, policy in wall().policies.items() if policy.write != NOBODY]
    cursor.execute(ANCHORED, [written, list(ANCHORS)])
    return [
        part
        for table, columns in cursor.fetchall()
        for part in (
            f'DROP TRIGGER IF EXISTS wall_stays ON "{table}"',
            f'CREATE TRIGGER wall_stays BEFORE UPDATE ON "{table}" FOR EACH ROW '
            f"WHEN ({' OR '.join(f'OLD.{column} <> NEW.{column}' for column in columns)}) EXECUTE FUNCTION wall.stays()",
        )
    ]


def _fingerprint() -> str:
    return sha256("\n".join([_functions(), *ANCHORS, *_wanted()]).encode()).hexdigest()


def _others_away(cursor: Any) -> list[str]:
    """Policies that somebody has added would open what ours close."""
    cursor.execute(
        "SELECT format('DROP POLICY %%I ON public.%%I', p.polname, c.relname) FROM pg_policy p "
        "JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(%s)",
        [list(wall().policies)],
    )
    return [row[0] for row in cursor.fetchall()]


def _for_guard(cursor: Any, guard: str) -> list[str]:
    cursor.execute(FUNCTIONS_OF_GUARD, [guard])
    return [
        part
        for (name,) in cursor.fetchall()
        for part in (
            f"ALTER FUNCTION {name} SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off",
            f'ALTER FUNCTION {name} OWNER TO "{guard}"',
        )
    ]


def has_wall(cursor: Any) -> bool:
    """Whether there is a wall at all. A dump leaves the key out, and an older version knew no parts."""
    cursor.execute("SELECT count(to_regclass(t)) FROM unnest(ARRAY['wall.key', 'wall.standing', 'wall.part']) t")
    return bool(cursor.fetchone() == (3,))


def is_of_this_version(cursor: Any) -> bool:
    """Whether the wall was put up from the map and the functions that this version of the product has."""
    cursor.execute("SELECT fingerprint FROM wall.standing")
    return bool(cursor.fetchone() == (_fingerprint(),))


def is_ours(cursor: Any) -> bool:
    """Whether the key in the database is this installation's."""
    cursor.execute("SELECT inner_block, outer_block FROM wall.key")
    found = cursor.fetchone()
    return found is not None and tuple(bytes(block) for block in found) == blocks()


def changed_parts(cursor: Any) -> list[str]:
    """Parts that are not as they were put up, that are gone, or that somebody has added, by name."""
    cursor.execute(CHANGED, [list(wall().policies)] * 3)
    return [row[0] for row in cursor.fetchall()]


def without_guard(cursor: Any) -> str:
    """One sentence when the guard's role is not there for the owner; empty when it is."""
    guard = settings.DATABASE_GUARD
    cursor.execute("SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %s", [guard])
    if cursor.fetchone() == (True,):
        return ""
    return (
        f"The role {guard} is missing, or the owner is no member of it; docs/operations.md has the lines that make it."
    )


def _key_is_closed() -> list[str]:
    return [
        f'REVOKE ALL ON wall.key, wall.standing, wall.part FROM "{settings.DATABASE_ROLES[role]}"'
        for role in (WEB, WORKER)
    ]


def _for_backup(cursor: Any, database: str) -> list[str]:
    """The backup role reads every table but the key, which `secondwall install` puts into a restored database. It may be made at any time."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DATABASE_BACKUP])
    if cursor.fetchone() is None:
        return []
    who = f'"{settings.DATABASE_BACKUP}"'
    return [
        f'GRANT CONNECT ON DATABASE "{database}" TO {who}',
        f"GRANT USAGE ON SCHEMA public, wall TO {who}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {who}",
        f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {who}",
        f"GRANT SELECT ON wall.standing, wall.part TO {who}",
    ]
