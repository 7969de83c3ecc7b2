"""What must be done before serving: translations, tables, static files, the demonstration. Run by `config.supervise`.

Each step looks first whether there is anything to do, so a second start is quick.
"""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from pathlib import Path

from config import env, translations


def main() -> None:
    env.declare_process("command")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    try:
        compiled = translations.compile_all(translations.stale())
    except (translations.TranslationsRefused, OSError) as refusal:
        sys.exit(f"alongside: the translations cannot be compiled: {refusal}")
    if compiled:
        print(f"Translations compiled: {compiled}.", flush=True)
    import django
    from django.core.management import CommandError

    django.setup()
    try:
        bring_tables_up_to_date()
        advise_on_the_log()
        encrypt_identity()
        collect_static_files()
        load_demonstration()
    except CommandError as error:
        sys.exit(f"alongside: {error}")


def bring_tables_up_to_date() -> None:
    """Migrate when a migration is missing; in any case grant the rights anew and look whether the second wall stands."""
    from django.core.management import CommandError, call_command
    from django.db import DatabaseError, connections
    from django.db.migrations.executor import MigrationExecutor

    from common.second_wall_checks import refuse_a_weak_wall
    from common.second_wall_sql import SecondWallIncomplete, secure

    owner = connections["owner"]
    try:
        executor = MigrationExecutor(owner)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            print("Making the tables ...", flush=True)
            call_command("migrate", verbosity=0, interactive=False)
        secure(owner)
        refuse_a_weak_wall(owner)
    except SecondWallIncomplete as refusal:
        raise CommandError(str(refusal)) from refusal
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise CommandError(
            f"The tables cannot be made ({reason}); docs/operations.md has the lines that make roles and database."
        ) from error


def advise_on_the_log() -> None:
    """Say so when the log of this PostgreSQL server may hold what people type. It is no reason to end."""
    from django.db import connections

    from config.databases import QUIET_LOG

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name", [list(QUIET_LOG)])
        louder = [name for name, setting in cursor.fetchall() if setting != QUIET_LOG[name]]
    if louder:
        print(
            f"The log of this PostgreSQL server may hold what people type ({', '.join(louder)}); "
            "docs/operations.md has the lines that keep it quiet.",
            flush=True,
        )


def encrypt_identity() -> None:
    """Refuse to go on when names need a key that is not here; encrypt what was written before there were keys."""
    from django.core.management import call_command

    call_command("identity", "ready")


def collect_static_files() -> None:
    """Collect and compress when a source file changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = os.stat(storage.path(name))
            seen.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.exists() and stamp.read_text() == seen.hexdigest():
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(seen.hexdigest())


def load_demonstration() -> None:
    """Load the demonstration into an empty database, in training mode only."""
    from django.conf import settings
    from django.core.management import call_command, get_commands

    if settings.DEMONSTRATION and "demonstration" in get_commands():
        call_command("demonstration", "load", "--if-empty")


if __name__ == "__main__":
    main()
