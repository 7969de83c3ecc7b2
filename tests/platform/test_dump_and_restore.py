"""Dumps and restores exactly as docs/operations.md has them typed."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from common.second_wall_checks import weaknesses
from common.second_wall_sql import secure
from config import databases, embedded
from referral.models import Case, Registry
from referral.second_wall import POLICIES
from tests.conftest import PASSWORD
from tests.fixtures.database import superuser
from tests.platform.documented import blocks_of, speaking_to, typed
from tests.referral.models.test_second_wall_stands import OURS
from tests.scenes import open_case, two_countries

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True, databases=["default", "owner"])]

DUMP, RESTORE, OF_EMBEDDED, INTO_EMBEDDED = range(4)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the account of an embedded server can walk into; pytest's own is closed."""
    found = Path(tempfile.mkdtemp(prefix="alongside-dump-"))
    found.chmod(0o755)
    yield found
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture
def dumped(folder: Path) -> dict[str, int]:
    """A dump of two registries in `folder`, and how many rows each table has."""
    for scene in (two_countries(), two_countries()):
        open_case(scene)
    typed(_here(DUMP, "--exclude-schema=rehearsal"), folder, PGPASSWORD=PASSWORD)
    with superuser(str(connections["owner"].settings_dict["NAME"])) as link:
        return _rows(link)


def _here(number: int, *more: str) -> str:
    """The documented block with this server and this database in the place of those of the document."""
    known = connections["owner"].settings_dict
    block = blocks_of("Dump and restore", "sh")[number].replace("db.example.org", known["HOST"])
    block = block.replace("alongside_restored", f"{known['NAME']}_restored")
    block = block.replace("alongside.dump alongside\n", f"alongside.dump {' '.join(more)} {known['NAME']}\n")
    assert known["HOST"] in block
    return block


def _rows(link: psycopg.Connection) -> dict[str, int]:
    found = {}
    for table in POLICIES:
        (found[table],) = link.execute(f'SELECT count(*) FROM public."{table}"').fetchone() or ()
    return found


@pytest.fixture
def restored(dumped: dict[str, int], folder: Path) -> Iterator[str]:
    """The name of a database into which the dump was restored."""
    name = f"{connections['owner'].settings_dict['NAME']}_restored"
    try:
        typed(_here(RESTORE), folder, PGPASSWORD=PASSWORD)
        yield name
    finally:
        connections["owner"].close()
        with superuser() as link:
            link.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_the_backup_role_dumps_every_row_and_the_restored_wall_stands_once_the_key_is_put_in(
    dumped: dict[str, int], restored: str
) -> None:
    with superuser(restored) as link:
        assert _rows(link) == dumped
        registries = link.execute("SELECT DISTINCT registry_id FROM referral_case").fetchall()
        assert len(registries) == 2
        assert link.execute("SELECT to_regclass('wall.key')").fetchone() == (None,)
    with speaking_to(NAME=restored):
        owner = connections["owner"]
        assert weaknesses(owner, may_become=OURS) == [
            "The second wall is not in the database; run “manage.py secondwall install”."
        ]
        assert secure(owner)
        assert weaknesses(owner, may_become=OURS) == []
    with superuser(restored) as link:
        link.execute("SET ROLE alongside_web")
        assert link.execute("SELECT count(*) FROM referral_case").fetchone() == (0,)


def test_the_backup_role_changes_nothing_and_reads_no_key() -> None:
    known = connections["owner"].settings_dict
    with psycopg.connect(
        host=known["HOST"], dbname=known["NAME"], user=settings.DATABASE_BACKUP, password=PASSWORD, autocommit=True
    ) as link:
        link.execute("SET default_transaction_read_only = off")
        for statement in (
            "SELECT * FROM wall.key",
            "DELETE FROM referral_case",
            "UPDATE wall.standing SET fingerprint = ''",
            "CREATE TABLE public.intruder (id int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute(statement)


@pytest.mark.long
@pytest.mark.processes
def test_the_embedded_database_is_restored_and_dumped_as_the_document_says(
    dumped: dict[str, int], folder: Path
) -> None:
    names = {registry.name for registry in Registry.objects.all()}
    words = set(Case.objects.values_list("person__code_word", flat=True))
    (folder / ".venv").symlink_to(sys.prefix)
    into = blocks_of("Dump and restore", "sh")[INTO_EMBEDDED]
    path, dump = blocks_of("Dump and restore", "sh")[OF_EMBEDDED].strip().splitlines()
    with embedded.available(folder / "var") as server:
        typed(f"{path}\n{into}", folder)
        owner = databases.embedded("owner", databases.passwords(folder / "var")["owner"], server.sockets)
        with speaking_to(**owner):
            call_command("secondwall", "install", verbosity=0)
            call_command("secondwall", "check", verbosity=0)
        (folder / "alongside.dump").unlink()
        typed(f"{path}\n{dump}", folder)
        with psycopg.connect(server.conninfo(databases.NAME)) as link:
            assert _rows(link) == dumped
    said = typed(
        f"{path}\npg_restore --data-only --table=referral_registry --table=referral_person --file=- alongside.dump",
        folder,
    )
    assert all(word in said for word in names | words)
