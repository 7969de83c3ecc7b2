"""The second wall, seen from Python: who a transaction works for, said to PostgreSQL and signed.

The first wall is the application's own scoping. The second one stands in the database: row level security reads the
context that is set here and shows and accepts only rows of it. Without a context there are no rows. The context is
signed with a key that the roles of the product cannot read, and bound to one connection and a time, so that neither
a forged one nor one from elsewhere opens anything. See docs/decisions/0050.

A request's context is that of its actor (`referral.middleware`). Commands and tasks work for the system (`system`).
A command of a user opens the cases that it has locked, and only while it runs (`command`, `open_cases`). What has to
look across institutions says so by name (`across`), and every name stands in `PURPOSES` with its reason.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connections, transaction

SETTING = "alongside.context"
"""Name of the setting that carries the context."""
STATEMENT = "SELECT set_config(%s, %s, %s)"

REQUEST_SECONDS = 15 * 60
"""How long the context of a request is good for: longer than any request takes."""
SYSTEM_SECONDS = 24 * 60 * 60
"""The same for a pass of the sweep, a command or a bulk load."""

PURPOSES: Mapping[str, str] = {
    "seats": "the first page of the demonstration shows every seat, also to somebody who is not signed in",
    "mails": "in the demonstration everybody may read what would have left by mail",
    "health": "the health address tells how old the last sweep is, and no row",
    "intake": "a file that is just being opened has nobody yet who reaches it",
    "code": "a code that a person gave is looked for among all files; the asker never learns what was found",
    "request": "a holder is told that somebody asked about a person, in a file that the asker does not reach",
    "merge": "two files of one person may be held by two institutions",
    "telling": "whoever acts tells others, whose notices are their own",
    "glass": "a break-glass request is written down in a file that the asker does not reach before a second yes",
    "children": "child protection is told how many children of its country it has not been told of, and of none",
    "stubs": "a regional coordinator is told what is overdue, without the person",
    "audit": "a data protection officer reads who did what, without the file",
    "clock": "whoever changes or wakes the clock settles what is due in every file",
    "staff": "work that a colleague leaves behind goes to the successor, file by file",
}
"""Why the wall is crossed on purpose, by the name under which `across` does it. A test counts the places."""


class SecondWallBreached(Exception):
    """Our own code tried to work without a context or beyond a command: a mistake of ours, never of a user."""


@dataclass(frozen=True, slots=True)
class Context:
    """For whom a transaction works. Zero and empty mean nobody; every registry with every case means the system."""

    registry: int | None = 0
    """None is every registry."""
    institution: int = 0
    user: int = 0
    role: str = ""
    country: str = ""
    cases: frozenset[int] | None = frozenset()
    """Cases that a command has opened for writing; None is every case of the registry."""

    def payload(self) -> str:
        """What is signed, without the binding to a connection."""
        scope = "*" if self.cases is None else "{" + ",".join(str(case) for case in sorted(self.cases)) + "}"
        registry = "*" if self.registry is None else str(self.registry)
        return f"{registry}|{self.institution}|{self.user}|{self.role}|{self.country}|{scope}"


SYSTEM = Context(registry=None, cases=None)

WITHOUT_A_SEAT: Mapping[str, Context] = {
    "seats": Context(registry=None),
    "health": Context(registry=None, role="health"),
}
"""What somebody without a registry sees beyond: how registries are set up, who sits where, and for `health` also mails and
notices, to count them. Of no file, person or handover anything."""


def key() -> bytes:
    """The signing key of this installation, 32 bytes."""
    return sha256(f"second wall:{settings.SECOND_WALL_KEY}".encode()).digest()


def signed(connection: Any, context: Context | None) -> str:
    """The value of the setting for this connection; empty for no context."""
    if context is None:
        return ""
    seconds = SYSTEM_SECONDS if context == SYSTEM else REQUEST_SECONDS
    raw = connection.connection
    text = f"{context.payload()}|{raw.info.backend_pid}|{int(_server_seconds(connection)) + seconds}"
    return f"{text}|{hmac.new(key(), text.encode(), sha256).hexdigest()}"


def _server_seconds(connection: Any) -> float:
    """The database's own clock, read once for each connection and counted on by our monotonic one.

    A context must not die because the clock of an application host is wrong.
    """
    raw = connection.connection
    offset: float | None = getattr(raw, "second_wall_offset", None)
    if offset is None:
        with raw.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
            offset = raw.second_wall_offset = float(cursor.fetchone()[0]) - monotonic()
    return monotonic() + offset


def current(using: str = "default") -> Context | None:
    """The context in which this thread's connection works now."""
    found: Context | None = getattr(connections[using], "second_wall", None)
    return found


def set_context(context: Context | None, using: str = "default", *, counted: bool = True) -> None:
    """Tell the database for whom it works from here on: in a transaction until its end, otherwise for the connection."""
    connection = connections[using]
    connection.ensure_connection()
    if not connection.in_atomic_block and "pool" in connection.settings_dict.get("OPTIONS", {}):
        raise SecondWallBreached("a pooled connection carries a context in a transaction only")
    values: list[str | bool] = [SETTING, signed(connection, context), connection.in_atomic_block]
    if counted:
        with connection.cursor() as cursor:
            cursor.execute(STATEMENT, values)
    else:
        connection.connection.execute(STATEMENT, values)
    connection.second_wall = context  # type: ignore[attr-defined]


def rows_in(context: Context, sql: str, parameters: tuple[Any, ...], using: str = "default") -> list[Any]:
    """Set the context and read with it, in one way to the database and back. Inside a transaction only."""
    connection = connections[using]
    if not connection.in_atomic_block:
        raise SecondWallBreached("a context belongs to a transaction")
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT set_config(%s, %s, true); {sql}", (SETTING, signed(connection, context), *parameters))
        connection.second_wall = context  # type: ignore[attr-defined]
        cursor.nextset()
        return list(cursor.fetchall())


@contextmanager
def kept(using: str = "default", *, told: bool = True) -> Iterator[None]:
    """Whatever context is set inside, the one before holds again afterwards.

    The database is `told` unless its transaction ends here anyhow, which gives it back what held before.
    """
    before = current(using)
    try:
        yield
    finally:
        _restore(before, using, told)


@contextmanager
def transaction_of_its_own(using: str = "default") -> Iterator[None]:
    """A transaction, or a savepoint of the one that runs; contexts that are set inside end with it."""
    nested = connections[using].in_atomic_block
    with transaction.atomic(using=using), kept(using, told=nested):
        yield


def _restore(before: Context | None, using: str, told: bool) -> None:
    connection = connections[using]
    if current(using) == before:
        return
    # A failed transaction takes no statement; its rollback gives the former value back.
    if told and connection.connection is not None and not connection.needs_rollback and not _failed(connection):
        set_context(before, using, counted=False)
    connection.second_wall = before  # type: ignore[attr-defined]


def _failed(connection: Any) -> bool:
    return connection.closed_in_transaction or connection.connection.info.transaction_status.name in (
        "INERROR",
        "UNKNOWN",
    )


@contextmanager
def system(using: str = "default") -> Iterator[None]:
    """Work for the system: the sweep, the outbox, commands and bulk loads. Never inside a request."""
    connection = connections[using]
    if connection.in_atomic_block:
        with kept(using):
            set_context(SYSTEM, using)
            yield
        return
    before = getattr(connection, "second_wall_session", None)
    connection.second_wall_session = SYSTEM  # type: ignore[attr-defined]
    try:
        set_context(SYSTEM, using)
        yield
    finally:
        connection.second_wall_session = before  # type: ignore[attr-defined]
        if connection.connection is not None and not connection.in_atomic_block and connection.is_usable():
            set_context(before, using, counted=False)
        connection.second_wall = before  # type: ignore[attr-defined]


def on_new_connection(sender: Any, connection: Any, **_named: Any) -> None:
    """A connection that was lost and made anew inside `system` works for the system again."""
    session: Context | None = getattr(connection, "second_wall_session", None)
    connection.second_wall = session
    if session is not None:
        connection.connection.execute("SELECT set_config(%s, %s, false)", [SETTING, signed(connection, session)])


@contextmanager
def nobody(using: str = "default") -> Iterator[None]:
    """Work for nobody: what is asked before it is known who asks. Costs nothing where nothing is set, as in production."""
    if current(using) is None:
        yield
        return
    with kept(using):
        set_context(None, using)
        yield


@contextmanager
def across(purpose: str, using: str = "default", *, registry: int = 0) -> Iterator[None]:
    """Look or write beyond one's own cases, within the registry, for one of the PURPOSES.

    Who has no seat has no registry: the purpose itself may name one (`registry`), or is one of WITHOUT_A_SEAT.
    """
    _known(purpose)
    here = current(using)
    if here is not None and here.cases is None:
        yield
        return
    wanted = replace(here or Context(), cases=None)
    if not wanted.registry:
        if not registry and purpose not in WITHOUT_A_SEAT:
            raise SecondWallBreached(f"nobody without a registry looks across for {purpose}")
        wanted = Context(registry=registry, cases=None) if registry else WITHOUT_A_SEAT[purpose]
    # Inside a transaction no savepoint is needed: the former context is told again, and where an error forbids that, the
    # rollback that must follow gives it back.
    with kept(using) if connections[using].in_atomic_block else transaction_of_its_own(using):
        set_context(wanted, using)
        yield


@contextmanager
def command(using: str = "default") -> Iterator[None]:
    """One transaction of one command. The cases that it opens are closed again when it ends."""
    connection = connections[using]
    with transaction_of_its_own(using):
        depth = getattr(connection, "second_wall_commands", 0)
        connection.second_wall_commands = depth + 1  # type: ignore[attr-defined]
        try:
            yield
        finally:
            connection.second_wall_commands = depth  # type: ignore[attr-defined]


def open_cases(*cases: int, using: str = "default") -> None:
    """The running command may write what belongs to these cases. It has locked them, or is about to."""
    here = current(using)
    if here is None or here.cases is None or here.cases.issuperset(cases):
        return
    if not getattr(connections[using], "second_wall_commands", 0):
        raise SecondWallBreached("a case is opened inside a command only")
    set_context(replace(here, cases=here.cases.union(cases)), using)


def open_beyond(purpose: str, *cases: int) -> None:
    """The same for cases that the actor does not reach, for one of the PURPOSES."""
    _known(purpose)
    open_cases(*cases)


def _known(purpose: str) -> None:
    if purpose not in PURPOSES:
        raise SecondWallBreached(f"no such purpose: {purpose}")
