"""The command: plain sentences, a non-zero exit, and files that are whole or not there."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Country
from accounts.services import load_countries
from referral.enums import RegistryKind
from referral.models import Case, Registry
from referral.standards import csvfile
from referral.standards.htcds import to_cells
from referral.standards.htcds_table import HEADER
from referral.synthetic.caseload import generate
from tests.factories import make_registry

ROOT = Path(__file__).parents[3]
MEGABYTE = 1024  # ru_maxrss counts kilobytes


def generated(cases: int, seed: int, **options: Any) -> str:
    out = io.StringIO()
    call_command("caseload", "generate", f"--cases={cases}", f"--seed={seed}", stdout=out, **options)
    return out.getvalue()


def ran(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "manage.py", "caseload", *arguments], cwd=ROOT, capture_output=True, check=False, **options
    )


@pytest.fixture
def demonstration(db: None) -> Registry:
    load_countries(Country, "default")
    return make_registry(kind=RegistryKind.DEMONSTRATION, slug="lagos")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cases.csv"
    path.write_bytes(generated(20, 6).encode())
    return path


def said(*arguments: Any) -> str:
    with pytest.raises(CommandError) as refused:
        call_command("caseload", *map(str, arguments), stdout=io.StringIO(), stderr=io.StringIO())
    return str(refused.value)


def test_a_file_goes_in_and_comes_out_the_same(demonstration: Registry, file: Path, tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("caseload", "import", str(file), stdout=out)
    assert out.getvalue() == "20 cases imported into lagos; 0 were there already, unchanged.\n"
    other = tmp_path / "out.csv"
    call_command("caseload", "export", str(other), stdout=io.StringIO())
    assert other.read_bytes() == file.read_bytes()
    assert list(tmp_path.glob(".out*")) == []


@pytest.mark.long
def test_generated_bytes_do_not_depend_on_the_terminal() -> None:
    environment = os.environ | {"PYTHONIOENCODING": "latin-1", "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    process = ran("generate", "--cases", "30", "--seed", "9", env=environment)
    assert process.returncode == 0, process.stderr.decode()
    assert process.stdout == generated(30, 9).encode()
    assert process.stderr == b""


@pytest.mark.long
def test_a_reader_that_has_read_enough_causes_no_complaint() -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    arguments = [sys.executable, "manage.py", "caseload", "generate", "--cases", "100000", "--seed", "9"]
    with subprocess.Popen(
        arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize("cases", ["0", "-1", "1.5", "many", "1000001", "9" * 5000, "", "٣"])
def test_a_number_of_cases_that_makes_no_sense_is_refused(cases: str) -> None:
    assert said("generate", f"--cases={cases}", "--seed=1") == "Give --cases a whole number from 1 to 1,000,000."


@pytest.mark.parametrize("seed", ["-1", "x", "9" * 19])
def test_a_seed_that_makes_no_sense_is_refused(seed: str) -> None:
    assert said("generate", "--cases=1", f"--seed={seed}").startswith("Give --seed a whole number from 0 to")


def test_the_end_of_the_history_can_be_moved() -> None:
    assert "2026-06-" in generated(50, 1, until="2026-06-30")
    assert said("generate", "--cases=1", "--seed=1", "--until=tomorrow") == "Give --until a day such as 2026-04-20."


def test_a_missing_file_and_a_folder_are_told_apart(demonstration: Registry, tmp_path: Path) -> None:
    assert said("import", tmp_path / "none.csv") == f"There is no file {tmp_path}/none.csv."
    assert said("import", tmp_path) == f"{tmp_path} is a folder, not a file."
    assert said("export", tmp_path) == f"{tmp_path} is a folder, not a file."
    assert said("export", tmp_path / "none" / "x.csv") == f"The folder of {tmp_path}/none/x.csv does not exist."


def test_bad_rows_are_told_one_per_line(demonstration: Registry, file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(",true\n", ",false\n"), encoding="utf-8")
    told = said("import", file).splitlines()
    assert told[0] == "Nothing was imported: 20 things are not as expected."
    assert told[1] == "Line 2, x_synthetic: expected true; only rows marked as invented are taken."
    assert not Case.objects.exists()


def test_a_refused_export_leaves_the_old_file(
    demonstration: Registry, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    before = file.read_bytes()
    monkeypatch.setattr("referral.management.commands.caseload.export_cases", broken)
    assert said("export", file) == f"{file} cannot be written: No space left on device."
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.django_db
def test_without_a_registry_the_command_says_so(file: Path) -> None:
    assert said("import", file) == "There is no registry yet. Start the product once, or add --registry NAME --create."


def test_an_unknown_registry_is_answered_with_the_known_ones(demonstration: Registry, file: Path) -> None:
    assert (
        said("import", file, "--registry=other")
        == "There is no registry named other. Choose one with --registry: lagos."
    )


@pytest.mark.django_db
def test_a_registry_can_be_made_for_a_file(file: Path) -> None:
    load_countries(Country, "default")
    call_command("caseload", "import", str(file), "--registry=bench", "--create", stdout=io.StringIO())
    made = Registry.objects.get(slug="bench")
    assert made.cases.count() == 20
    assert made.clock_segments.count() == 1
    assert said("import", file, "--registry=a/b", "--create").startswith("Give --registry a name")


@pytest.mark.django_db
def test_a_refused_file_leaves_no_empty_registry(file: Path) -> None:
    file.write_bytes(b"")
    assert said("import", file, "--registry=bench", "--create") == "Nothing was imported. The file is empty."
    assert not Registry.objects.exists()


def lean_file(path: Path, cases: int, seed: int) -> Path:
    """Many cases with little in each: what counts is how many there are."""
    lean = (
        replace(record, whereabouts=record.whereabouts[:1], needs=(), services=(), legal_tracks=())
        for record in generate(cases, seed)
    )
    with path.open("wb") as opened:
        opened.writelines(csvfile.lines(chain([HEADER], map(to_cells, lean))))
    return path


@contextmanager
def counted_statements() -> Iterator[list[int]]:
    """How many statements the block runs, without keeping them."""
    ran = [0]

    def count(execute: Callable[..., Any], *given: Any) -> Any:
        ran[0] += 1
        return execute(*given)

    with connection.execute_wrapper(count):
        yield ran


@pytest.mark.long
@pytest.mark.slow
def test_twenty_thousand_rows_take_no_more_memory_than_two_thousand(demonstration: Registry, tmp_path: Path) -> None:
    peaks: list[int] = []
    asked: list[int] = []
    for cases, seed in ((2_000, 1), (20_000, 2)):
        path = lean_file(tmp_path / f"{cases}.csv", cases, seed)
        progress = io.StringIO()
        with counted_statements() as statements:
            call_command("caseload", "import", str(path), stdout=io.StringIO(), stderr=progress)
        asked.append(statements[0])
        call_command("caseload", "export", str(tmp_path / "out.csv"), stdout=io.StringIO(), stderr=io.StringIO())
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    assert "20,000 rows written" in progress.getvalue()
    assert peaks[1] - peaks[0] < 32 * MEGABYTE
    assert asked[1] <= 10 * asked[0]  # a batch asks the same however large the file is
    assert Case.objects.count() == 22_000
