"""`make run`: the database, the web server, Celery's worker and beat as children that cannot outlive this process.

Every child gets the parent-death signal, so Ctrl-C, a `kill` and a `kill -9` of this process all leave nothing
running. A child that ends by itself is started again, with a growing pause. Each failure at the start is one plain
sentence and status 1.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psycopg

from config import addresses, databases, embedded, env, programs
from config.children import dies_with_parent, end_with_parent
from config.secretfiles import demonstration_password

READY_SECONDS = 60.0
STOP_SECONDS = 6.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 30.0
"""A child that ran this long was well; its next restart does not wait."""
LOGINS = ("focal.ng@example.org", "shelter.ng@example.org", "focal.ne@example.org", "focal.it@example.org")


class StartRefused(Exception):
    """The product cannot start; the message is one plain sentence that says what to do."""


@dataclass
class Child:
    """A process that is kept running."""

    name: str
    command: list[str]
    process_kind: env.Process
    on_parent_death: signal.Signals
    inherit: tuple[int, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=env.PROJECT,
            env=env.for_child(self.process_kind, self.extra),
            stdin=subprocess.DEVNULL,
            pass_fds=self.inherit,
            # A session of its own: Ctrl-C reaches this process alone, which then stops the children in order.
            start_new_session=True,
            preexec_fn=dies_with_parent(self.on_parent_death),
        )

    def keep(self, now: float) -> None:
        """Start again after an end of its own, at once the first time and more slowly each time after."""
        if self.process is None:
            if now >= self.not_before:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.failures = 1 if now - self.started > STEADY_SECONDS else self.failures + 1
        pause = 0.0 if self.failures == 1 else min(2.0 ** (self.failures - 2), LONGEST_PAUSE)
        self.process, self.not_before = None, now + pause
        say(f"The {self.name} ended (status {status}); starting it again{f' in {pause:.0f} s' if pause else ''}.")

    def signal(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)

    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None


def say(line: str) -> None:
    print(line, flush=True)


def main(arguments: list[str]) -> None:
    if "--with-parent" in arguments:
        end_with_parent()
    # Queue, mail and logs are for the starting user; folders that the database's account needs are opened one by one.
    os.umask(0o077)
    try:
        if "reset" in arguments:
            reset(env.read())
        run(env.read())
    except (env.EnvironmentRefused, programs.EmbeddedRefused, StartRefused) as refusal:
        sys.exit(f"alongside: {refusal}")
    except KeyboardInterrupt:
        say("Stopped.")


# Steps of a start


def make_way_to(data: Path) -> None:
    """Folders above the data folder that are missing, as ordinary ones: the database's account has to pass through."""
    if data.parent.exists():
        return
    mask = os.umask(0o022)
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
    finally:
        os.umask(mask)


@contextmanager
def claimed(data: Path) -> Iterator[None]:
    """The data folder, made if need be and held by this process alone."""
    fresh = not data.exists()
    try:
        make_way_to(data)
        data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
        if fresh:
            data.chmod(0o711 if os.geteuid() == 0 else 0o700)
        lock: IO[str] = (data / "run.lock").open("w")
    except OSError as error:
        raise StartRefused(
            f"The data folder {data} cannot be written ({error.strerror}); set ALONGSIDE_DATA to a folder of your own."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StartRefused(
                f"Alongside already runs with the data folder {data}; stop it, or start a second copy with another ALONGSIDE_DATA and PORT."
            ) from error
        yield


def listening(host: str, port: int) -> socket.socket:
    """The web server's socket, bound here so that a taken port is known before anything else starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(512)
    except PermissionError as error:
        raise StartRefused(
            f"Port {port} is reserved for the administrator; choose one above 1023, such as PORT=8001 make run."
        ) from error
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None) == 98:
            raise StartRefused(
                f"Port {port} is taken by another program; choose another one, such as PORT={port + 1 if port < 65535 else 8001} make run."
            ) from error
        raise StartRefused(
            f"HOST={host} is no address of this machine; leave it out, or use HOST=0.0.0.0 to serve the room."
        ) from error
    return found


def refuse_silent_database(asked: env.Environment) -> None:
    """Each address given must answer and belong to a role of its own, or the start ends with the reason."""
    users: dict[str, str] = {}
    for role, variable in env.DATABASE_VARIABLES.items():
        settings = (asked.databases or {})[role]
        names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
        wanted = {word: str(settings[name]) for name, word in names.items() if settings.get(name)}
        try:
            psycopg.connect(**wanted, connect_timeout=5).close()  # type: ignore[arg-type]
        except psycopg.OperationalError as error:
            reason = str(error).strip().splitlines()[-1]
            raise StartRefused(f"The database at {variable} does not let us in: {reason}") from error
        if settings["USER"] in users:
            raise StartRefused(
                f"{variable} and {users[settings['USER']]} name the same user; the three need users of their own (see docs/operations.md)."
            )
        users[settings["USER"]] = variable


def children_of(asked: env.Environment, server_socket: socket.socket) -> list[Child]:
    """The processes that serve, in the order of their start."""
    python = sys.executable
    scratch = asked.data / "broker" / "processed"
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The file broker moves a message to the temporary folder while it reads it: keep that private as well.
    private = {"TMPDIR": str(scratch)}
    celery = [python, "-m", "celery", "--app", "config.celery", "--quiet"]
    fd = server_socket.fileno()
    # In a command line the web server's options are easier to find than in a file of its own (docs/decisions/0002, 0079).
    web = [
        python,
        "-m",
        "gunicorn",
        "config.wsgi",
        "--bind",
        f"fd://{fd}",
        "--worker-class",
        "gthread",
        "--workers",
        "4",
        "--threads",
        "4",
        "--timeout",
        "60",
        "--graceful-timeout",
        "4",
        "--log-level",
        "warning",
        "--no-control-socket",
    ]
    return [
        Child("web server", web, "web", signal.SIGTERM, inherit=(fd,)),
        # Killed outright when this process is: whatever they do may stop between any two statements.
        Child("worker", [*celery, "worker", "--pool", "threads", "--concurrency", "4", "--loglevel", "WARNING",
                         "--without-gossip", "--without-mingle", "--without-heartbeat"], "worker", signal.SIGKILL, extra=private),
        Child("beat", [*celery, "beat", "--loglevel", "WARNING", "--pidfile", ""], "worker", signal.SIGKILL, extra=private),
    ]  # fmt: skip


def prepare() -> None:
    """Tables, translations, static files, demonstration, in a process of their own that ends before we serve."""
    child = subprocess.Popen(
        [sys.executable, "-m", "config.prepare"],
        cwd=env.PROJECT, env=env.for_child("command"), stdin=subprocess.DEVNULL,
        start_new_session=True, preexec_fn=dies_with_parent(signal.SIGKILL),
    )  # fmt: skip
    try:
        status = child.wait()
    except BaseException:
        child.kill()
        child.wait()
        raise
    if status:
        raise StartRefused("The set-up did not finish; the lines above say why.")


def run(asked: env.Environment) -> None:
    """Start everything, print where it is, keep it running until told to stop."""
    began = time.monotonic()
    stop = Stop()
    with claimed(asked.data), listening(asked.host, asked.port) as server_socket:
        server = own_server(asked)
        children: list[Child] = []
        try:
            if server is None:
                refuse_silent_database(asked)
            else:
                server.start()
                embedded.ensure_roles(server, databases.passwords(asked.data))
            prepare()
            children = children_of(asked, server_socket)
            for child in children:
                child.start()
            wait_until_ready(asked, children[0], stop)
            announce(asked, time.monotonic() - began)
            keep_running(children, server, stop)
        finally:
            stop.ignore_further()
            end(children)
            if server is not None:
                server.stop()


class Stop:
    """Whether somebody asked us to end. While waiting, the signal interrupts as Ctrl-C does."""

    def __init__(self) -> None:
        self.asked = False
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True
        raise KeyboardInterrupt

    def ignore_further(self) -> None:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)


def own_server(asked: env.Environment) -> embedded.Server | None:
    """The embedded server, not yet started; None when the environment names a database."""
    if asked.databases is not None:
        return None
    return embedded.Server(
        embedded.state_folder(asked.data), programs.find_binaries(), databases.passwords(asked.data)["superuser"]
    )


def wait_until_ready(asked: env.Environment, web: Child, stop: Stop) -> None:
    """Return when the web server answers; a health address that says 503 is an answer too."""
    host = "127.0.0.1" if asked.host in addresses.EVERYWHERE else asked.host
    address = f"http://{f'[{host}]' if ':' in host else host}:{asked.port}/healthz"
    give_up = time.monotonic() + READY_SECONDS
    while time.monotonic() < give_up and not stop.asked:
        web.keep(time.monotonic())
        if web.failures > 2:
            raise StartRefused("The web server ends as soon as it starts; the lines above say why.")
        try:
            with urlopen(address, timeout=5):
                return
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise StartRefused("The web server does not answer; the lines above say why.")


def announce(asked: env.Environment, seconds: float) -> None:
    """Print the address and, in training mode, how to sign in."""
    say(f"\nAlongside is ready after {seconds:.0f} s:  {asked.origin}/")
    if asked.host in addresses.EVERYWHERE and not asked.https:
        for address in addresses.room_addresses()[:1]:
            say(f"For everybody in this room:    http://{address}:{asked.port}/")
    if asked.training:
        say(f"Sign in as, for example:       {', '.join(LOGINS)}")
        say(f"Password of all of them:       {demonstration_password(asked.data, asked.demonstration_password)}")
    say("Stop with Ctrl-C.\n")


def keep_running(children: list[Child], server: embedded.Server | None, stop: Stop) -> None:
    """Look four times a second whether everything still runs."""
    while not stop.asked:
        if server is not None and server.process is not None and server.process.poll() is not None:
            say("The database ended; starting it again.")
            server.start()
        for child in children:
            child.keep(time.monotonic())
        time.sleep(0.25)


def end(children: list[Child]) -> None:
    """Ask all of them to stop, wait a little, then insist."""
    for child in reversed(children):
        child.signal(signal.SIGTERM)
    give_up = time.monotonic() + STOP_SECONDS
    while time.monotonic() < give_up and not all(child.ended() for child in children):
        time.sleep(0.05)
    for child in children:
        child.signal(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()


def reset(asked: env.Environment) -> None:
    """Throw the embedded database and its queue away, so that the start loads the demonstration anew."""
    if asked.databases is not None:
        raise StartRefused("make reset throws away the embedded database only; empty your own one by hand.")
    with claimed(asked.data):
        server = own_server(asked)
        if server is None or not server.claim():
            raise StartRefused("Another command uses the database now; try again in a moment.")
        for folder in (server.cluster, asked.data / "broker", asked.data / "mail", asked.data / "anchors"):
            remove(folder)
        server.stop()
    say("The demonstration starts again.")


def remove(folder: Path, rmtree: Callable[[Path], None] = shutil.rmtree) -> None:
    """Remove a folder of ours if it is there."""
    if folder.exists():
        rmtree(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
