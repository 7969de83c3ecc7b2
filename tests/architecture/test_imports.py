"""Who may import whom. The contracts are in `pyproject.toml`; what they cannot express is here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from config.env import PROJECT
from tests.architecture.sources import imports, python_files, relative

PURE = ("transitions", "gates", "gate_facts", "purposes", "pictures")
WITHOUT_HTTP = (
    "services",
    "selectors",
    "models",
    "enums",
    "policy",
    "transitions",
    "gates",
    "gate_facts",
    "purposes",
    "pictures",
    "forms",
    "pages",
)
HTTP = ("django.http", "django.shortcuts")


def starts_with(names: set[str], *prefixes: str) -> set[str]:
    return {name for name in names if any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)}


def of_referral(*parts: str) -> list[Path]:
    return [path for path in python_files("referral") if set(parts) & {*path.relative_to(PROJECT).parts, path.stem}]


def test_the_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def offenders(paths: Iterable[Path], *prefixes: str, allowed: frozenset[str] = frozenset()) -> dict[str, set[str]]:
    found = {relative(path): starts_with(imports(path), *prefixes) - allowed for path in paths}
    return {name: names for name, names in found.items() if names}


def test_transitions_gates_and_pictures_know_neither_database_nor_web() -> None:
    assert offenders(of_referral(*PURE), "django.db", *HTTP) == {}


def test_policy_knows_only_q() -> None:
    allowed = frozenset({"django.db.models", "django.db.models.Q"})
    assert offenders([PROJECT / "referral" / "policy.py"], "django.db", *HTTP, allowed=allowed) == {}


def test_http_stays_in_views() -> None:
    assert offenders((path for path in of_referral(*WITHOUT_HTTP) if "views" not in path.parts), *HTTP) == {}


def test_services_queue_by_name() -> None:
    assert offenders(of_referral("services"), "celery", "referral.tasks") == {}


def test_the_product_never_imports_its_tests() -> None:
    assert offenders(python_files("common", "accounts", "referral", "config"), "tests", "pytest") == {}


def test_a_bad_import_would_be_seen(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def late():\n    from django.db.models import F\n")
    assert starts_with(imports(bad), "django.db") == {"django.db.models", "django.db.models.F"}
