"""A file of cases into a registry: all of it or nothing, once however often, in bounded memory.

First every row is read and checked and waits in `staging`; then, in one transaction, the rows that are new are
written. History keeps its own times; the act of importing is one event at the registry's now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.db import connection, reset_queries, transaction
from django.db.utils import IntegrityError

from referral.enums import RegistryState
from referral.models import Case, EventPayload, Person, Registry
from referral.services.caseload.problems import Problems, Refused
from referral.services.caseload.staging import (
    UNIQUE,
    StagedRow,
    Staging,
    staging,
)
from referral.services.caseload.writing import IMPORTED, Writer
from referral.services.moment import moment_of
from referral.standards import csvfile, htcds
from referral.standards.htcds import Problem

CODE_WORD = 24

Progress = Callable[[str, int], None]
"""Told what is being done and how many rows are done."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many cases were added, and how many were there already, unchanged."""

    added: int
    unchanged: int


def import_cases(file: IO[bytes], registry: Registry, progress: Progress = lambda _what, _rows: None) -> Outcome:
    """Import every case of an open file into `registry`. Raises `Refused`, and then nothing was written.

    A row whose `x_source_id` the registry has is skipped when it says the same as before, and refused when it does not.
    The registry row is shared with other commands meanwhile; a change of its clock waits.
    """
    problems = Problems()
    with staging() as waiting:
        _read(file, moment_of(registry).at, waiting, problems, progress)
        problems.refuse()
        _check_file(waiting, problems)
        problems.refuse()
        try:
            with transaction.atomic():
                return _write(registry, waiting, problems, progress)
        except IntegrityError as broken:
            raise Refused(f"Nothing was imported: the database refused it ({_constraint(broken)}).") from broken


def _read(file: IO[bytes], now: datetime, waiting: Staging, problems: Problems, progress: Progress) -> None:
    try:
        rows = csvfile.Rows(file)
        problems.add(1, htcds.header_problems(rows.header))
        problems.refuse()
        for number, (line, cells) in enumerate(rows, 1):
            if isinstance(cells, csvfile.BadLine):
                problems.add(line, [cells.problem])
                continue
            try:
                waiting.add(line, htcds.from_cells(cells, now=now))
            except htcds.BadRow as bad:
                problems.add(line, bad.problems)
            progress("read", number)
    except csvfile.NotReadable as unreadable:
        raise Refused(f"Nothing was imported. {unreadable}") from unreadable
    waiting.complete()


def _check_file(waiting: Staging, problems: Problems) -> None:
    for name, column in UNIQUE.items():
        for line, first in waiting.repeated(name):
            problems.add(line, [Problem(column, f"another value than on line {first:,}")])


def _write(registry: Registry, waiting: Staging, problems: Problems, progress: Progress) -> Outcome:
    with connection.cursor() as cursor:
        # Two imports into one registry follow each other, so that both see what the first one wrote.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('alongside caseload'), %s)", [registry.pk])
    held = Registry.objects.raw("SELECT * FROM referral_registry WHERE id = %s FOR KEY SHARE", [registry.pk])[0]
    if held.state == RegistryState.ENDED:
        raise Refused("Nothing was imported: this registry has ended, and nothing more is recorded in it.")
    for batch in waiting.rows():
        _compare(held, batch, waiting, problems)
    _check_links(held, waiting, problems)
    problems.refuse()
    writer = Writer(held, moment_of(held))
    added = 0
    for new in waiting.new_rows():
        writer.write(new)
        added += len(new)
        progress("written", added)
        reset_queries()  # with DEBUG on, Django would keep every statement in memory
    for links in waiting.new_links():
        writer.link(links)
    return Outcome(added, waiting.count(known=True))


def _compare(registry: Registry, batch: list[StagedRow], waiting: Staging, problems: Problems) -> None:
    """Which of these rows the registry has already, and which of them cannot be there beside others."""
    sources = [row.source_id for row in batch]
    there = set(Case.objects.filter(registry=registry, source_id__in=sources).values_list("source_id", flat=True))
    before = dict(
        EventPayload.objects.filter(
            event__case__registry=registry, event__case__source_id__in=there, event__seq=1, event__kind=IMPORTED
        ).values_list("event__case__source_id", "content__content__digest")
    )
    known = [row for row in batch if row.source_id in there]
    waiting.know(row.line for row in known)
    for row in known:
        if before.get(row.source_id) != row.digest:
            expected = "the row as it was imported before; the registry has this case already, and the file says something else"
            problems.add(row.line, [Problem("x_source_id", expected)])
    new = [row for row in batch if row.source_id not in there]
    people = Person.objects.filter(registry=registry)
    codes = set(people.filter(public_code__in=[row.code for row in new]).values_list("public_code", flat=True))
    words = set(people.filter(code_word__in=[row.code_word for row in new]).values_list("code_word", flat=True))
    for row in new:
        if row.code in codes:
            problems.add(row.line, [Problem("x_code", "a code that no other person in the registry has")])
        elif row.code_word in words:
            waiting.rename(row.line, f"{row.code_word[: CODE_WORD - 1 - len(row.code)]} {row.code}")


def _check_links(registry: Registry, waiting: Staging, problems: Problems) -> None:
    for batch in waiting.links_out_of_file():
        targets = {target for _, target in batch}
        there = set(Case.objects.filter(registry=registry, source_id__in=targets).values_list("source_id", flat=True))
        for line, target in batch:
            if target not in there:
                problems.add(
                    line, [Problem("x_links", f"identifiers of cases in the file or the registry, not {target}")]
                )


def _constraint(broken: IntegrityError) -> str:
    diagnosis = getattr(broken.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or "a rule of the database"
