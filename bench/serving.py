"""A copy of the product served as in production: its own data folder, database server and port, on loopback alone."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType

from bench.visitors import ORIGIN, BenchRefused
from config import databases, embedded, env, programs, supervise
from config.children import dies_with_parent

LOOPBACK = "127.0.0.1"
OWN_DATABASE = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL", "CELERY_BROKER_URL", "EMAIL_URL")
"""Variables of the installation at hand that a measurement must not touch."""


def loopback(host: str) -> str:
    """The address as given when nobody outside this machine can reach it. Raises BenchRefused otherwise."""
    try:
        inside = ip_address(host).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise BenchRefused(f"A measurement is served on this machine alone, such as {LOOPBACK}; {host} is refused.")
    return host


@dataclass
class Served:
    """`with Served() as copy:` starts the database, prepares it, and serves; the end of the block ends it all.

    `serves` is False where only the database is wanted; `password` turns training mode on, in which a registry may be
    filled and its demonstration logins share this password. `settings` names the settings that the web server reads.
    """

    host: str = LOOPBACK
    serves: bool = True
    password: str = ""
    settings: str = "bench.settings"
    data: Path = field(init=False)
    port: int = field(default=0, init=False)
    variables: Mapping[str, str] = field(default_factory=dict, init=False)

    def __enter__(self) -> Served:
        loopback(self.host)
        self.data = Path(tempfile.mkdtemp(prefix="alongside-bench-"))
        # As root the database has an account of its own, which has to pass through.
        self.data.chmod(0o711)
        self._children: list[supervise.Child] = []
        self._server: embedded.Server | None = None
        self._socket: socket.socket | None = None
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def run(self, *command: str, **variables: str) -> str:
        """Run `python COMMAND…` beside this copy's database, with these variables too; returns what it printed.

        Raises BenchRefused when it fails.
        """
        done = subprocess.run(
            [sys.executable, *command],
            cwd=env.PROJECT,
            env=env.for_child("command", {**self.variables, **variables}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            preexec_fn=dies_with_parent(),
        )
        if done.returncode:
            raise BenchRefused(f"“{' '.join(command)}” failed; the lines above say why.")
        return done.stdout

    def _start(self) -> None:
        self._socket = supervise.listening(self.host, 0)
        self.port = self._socket.getsockname()[1]
        self.variables = {
            **dict.fromkeys(OWN_DATABASE, ""),
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "ALONGSIDE_DATA": str(self.data),
            "ALONGSIDE_ORIGIN": ORIGIN,
            "ALONGSIDE_TRAINING": "yes" if self.password else "no",
            "DEMO_PASSWORD": self.password,
            "HOST": self.host,
            "PORT": str(self.port),
        }
        asked = env.read(self.variables, training_by_default=False)
        secret = databases.passwords(asked.data)
        self._server = embedded.Server(embedded.state_folder(asked.data), programs.find_binaries(), secret["superuser"])
        self._server.start()
        embedded.ensure_roles(self._server, secret)
        # Tables and static files; without training mode no demonstration is loaded beside what is measured.
        self.run("-m", "config.prepare", ALONGSIDE_TRAINING="no")
        if self.serves:
            # The web server alone: what the worker costs is measured by itself.
            web = supervise.children_of(asked, self._socket)[0]
            web.extra = {**web.extra, **self.variables, "DJANGO_SETTINGS_MODULE": self.settings}
            self._children = [web]
            web.start()
            supervise.wait_until_ready(asked, web, Patience())

    def _end(self) -> None:
        supervise.end(self._children)
        if self._server is not None:
            self._server.stop()
        if self._socket is not None:
            self._socket.close()
        shutil.rmtree(self.data, ignore_errors=True)


class Patience(supervise.Stop):
    """The supervisor waits until it is told to stop; a measurement is ended by its own limit instead."""

    def __init__(self) -> None:
        self.asked = False
