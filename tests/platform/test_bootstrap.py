"""The first steps, made by the system's Python before anything is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config import bootstrap
from config.env import PROJECT


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with lock files that ask for nothing."""
    for lock in bootstrap.LOCKS.values():
        (tmp_path / lock).write_text("")
    monkeypatch.setattr(bootstrap, "PROJECT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the process would have become."""
    found: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda path, words: found.append(words))
    return found


def test_packages_are_installed_the_first_time_and_again_only_when_the_lock_changed(
    project: Path, became: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    installs: list[str] = []

    def install(folder: str, python: str, kind: str) -> None:
        installs.append(kind)
        Path(folder, "bin").mkdir(parents=True, exist_ok=True)
        Path(python).unlink(missing_ok=True)
        Path(python).symlink_to(sys.executable)
        Path(bootstrap.stamp(folder, kind)).write_text(bootstrap.digest(kind))

    monkeypatch.setattr(bootstrap, "install", install)
    bootstrap.main(["runtime", "config.supervise", "--with-parent"])
    bootstrap.main(["runtime", "config.supervise", "--with-parent"])
    assert installs == ["runtime"]
    bootstrap.main(["dev", "pytest"])
    assert installs == ["runtime", "dev"]
    (project / "requirements.txt").write_text("# changed\n")
    bootstrap.main(["runtime", "config.supervise"])
    assert installs == ["runtime", "dev"], "the packages for development contain those for running"
    (project / "requirements-dev.txt").write_text("# changed\n")
    bootstrap.main(["dev", "pytest"])
    assert installs == ["runtime", "dev", "dev"]
    assert became[0][1:] == ["-m", "config.supervise", "--with-parent"]


def test_a_missing_venv_module_is_one_sentence(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(
        SystemExit, match="Python's venv module is missing; on Debian or Ubuntu: apt install python3-venv"
    ):
        bootstrap.main(["runtime", "config.supervise"])


def test_an_old_python_is_one_sentence(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "MINIMUM", (99, 0))
    with pytest.raises(SystemExit, match=r"Python 3\.\d+ is too old; Alongside needs"):
        bootstrap.main(["runtime", "config.supervise"])


def test_a_folder_that_cannot_be_written_is_one_sentence(project: Path) -> None:
    (project / ".venv").touch()
    with pytest.raises(SystemExit, match=r"The folder .*\.venv cannot be written"):
        bootstrap.main(["runtime", "config.supervise"])


def test_the_file_can_be_read_by_a_python_that_is_too_old() -> None:
    import ast

    ast.parse((PROJECT / "config" / "bootstrap.py").read_text(), feature_version=(3, 7))


def test_make_lists_its_commands() -> None:
    listed = subprocess.run(["make", "-s"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for command in ("run", "reset", "test", "lint", "types", "check"):
        assert f"make {command}" in listed


def test_make_without_python_is_one_sentence() -> None:
    said = subprocess.run(
        [shutil.which("make") or "make", "-s", "run", "PYTHON=python-that-is-not-there"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode != 0
    assert said.stdout.strip() == "alongside: there is no python-that-is-not-there; install Python 3.11 or newer."
