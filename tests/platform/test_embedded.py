"""The embedded server: private, alone on its folder, and gone with its parent."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from config import embedded, programs
from config.databases import ROLE_NAMES
from config.env import PROJECT
from tests.platform.accounts import as_account, as_root_only
from tests.platform.processes import runs

PASSWORD = "throw-away"
Make = Callable[..., embedded.Server]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account can walk into; pytest's own is closed."""
    found = Path(tempfile.mkdtemp(prefix="alongside-embedded-"))
    found.chmod(0o755)
    yield found
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture
def server(folder: Path) -> Iterator[Make]:
    made: list[embedded.Server] = []

    def make(state: Path = folder / "state") -> embedded.Server:
        made.append(embedded.Server(state, programs.find_binaries(), PASSWORD, embedded.THROW_AWAY))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def ask(server: embedded.Server, question: str = "SELECT 1", **changes: str) -> object:
    with psycopg.connect(server.conninfo(), **changes) as link:
        answer = link.execute(question)
        return answer.fetchone() if answer.description else None


@pytest.mark.long
@pytest.mark.processes
def test_what_was_written_is_there_after_the_next_start(server: Make) -> None:
    first = server()
    first.start()
    embedded.ensure_roles(first, dict.fromkeys(ROLE_NAMES, PASSWORD))
    ask(first, "CREATE TABLE kept AS SELECT 7 AS n")
    first.stop()
    with pytest.raises(psycopg.OperationalError):
        ask(first)
    second = server()
    second.start()
    embedded.ensure_roles(second, dict.fromkeys(ROLE_NAMES, PASSWORD))
    assert ask(second, "SELECT n FROM kept") == (7,)
    assert ask(second, dbname="alongside", user="alongside_web", password=PASSWORD) == (1,)


@pytest.mark.long
@pytest.mark.processes
def test_it_speaks_utf8_in_code_point_order_and_utc_and_listens_to_no_network(server: Make) -> None:
    one = server()
    one.start()
    assert ask(one, "SELECT 'é' > 'z', 'B' < 'a', length('é')") == (True, True, 1)
    assert ask(one, "SELECT current_setting('TimeZone'), current_setting('listen_addresses')") == ("UTC", "")


@pytest.mark.long
@pytest.mark.processes
def test_a_second_start_on_the_same_folder_is_refused(server: Make) -> None:
    server().start()
    with pytest.raises(programs.EmbeddedRefused, match="Another start already uses the database"):
        server().start()


@pytest.mark.long
@pytest.mark.processes
def test_a_wrong_password_is_refused(server: Make) -> None:
    one = server()
    one.start()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(one, password="guess")


def test_files_of_another_version_are_refused_in_a_sentence(server: Make, folder: Path) -> None:
    (folder / "state" / "cluster").mkdir(parents=True)
    (folder / "state" / "cluster" / "PG_VERSION").write_text("12\n")
    with pytest.raises(programs.EmbeddedRefused, match="made by PostgreSQL 12"):
        server().start()


@pytest.mark.long
@pytest.mark.processes
def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(server: Make, folder: Path) -> None:
    one = server(folder / ("long" * 25) / "state")
    one.start()
    assert len(os.fsencode(one.sockets / embedded.SOCKET_NAME)) <= embedded.SOCKET_LIMIT
    assert ask(one) == (1,)
    for level in (one.sockets, one.sockets.parent):
        assert not stat.S_IMODE(level.stat().st_mode) & 0o007, level
    one.stop()
    shutil.rmtree(one.sockets.parent)


def test_a_short_folder_that_somebody_else_made_is_refused(server: Make, folder: Path) -> None:
    one = server(folder / ("long" * 25) / "state")
    one.sockets.parent.symlink_to(folder)
    try:
        with pytest.raises(programs.EmbeddedRefused, match="choose a shorter ALONGSIDE_DATA"):
            one.start()
    finally:
        one.sockets.parent.unlink()


@pytest.mark.long
@pytest.mark.processes
def test_nothing_outside_its_folder_changes_mode_or_owner(server: Make, folder: Path) -> None:
    one = server(folder / "state")
    binaries = one.binaries.folder
    watched = [folder, *folder.parents, binaries, *binaries.parents, binaries / "postgres", PROJECT]

    def seen() -> list[tuple[int, int, int]]:
        return [((s := path.stat()).st_mode, s.st_uid, s.st_gid) for path in watched]

    before = seen()
    one.start()
    one.stop()
    assert seen() == before
    assert [path.name for path in folder.iterdir()] == ["state"]


@pytest.mark.long
@pytest.mark.parametrize("account", ["daemon", embedded.ACCOUNT])
@as_root_only
def test_started_by_root_no_other_account_reaches_the_server_or_its_files(server: Make, account: str) -> None:
    """Not even other programs of the account that the server itself runs as."""
    one = server()
    one.start()
    assert refused_to(account, one) == "refused"
    assert ask(one) == (1,)


@pytest.mark.long
@as_root_only
def test_started_by_an_ordinary_user_no_other_account_reaches_it(folder: Path) -> None:
    folder.chmod(0o777)
    done, go = os.pipe()
    answering, ready = os.pipe()

    def serve() -> str:
        one = embedded.Server(folder / "state", programs.find_binaries(), PASSWORD, embedded.THROW_AWAY)
        one.start()
        try:
            ask(one)
            assert one.state.stat().st_uid == os.geteuid()
            os.write(ready, b"r")
            os.read(done, 1)
        finally:
            one.stop()
        return "served"

    child = os.fork()
    if child == 0:
        try:
            as_account(embedded.ACCOUNT, serve)
        finally:
            os.write(ready, b"x")
            os._exit(0)
    assert os.read(answering, 1) == b"r"
    one = embedded.Server(folder / "state", programs.find_binaries(), PASSWORD)
    answer = refused_to("daemon", one)
    os.write(go, b"g")
    os.waitpid(child, 0)
    assert answer == "refused"


def refused_to(account: str, one: embedded.Server) -> str:
    """Whether that account, knowing even the password, can connect or read a file of the server."""

    def attempt() -> str:
        for path in (one.cluster / "PG_VERSION", one.state / "postgres.log", one.state / "lock"):
            try:
                path.read_bytes()
            except PermissionError:
                continue
            return f"read {path}"
        try:
            psycopg.connect(one.conninfo(), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            return "refused" if "ermission denied" in str(error) else str(error)
        return "connected"

    return as_account(account, attempt)


@as_root_only
def test_a_closed_home_is_refused_in_a_sentence_that_names_the_variable(server: Make, folder: Path) -> None:
    home = folder / "home"
    home.mkdir(mode=0o700)
    with pytest.raises(programs.EmbeddedRefused, match=f"cannot enter {home}; set ALONGSIDE_DATA"):
        server(home / "var" / "postgres").start()
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@pytest.mark.long
@as_root_only
def test_programs_in_a_closed_folder_are_copied_once(folder: Path) -> None:
    source = programs.find_binaries().folder
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    package = source.parents[1]
    shutil.copytree(package, closed / package.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    shutil.copytree(libraries, closed / libraries.name)
    binaries = programs.find_binaries(closed / package.name / source.parent.name / "bin")
    one = embedded.Server(folder / "state", binaries, PASSWORD, embedded.THROW_AWAY)
    try:
        one.start()
        assert ask(one) == (1,)
    finally:
        one.stop()
    assert (folder / "state" / f"programs-{binaries.version}").is_dir()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.long
@pytest.mark.processes
def test_a_server_whose_parent_is_killed_ends_and_the_next_start_works_at_once(server: Make, folder: Path) -> None:
    script = (
        "import sys, time, pathlib; from config import embedded, programs;"
        f"s = embedded.Server(pathlib.Path(sys.argv[1]), programs.find_binaries(), '{PASSWORD}', embedded.THROW_AWAY);"
        "s.start(); print(s.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(folder / "state")], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait(10)
    one = server()
    one.start()
    assert ask(one) == (1,)
    assert not runs(pid)


@pytest.mark.long
def test_a_server_killed_outright_is_started_again_with_its_rows(server: Make) -> None:
    one = server()
    one.options = ()  # as the product runs it: what was committed is on the disk
    one.start()
    ask(one, "CREATE TABLE kept AS SELECT 7 AS n")
    assert one.process is not None
    one.process.kill()
    one.process.wait(10)
    one.start()
    assert ask(one, "SELECT n FROM kept") == (7,)


def test_a_folder_without_postgresql_is_refused(folder: Path) -> None:
    with pytest.raises(programs.EmbeddedRefused, match="no working PostgreSQL"):
        programs.find_binaries(folder)
