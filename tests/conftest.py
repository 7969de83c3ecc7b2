"""The whole suite runs against one throw-away PostgreSQL, started here and shared by all xdist workers.

`default` connects as the web role, exactly as the product does; `owner` made the tables. Tests that commit
(`transaction=True`, `live_server`) get both aliases by themselves, because Django never flushes a mirror.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from psycopg import sql

from tests.fixtures import plans
from tests.fixtures.needs import examples, in_ci

PASSWORD = "throw-away"
BOTH = ["default", "owner"]
NO_AUTOVACUUM = "autovacuum=off"
"""It would come because of rows that tests took back, count those of the running test as not there yet, and tell the planner that
a table with thousands of them is empty."""

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.figures",
    "tests.fixtures.remembered",
    "tests.fixtures.services",
    "tests.fixtures.words",
]
MARKS_BY_FIXTURE = {"browser": "browser", "redis_url": "redis", "smtp_server": "smtp", "worker_processes": "processes"}

# A busy machine is no failure, so no timing decides. Locally every run looks elsewhere; in CI a run is the same every time.
UNTIMED = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("dev", max_examples=examples(100), **UNTIMED)
hypothesis.settings.register_profile("ci", max_examples=examples(100), derandomize=True, print_blob=True, **UNTIMED)
hypothesis.settings.load_profile("ci" if in_ci() else "dev")

_server: Any = None
tests_work_for_the_system = True
"""A test of connections themselves switches this off for a while."""


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's own loop runs in the test's thread
    if hasattr(config, "workerinput"):
        sockets = Path(config.workerinput["sockets"])
    else:
        if config.option.collectonly:
            return
        sockets = _start_server()
    from django.conf import settings

    for alias in BOTH:
        settings.DATABASES[alias].update(HOST=str(sockets), PASSWORD=PASSWORD)
    _work_for_the_system()
    plans.keep_over_rollbacks()


def _work_for_the_system() -> None:
    """Every connection of the tests begins in the context of the system, in every thread: tests make rows directly.

    Requests of the client and everything that sets a context of its own live under the real policies all the same.
    """
    from django.db.backends.signals import connection_created

    from common import second_wall

    def begin(connection: Any, **_named: Any) -> None:
        if tests_work_for_the_system and connection.settings_dict["USER"] in settings_users():
            connection.second_wall_session = second_wall.SYSTEM
            second_wall.on_new_connection(None, connection)

    def settings_users() -> set[str]:
        from django.conf import settings

        return {settings.DATABASE_ROLES["web"], settings.DATABASE_ROLES["worker"]}

    connection_created.connect(begin, weak=False, dispatch_uid="tests work for the system")


def pytest_configure_node(node: Any) -> None:
    node.workerinput["sockets"] = str(_server.sockets)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _server is not None:
        _server.stop()
        shutil.rmtree(_server.state, ignore_errors=True)


def _start_server() -> Path:
    global _server
    from config import embedded, programs
    from config.databases import ROLE_NAMES

    given = os.environ.get("ALONGSIDE_TEST_PG_BIN")
    state = Path(tempfile.mkdtemp(prefix="alongside-tests-"))
    state.chmod(0o711)
    _server = embedded.Server(
        state,
        programs.find_binaries(Path(given) if given else None),
        PASSWORD,
        options=(*embedded.THROW_AWAY, NO_AUTOVACUUM),
    )
    _server.start()
    embedded.ensure_roles(_server, dict.fromkeys((*ROLE_NAMES, "backup"), PASSWORD))
    with psycopg.connect(_server.conninfo(), autocommit=True) as connection:
        owner, web = sql.Identifier(ROLE_NAMES["owner"]), sql.Identifier(ROLE_NAMES["web"])
        connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(owner))
        # A test may become the owner with SET ROLE inside its own transaction; nothing is inherited silently.
        connection.execute(sql.SQL("ALTER ROLE {} NOINHERIT").format(web))
        connection.execute(sql.SQL("GRANT {} TO {}").format(owner, web))
    return Path(_server.sockets)


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Every test begins in the language of the code; a request of the one before may have left another."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def composed_for_itself(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that patches something composes its queries for itself: others in its process must never be asked what it
    composed with a limit of two, say, nor it what they composed without."""
    from common import prepared

    if not _may_patch(request.node):
        yield
        return
    known, kept = prepared._known, dict(prepared._known)
    known.clear()
    yield
    known.clear()
    known.update(kept)


def _may_patch(test: pytest.Function) -> bool:
    """Whether the test or a fixture of ours asks for `monkeypatch`; pytest-django asks for it in every test."""
    found = test._fixtureinfo
    fixtures = [fixture for several in found.name2fixturedefs.values() for fixture in several]
    ours = [fixture.argnames for fixture in fixtures if fixture.func.__module__.startswith("tests")]
    return any("monkeypatch" in asked for asked in (found.argnames, *ours))


@pytest.fixture(scope="session", autouse=True)
def web_may_become_the_owner() -> Iterator[None]:
    """Here alone the web role is a member of the owner (`as_owner`), which `verify` would name as a gap in the wall."""
    from functools import partial

    from django.conf import settings

    from common.second_wall_checks import weaknesses
    from referral.selectors import behind_the_wall

    ours = {settings.DATABASE_ROLES["owner"], settings.DATABASE_GUARD}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(behind_the_wall, "weaknesses", partial(weaknesses, may_become=ours))
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    from common.one_piece import in_one_piece

    for item in items:
        # As in the web server; a test with thousands of requests takes a fifth less time.
        item.setup, item.runtest = in_one_piece(item.setup), in_one_piece(item.runtest)  # type: ignore[method-assign]
        fixtures = set(getattr(item, "fixturenames", ()))
        for fixture, mark in MARKS_BY_FIXTURE.items():
            if fixture in fixtures:
                item.add_marker(mark)
        marker = item.get_closest_marker("django_db")
        wanted = dict(marker.kwargs) if marker else {}
        commits = wanted.get("transaction") or {"live_server", "transactional_db"} & fixtures
        if commits and not wanted.get("databases"):
            item.add_marker(pytest.mark.django_db(**{**wanted, "transaction": True, "databases": BOTH}), append=False)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
) -> Iterator[None]:
    """Makes the test database on `owner` and points `default` at it; the server goes away with whatever is in it."""
    from django.db import connections

    from tests.fixtures import database

    with django_db_blocker.unblock():
        database.make(getattr(request.config, "workerinput", {}).get("workerid"), request.config.option.verbose)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@contextmanager
def _as_owner(using: str = "default") -> Iterator[None]:
    from django.conf import settings
    from django.db import connections

    with connections[using].cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_ROLES["owner"]}"')
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")


@pytest.fixture
def as_owner() -> Any:
    """`with as_owner():` does the block as the owner inside the test's own transaction."""
    return _as_owner
