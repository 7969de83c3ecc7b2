"""What the repository itself must and must not contain."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from config.env import PROJECT

LOCKS = ("requirements.txt", "requirements-dev.txt")
# Every kept package comes with hashes; an address would tie the product to one registry.
ADDRESS = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|^-[ef] ", re.MULTILINE)


@pytest.mark.django_db(databases=["default", "owner"])
def test_no_migration_is_missing() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_has_hashes_and_no_address(lock: str) -> None:
    text = (PROJECT / lock).read_text()
    assert ADDRESS.findall(text) == []
    pins = re.findall(r"^[A-Za-z0-9].*?(?=^[A-Za-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(pins) > 30
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin or "==" not in pin] == []


def test_every_dependency_says_in_one_line_why_it_is_there() -> None:
    text = (PROJECT / "pyproject.toml").read_text()
    runtime = text[text.index("\ndependencies = [") : text.index("\n]\n")]
    lines = [line for line in runtime.splitlines() if line.startswith('    "')]
    assert lines
    assert [line for line in lines if "# " not in line] == []


@pytest.mark.parametrize("name", ["LICENSE", "README.md", "CHANGELOG.md", "docs/operations.md", "docs/contributing.md"])
def test_what_a_reader_looks_for_is_there(name: str) -> None:
    assert (PROJECT / name).stat().st_size > 200


def test_every_decision_has_a_number_of_its_own_and_says_when_and_why() -> None:
    records = sorted((PROJECT / "docs" / "decisions").glob("*.md"))
    assert records
    numbers = [path.name[:4] for path in records]
    assert len(numbers) == len(set(numbers))
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert re.search(r"\d{4}-\d{2}-\d{2}|\d{1,2} \w+ \d{4}", text), path
        assert text.startswith("# "), path


def test_links_between_documents_lead_somewhere() -> None:
    documents = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").rglob("*.md"))]
    broken = []
    for document in documents:
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8")):
            if "://" not in target and not (document.parent / Path(target)).exists():
                broken.append(f"{document.relative_to(PROJECT)}: {target}")
    assert broken == []
