"""Make the virtual environment, then hand over. Run by the system's Python, so the standard library is all there is.

    python3 -m config.bootstrap runtime|dev MODULE [ARGUMENTS]

Packages are installed only when the lock file changed since the last time; two starts at once take turns.
The file keeps to old syntax, so that an old Python can still read the sentence that refuses it.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from typing import NoReturn

MINIMUM = (3, 11)
PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOCKS = {"runtime": "requirements.txt", "dev": "requirements-dev.txt"}


def refuse(sentence: str) -> NoReturn:
    """Say one sentence and end with status 1."""
    sys.exit("alongside: " + sentence)


def main(arguments: list) -> None:
    """Bring the environment up to date and become the module asked for."""
    if sys.version_info < MINIMUM:
        refuse(
            "Python {}.{} is too old; Alongside needs 3.11 or newer. Name another one with PYTHON=python3.12 make run.".format(
                *sys.version_info[:2]
            )
        )
    kind, module = arguments[0], arguments[1]
    os.chdir(PROJECT)
    folder = os.path.join(PROJECT, ".venv")
    python = os.path.join(folder, "bin", "python")
    # The lock file itself is the lock: it is there, and reading it is all that taking turns needs.
    with open(LOCKS["runtime"]) as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not installed(folder, python, kind):
            install(folder, python, kind)
    os.execv(python, [python, "-m", module, *arguments[2:]])


def digest(kind: str) -> str:
    """What the packages of `kind` should be."""
    with open(LOCKS[kind], "rb") as lock:
        return hashlib.sha256(lock.read()).hexdigest()


def stamp(folder: str, kind: str) -> str:
    """The file that says what is installed."""
    return os.path.join(folder, ".installed-" + kind)


def installed(folder: str, python: str, kind: str) -> bool:
    """Whether the environment works and holds what the lock file says. The dev lock contains the runtime one."""
    for candidate in {kind, "dev"}:
        try:
            with open(stamp(folder, candidate)) as handle:
                if handle.read() == digest(candidate) and works(python, "-c", ""):
                    return True
        except OSError:
            continue
    return False


def works(python: str, *arguments: str) -> bool:
    """Whether that Python runs."""
    try:
        return subprocess.call([python, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def install(folder: str, python: str, kind: str) -> None:
    """Make the environment when it is missing or broken, and install the locked packages into it."""
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        refuse("Python's venv module is missing; on Debian or Ubuntu: apt install python3-venv.")
    print("Installing packages (only when they changed, about half a minute) ...", flush=True)
    try:
        if not works(python, "-m", "pip", "--version"):
            venv.EnvBuilder(with_pip=True, clear=True).create(folder)
        for other in LOCKS:
            if os.path.exists(stamp(folder, other)):
                os.unlink(stamp(folder, other))
    except subprocess.CalledProcessError:
        refuse("The virtual environment could not be made; on Debian or Ubuntu: apt install python3-venv.")
    except OSError as error:
        refuse(
            "The folder {} cannot be written ({}); copy Alongside to a folder of your own.".format(
                folder, error.strerror
            )
        )
    command = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    environment = dict(os.environ, PIP_ROOT_USER_ACTION="ignore")
    if subprocess.call([*command, "-r", LOCKS[kind]], env=environment, stdin=subprocess.DEVNULL) != 0:
        refuse("The packages could not be installed; the lines above say why. Is there a connection to the internet?")
    with open(stamp(folder, kind), "w") as handle:
        handle.write(digest(kind))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        refuse("Stopped.")
