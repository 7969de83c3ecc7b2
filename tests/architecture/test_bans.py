"""The bans bite: each bad sample is refused where it is banned and allowed where it belongs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import PROJECT
from tests.architecture.sources import python_files, relative

SAMPLES = {
    "now": "from django.utils import timezone\n\nMOMENT = timezone.now()\n",
    "datetime": "from datetime import UTC, datetime\n\nMOMENT = datetime.now(UTC)\n",
    "http": "from django.http import HttpResponse\n\nANSWER = HttpResponse()\n",
    "shortcuts": "from django.shortcuts import render\n\nDRAW = render\n",
    "environment": 'import os\n\nHOME = os.environ["HOME"]\n',
}


def ruff(code: str, path: str) -> str:
    done = subprocess.run(
        [Path(sys.executable).parent / "ruff", "check", "--no-cache", "--output-format", "concise", "--select", "TID251",
         "--stdin-filename", path, "-"],
        cwd=PROJECT, input=code, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize("sample", sorted(SAMPLES))
def test_a_service_may_do_none_of_it(sample: str) -> None:
    assert "TID251" in ruff(SAMPLES[sample], "referral/services/sample.py")


@pytest.mark.parametrize(
    ("sample", "path"),
    [
        ("now", "common/clock.py"),
        ("datetime", "common/clock.py"),
        ("http", "referral/views/sample.py"),
        ("shortcuts", "referral/views/sample.py"),
        ("http", "referral/middleware.py"),
        ("environment", "config/env.py"),
    ],
)
def test_it_is_allowed_where_it_belongs(sample: str, path: str) -> None:
    assert "TID251" not in ruff(SAMPLES[sample], path)


WALL = {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
ENVIRONMENT = {("os", "environ"), ("os", "getenv")}


def attributes(path: Path) -> set[tuple[str, str]]:
    """`name.attribute` and `module.name.attribute`, as the last two words."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            before = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
            found.add((before, node.attr))
    return found


def test_only_the_clock_reads_the_wall() -> None:
    """Views and middleware are free of ruff's list of banned names, because they speak HTTP; this looks at them too."""
    files = (
        path for path in python_files("common", "accounts", "referral", "config") if relative(path) != "common/clock.py"
    )
    assert {relative(path): found for path in files if (found := attributes(path) & WALL)} == {}


def test_only_config_reads_the_environment() -> None:
    files = python_files("common", "accounts", "referral")
    assert {relative(path): found for path in files if (found := attributes(path) & ENVIRONMENT)} == {}
