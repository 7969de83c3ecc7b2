"""The whole product started as `make run` starts it: real processes, real signals, nothing left behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from config import supervise
from config.env import PROJECT
from tests.fixtures.services import free_port
from tests.platform.accounts import as_root_only
from tests.platform.processes import of_copy, runs

pytestmark = pytest.mark.processes


class Copy:
    """One running copy of the product."""

    def __init__(self, folder: Path, name: str, **variables: str) -> None:
        self.data = folder / name
        self.log = folder / f"{name}.log"
        self.port = int(variables.get("PORT") or free_port())
        self.variables = {"ALONGSIDE_DATA": str(self.data), "PORT": str(self.port), **variables}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        known = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "ALONGSIDE_"))}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervise"],
                cwd=PROJECT,
                env={**known, **self.variables},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def ready(self, seconds: float = 120) -> None:
        self.until(lambda: "Stop with Ctrl-C" in self.said(), seconds)

    def until(self, condition: object, seconds: float = 30) -> None:
        give_up = time.monotonic() + seconds
        while not condition():  # type: ignore[operator]
            if time.monotonic() > give_up or (self.process and self.process.poll() not in (None, 0, -9)):
                pytest.fail(f"{self.said()}\n{of_copy(self.data)}")
            time.sleep(0.1)

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def health(self) -> dict:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=10) as answer:
                return json.load(answer)
        except HTTPError as error:
            return json.load(error)
        except (URLError, OSError):
            return {"status": "silent"}

    def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(30)

    def child(self, word: str) -> int:
        found = [pid for pid, command in of_copy(self.data).items() if word in command]
        assert found, of_copy(self.data)
        return min(found)

    def refused(self) -> str:
        """The only line that a start says that must not succeed."""
        self.start()
        assert self.process is not None
        assert self.process.wait(60) == 1
        assert "Traceback" not in self.said()
        assert of_copy(self.data) == {}
        return self.said().strip()


@pytest.fixture
def folder() -> Iterator[Path]:
    found = Path(tempfile.mkdtemp(prefix="alongside-run-"))
    found.chmod(0o755)
    yield found
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture
def copy(folder: Path) -> Iterator[Copy]:
    found = Copy(folder, "one")
    yield found
    stop(found)


def stop(copy: Copy) -> None:
    if copy.process is not None and copy.process.poll() is None:
        copy.process.kill()
        copy.process.wait(10)
    for pid in of_copy(copy.data):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.long
def test_two_copies_run_side_by_side_survive_their_children_and_leave_nothing_behind(folder: Path) -> None:
    one, two = Copy(folder, "one"), Copy(folder, "two")
    try:
        one.start()
        two.start()
        one.ready()
        two.ready()
        one.until(lambda: one.health()["status"] == "ok")
        two.until(lambda: two.health()["status"] == "ok")
        assert f"http://localhost:{one.port}/" in one.said()
        assert "focal.ng@example.org" in one.said()
        assert re.search(r"Password of all of them: +\w{4}-\w{4}-\w{4}", one.said())

        # The same port and the same folder are refused while it runs.
        assert "is taken by another program" in Copy(folder, "three", PORT=str(one.port)).refused()

        # A child that dies is started again, and says so in one line.
        for word, name in (
            ("celery", "worker"),
            ("gunicorn", "web server"),
            ("celery --app config.celery --quiet beat", "beat"),
        ):
            victim = one.child(word)
            os.kill(victim, signal.SIGKILL)
            one.until(
                lambda victim=victim, word=word: not runs(victim) and any(word in c for c in of_copy(one.data).values())
            )
            one.until(lambda name=name: f"The {name} ended (status -9); starting it again" in one.said())
        one.until(lambda: one.health()["status"] == "ok")

        # Ctrl-C ends everything, and so does the sudden death of the parent.
        assert one.end(signal.SIGINT) == 0
        assert of_copy(one.data) == {}
        assert two.health()["status"] == "ok"
        assert two.end(signal.SIGKILL) == -9
        two.until(lambda: of_copy(two.data) == {}, 15)

        # The second start makes nothing anew.
        cluster = two.data / "postgres" / "cluster" / "PG_VERSION"
        made = cluster.stat().st_mtime_ns
        two.start()
        two.ready()
        assert cluster.stat().st_mtime_ns == made
        assert two.end(signal.SIGTERM) == 0
        assert of_copy(two.data) == {}
    finally:
        stop(one)
        stop(two)


def test_a_taken_port_is_one_sentence(copy: Copy) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", copy.port))
        taken.listen()
        assert re.fullmatch(
            rf"alongside: Port {copy.port} is taken by another program; choose .* PORT=\d+ make run\.", copy.refused()
        )


def test_a_folder_that_cannot_be_made_is_one_sentence(folder: Path) -> None:
    (folder / "file").touch()
    said = Copy(folder, "one", ALONGSIDE_DATA=str(folder / "file" / "below")).refused()
    assert re.fullmatch(
        r"alongside: The data folder .* cannot be written \(Not a directory\); set ALONGSIDE_DATA .*", said
    )


@as_root_only
def test_a_closed_home_is_one_sentence(folder: Path) -> None:
    (folder / "home").mkdir(mode=0o700)
    copy = Copy(folder, "one", ALONGSIDE_DATA=str(folder / "home" / "var"))
    assert re.fullmatch(r"alongside: As root .* cannot enter .*home; set ALONGSIDE_DATA .*", copy.refused())


def test_a_database_that_does_not_answer_is_one_sentence(folder: Path) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    urls = {
        "DATABASE_URL": f"postgres://web:a@{nobody}/alongside",
        "DATABASE_OWNER_URL": f"postgres://owner:b@{nobody}/alongside",
        "DATABASE_WORKER_URL": f"postgres://worker:c@{nobody}/alongside",
    }
    said = Copy(folder, "one", **urls).refused()
    assert re.fullmatch(r"alongside: The database at DATABASE_\w*URL does not let us in: .*", said)
    del urls["DATABASE_OWNER_URL"]
    assert "missing: DATABASE_OWNER_URL." in Copy(folder, "two", **urls).refused()


def test_a_wrong_variable_is_one_sentence(folder: Path) -> None:
    assert (
        Copy(folder, "one", ALONGSIDE_ORIGIN="example")
        .refused()
        .startswith("alongside: ALONGSIDE_ORIGIN must look like")
    )
    assert (
        Copy(folder, "two", HOST="192.0.2.1")
        .refused()
        .startswith("alongside: HOST=192.0.2.1 is no address of this machine")
    )


def test_missing_folders_above_the_data_folder_let_the_database_through(tmp_path: Path) -> None:
    data = tmp_path / "one" / "two" / "var"
    before = os.umask(0o077)
    try:
        supervise.make_way_to(data)
    finally:
        os.umask(before)
    assert [oct(folder.stat().st_mode & 0o777) for folder in (tmp_path / "one", data.parent)] == ["0o755", "0o755"]
