"""A PostgreSQL server as an outside administrator sets it up: by the lines of docs/operations.md and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from config import embedded, programs
from config.env import PROJECT
from tests.platform.documented import blocks_of, speaking_to

PASSWORD = "from-outside"
NAMES = {"owner": "ministry_owner", "web": "ministry_web", "worker": "ministry_worker"}
"""The document says that other names are fine for these three."""
DATABASE = "alongside"


@dataclass
class Outside:
    """The server, which listens to this machine, and the folder of the installation that uses it."""

    server: embedded.Server
    folder: Path
    address: str

    def as_superuser(self, *statements: str, database: str = DATABASE) -> None:
        with psycopg.connect(self.server.conninfo(database), autocommit=True) as link:
            for statement in statements:
                link.execute(statement)

    def variables(self, **more: str) -> dict[str, str]:
        """The environment of an installation on this server."""
        urls = {"DATABASE_URL": "web", "DATABASE_OWNER_URL": "owner", "DATABASE_WORKER_URL": "worker"}
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "ALONGSIDE_"))},
            **{
                name: f"postgres://{NAMES[role]}:{PASSWORD}@{self.address}:5432/{DATABASE}"
                for name, role in urls.items()
            },
            "ALONGSIDE_DATA": str(self.folder / "var"),
            "ALONGSIDE_CONTEXT_KEY": "the context key of all machines together",
            **more,
        }

    def runs(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """A command of the product in this installation."""
        return subprocess.run(
            [sys.executable, *command],
            cwd=PROJECT,
            env=self.variables(**variables),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    @contextmanager
    def spoken_to(self, settings: Any, database: str = DATABASE) -> Iterator[None]:
        """The connections of this very process, moved there."""
        settings.DATABASE_ROLES = dict(NAMES)
        settings.SECOND_WALL_KEY = self.variables()["ALONGSIDE_CONTEXT_KEY"]
        there = {"HOST": str(self.server.sockets), "NAME": database, "PASSWORD": PASSWORD}
        with ExitStack() as both:
            for alias, role in (("owner", "owner"), ("default", "web")):
                both.enter_context(speaking_to(alias, **there, USER=NAMES[role]))
            yield


def documented_statements() -> list[str]:
    """The lines that make roles and database, with passwords and with names of the administrator's own."""
    (block,) = blocks_of("Your own PostgreSQL (15 or newer)", "sql")
    for role, name in NAMES.items():
        block = block.replace(f"alongside_{role}", name)
    block = re.sub(r"--.*", "", block).replace("…", PASSWORD)
    return [statement.strip() for statement in block.split(";") if statement.strip()]


@contextmanager
def outside() -> Iterator[Outside]:
    """A new server of this kind, without a table in it."""
    given = os.environ.get("ALONGSIDE_TEST_PG_BIN")
    folder = Path(tempfile.mkdtemp(prefix="alongside-outside-"))
    folder.chmod(0o755)
    # Of its own for each process, so that the port may be the usual one.
    address = f"127.{os.getpid() // 62_500 % 250 + 1}.{os.getpid() // 250 % 250}.{os.getpid() % 250 + 2}"
    options = (*embedded.THROW_AWAY, f"listen_addresses={address}")
    server = embedded.Server(
        folder / "state", programs.find_binaries(Path(given) if given else None), PASSWORD, options
    )
    try:
        server.start()
        found = Outside(server, folder, address)
        found.as_superuser(*documented_statements(), database="postgres")
        yield found
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
