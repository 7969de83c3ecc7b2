"""A database that somebody else keeps: set up by the document it works; half set up it is refused in a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command, execute_from_command_line
from django.db import connections
from django.test import Client

from common import second_wall
from common.second_wall_checks import KEY_DIFFERS, NO_WALL, seen
from config import health, identity_start, prepare, wall_start
from referral.second_wall import POLICIES
from tests.platform.outside import NAMES, Outside, outside
from tests.scenes import open_case, two_countries

pytestmark = [pytest.mark.long, pytest.mark.database, pytest.mark.processes]

OWNER, WEB, WORKER = NAMES["owner"], NAMES["web"], NAMES["worker"]
NO_POLICY = "so no policy stops it."


@pytest.fixture(scope="module")
def bare() -> Iterator[Outside]:
    with outside() as found:
        yield found


@pytest.fixture(scope="module")
def ready(bare: Outside) -> Outside:
    """Migrated, with the wall up, by the commands that the document names."""
    for command in (["migrate", "--verbosity=0"], ["secondwall", "install"], ["secondwall", "check"]):
        done = bare.runs("manage.py", *command)
        assert done.returncode == 0, done.stdout + done.stderr
    return bare


IN_A_WEB_PROCESS = """
import os
os.environ["ALONGSIDE_PROCESS"] = "web"
from config.wsgi import application
from django.test import Client
print(Client(HTTP_HOST="localhost:8000").get("/healthz").content.decode())
"""


def test_the_documented_lines_make_a_database_on_which_a_web_process_is_well(ready: Outside) -> None:
    done = ready.runs("-c", IN_A_WEB_PROCESS, DJANGO_SETTINGS_MODULE="config.settings.dev")
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert said["status"] == "ok"
    assert said["checks"]["second_wall"] == {"ok": True, "detail": "stands"}


def test_a_page_shows_its_reader_her_own_case_and_nobody_else(
    ready: Outside, settings: Any, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock(), ready.spoken_to(settings):
        with second_wall.system():
            scene = two_countries()
            word = open_case(scene).person.code_word
        with scene.clock():
            for name, reads in (("NG", True), ("IT", False)):
                client = Client()
                client.force_login(scene.users[name], "accounts.backends.AccountBackend")
                answer = client.get("/people/")
                assert answer.status_code == 200
                assert (word in answer.content.decode()) is reads
    # Another process could not open the names, and would miss the sweep.
    ready.as_superuser("SET session_replication_role = replica", "TRUNCATE referral_registry, accounts_user CASCADE")


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("-c", "import config.wsgi"), identity_start.BOOT_ERROR),
        (("-m", "celery", "--app", "config.celery", "--quiet", "worker", "--pool", "threads"), 1),
        (("manage.py", "secondwall", "check"), 1),
    ],
    ids=["web server", "worker", "check"],
)
def test_a_process_with_another_key_ends_with_a_sentence(ready: Outside, command: tuple[str, ...], status: int) -> None:
    done = ready.runs(*command, ALONGSIDE_CONTEXT_KEY="a key that only this machine has got")
    assert done.returncode == status, done.stdout + done.stderr
    assert KEY_DIFFERS in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


# Halves: what somebody left out or added, how it is taken back, and what is said.

HALVES = {
    "the guard is missing": (
        ["ALTER ROLE alongside_guard RENAME TO away"],
        ["ALTER ROLE away RENAME TO alongside_guard"],
        "The role alongside_guard is missing, or the owner is no member of it; docs/operations.md has the lines",
    ),
    "the owner is not in the guard": (
        [f"REVOKE alongside_guard FROM {OWNER}"],
        [f"GRANT alongside_guard TO {OWNER}"],
        "The role alongside_guard is missing, or the owner is no member of it; docs/operations.md has the lines",
    ),
    "the guard may log in": (
        ["ALTER ROLE alongside_guard LOGIN"],
        ["ALTER ROLE alongside_guard NOLOGIN"],
        "The role alongside_guard must be no superuser and must not be able to log in.",
    ),
    "the guard is a superuser": (
        ["ALTER ROLE alongside_guard SUPERUSER"],
        ["ALTER ROLE alongside_guard NOSUPERUSER"],
        "The role alongside_guard must be no superuser and must not be able to log in.",
    ),
    "web is a superuser": (
        [f"ALTER ROLE {WEB} SUPERUSER"],
        [f"ALTER ROLE {WEB} NOSUPERUSER"],
        f"The role {WEB} is a superuser, {NO_POLICY}",
    ),
    "web bypasses": (
        [f"ALTER ROLE {WEB} BYPASSRLS"],
        [f"ALTER ROLE {WEB} NOBYPASSRLS"],
        f"The role {WEB} bypasses row level security, {NO_POLICY}",
    ),
    "worker makes roles": (
        [f"ALTER ROLE {WORKER} CREATEROLE"],
        [f"ALTER ROLE {WORKER} NOCREATEROLE"],
        f"The role {WORKER} may make roles, {NO_POLICY}",
    ),
    "worker copies": (
        [f"ALTER ROLE {WORKER} REPLICATION"],
        [f"ALTER ROLE {WORKER} NOREPLICATION"],
        f"The role {WORKER} may copy the whole server, {NO_POLICY}",
    ),
    "web owns a table": (
        [f"CREATE TABLE wall.own (id int); ALTER TABLE wall.own OWNER TO {WEB}"],
        ["DROP TABLE wall.own"],
        f"The role {WEB} owns tables, {NO_POLICY}",
    ),
    "web may become the owner": (
        [f"ALTER ROLE {WEB} NOINHERIT", f"GRANT {OWNER} TO {WEB}"],
        [f"REVOKE {OWNER} FROM {WEB}", f"ALTER ROLE {WEB} INHERIT"],
        f"The role {WEB} may act as alongside_guard, {OWNER}, {NO_POLICY}",
    ),
    "web may become the owner by way of another": (
        [f"CREATE ROLE between NOINHERIT; GRANT {OWNER} TO between; GRANT between TO {WEB}"],
        ["DROP ROLE between"],
        f"The role {WEB} may act as alongside_guard, {OWNER}, {NO_POLICY}",
    ),
    "worker may become the guard": (
        [f"GRANT alongside_guard TO {WORKER}"],
        [f"REVOKE alongside_guard FROM {WORKER}"],
        f"The role {WORKER} may act as alongside_guard, {NO_POLICY}",
    ),
    "web may become the one who copies": (
        [f"GRANT alongside_backup TO {WEB}"],
        [f"REVOKE alongside_backup FROM {WEB}"],
        f"The role {WEB} may act as alongside_backup, {NO_POLICY}",
    ),
    "web may run programs": (
        [f"GRANT pg_execute_server_program TO {WEB}"],
        [f"REVOKE pg_execute_server_program FROM {WEB}"],
        f"The role {WEB} may act as pg_execute_server_program, {NO_POLICY}",
    ),
    "the worker's role is missing": (
        [f"ALTER ROLE {WORKER} RENAME TO away"],
        [f"ALTER ROLE away RENAME TO {WORKER}", f"ALTER ROLE {WORKER} PASSWORD 'from-outside'"],
        f"{WORKER}",
    ),
    "a table of somebody": (
        [f"CREATE TABLE public.notes (text text); ALTER TABLE public.notes OWNER TO {OWNER}"],
        ["DROP TABLE public.notes"],
        "notes",
    ),
}
"""Each is refused by `secondwall check` and by the set-up that comes before every start."""


@pytest.fixture
def half(ready: Outside, request: pytest.FixtureRequest, settings: Any, django_db_blocker: Any) -> Iterator[str]:
    broken, mended, sentence = HALVES[request.param]
    with django_db_blocker.unblock(), ready.spoken_to(settings):
        try:
            ready.as_superuser(*broken)
            yield sentence
        finally:
            connections["owner"].close()
            ready.as_superuser(*mended)


def refused(act: Any, capsys: pytest.CaptureFixture[str]) -> str:
    """What the process says as it ends; its status is not 0."""
    with pytest.raises(SystemExit) as ended:
        act()
    code = ended.value.code
    assert code not in (0, None)
    said = capsys.readouterr().err + (code if isinstance(code, str) else "")
    assert "Traceback" not in said
    return said


@pytest.mark.parametrize("half", HALVES, indirect=True)
def test_a_half_made_server_is_refused_in_a_sentence(
    half: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALONGSIDE_PROCESS", "command")
    assert half in refused(lambda: execute_from_command_line(["manage.py", "secondwall", "check"]), capsys)
    said = refused(prepare.main, capsys)
    assert half in said
    assert len(said.strip().splitlines()) == 1


@pytest.mark.parametrize("half", ["the guard is missing"], indirect=True)
def test_the_wall_is_not_put_up_without_its_guard(half: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert half in refused(lambda: execute_from_command_line(["manage.py", "secondwall", "install"]), capsys)


def test_a_database_in_which_the_owner_makes_no_table_is_refused_in_a_sentence(
    bare: Outside, settings: Any, django_db_blocker: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALONGSIDE_PROCESS", "command")
    bare.as_superuser("CREATE DATABASE somebodys TEMPLATE template0")
    with django_db_blocker.unblock(), bare.spoken_to(settings, "somebodys"):
        said = refused(prepare.main, capsys)
        assert "docs/operations.md has the lines" in said
        with pytest.raises(SystemExit) as ended:
            execute_from_command_line(["manage.py", "secondwall", "check"])
        assert ended.value.code == 1
        assert NO_WALL in capsys.readouterr().err


def test_what_can_be_mended_is_mended_at_the_start(ready: Outside, settings: Any, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), ready.spoken_to(settings):
        ready.as_superuser("ALTER POLICY wall_reads ON referral_case USING (true)")
        prepare.bring_tables_up_to_date()
        call_command("secondwall", "check", verbosity=0)


# What web and worker see themselves

OPENED = {
    "row level security is off": (
        ["ALTER TABLE referral_case DISABLE ROW LEVEL SECURITY"],
        ["ALTER TABLE referral_case ENABLE ROW LEVEL SECURITY"],
        "No policy holds for this process in the table referral_case; run “manage.py secondwall check”.",
    ),
    "web bypasses": (
        [f"ALTER ROLE {WEB} BYPASSRLS"],
        [f"ALTER ROLE {WEB} NOBYPASSRLS"],
        f"No policy holds for this process in the table {min(POLICIES)} and {len(POLICIES) - 1} others; "
        "run “manage.py secondwall check”.",
    ),
    "the key is another": (
        ["UPDATE wall.key SET inner_block = outer_block, outer_block = inner_block"],
        ["UPDATE wall.key SET inner_block = outer_block, outer_block = inner_block"],
        KEY_DIFFERS,
    ),
    "there is no wall": (["ALTER SCHEMA wall RENAME TO away"], ["ALTER SCHEMA away RENAME TO wall"], NO_WALL),
}


@pytest.mark.parametrize("how", OPENED)
def test_a_web_process_ends_with_a_sentence_and_a_running_one_says_it_is_not_well(
    ready: Outside, settings: Any, django_db_blocker: Any, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    broken, mended, sentence = OPENED[how]
    with django_db_blocker.unblock(), ready.spoken_to(settings):
        assert seen() == ""
        wall_start.refuse_a_weak_wall(identity_start.BOOT_ERROR)
        try:
            ready.as_superuser(*broken)
            assert seen() == sentence
            with pytest.raises(SystemExit) as ended:
                wall_start.refuse_a_weak_wall(identity_start.BOOT_ERROR)
            assert ended.value.code == identity_start.BOOT_ERROR
            assert capsys.readouterr().err == f"alongside: {sentence}\n"
            assert health.run_checks()["second_wall"] == (False, sentence)
        finally:
            connections["default"].close()
            ready.as_superuser(*mended)
        assert health.run_checks()["second_wall"] == (True, "stands")


def test_a_database_that_is_away_is_no_reason_to_end(
    bare: Outside, settings: Any, django_db_blocker: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with django_db_blocker.unblock(), bare.spoken_to(settings, "nowhere"):
        wall_start.refuse_a_weak_wall(identity_start.BOOT_ERROR)
    assert "alongside:" not in capsys.readouterr().err
