"""A case as a row of cells and back, by `referral.standards.htcds_table`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from referral import enums
from referral.standards.codecs import Expected
from referral.standards.htcds_table import COARSE, COLUMNS, EXACT, HEADER, MARK, REQUIRED
from referral.standards.record import CaseRecord

MARKED = "true"
BEGUN = frozenset({enums.ServiceState.RUNNING, enums.ServiceState.ENDED})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one row. `expected` completes the sentence "expected …"."""

    column: str
    expected: str


class BadRow(ValueError):
    """A row that cannot be read; `problems` is never empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)


def to_cells(record: CaseRecord) -> list[str]:
    """The cells of a case, in the order of `HEADER`. The same case gives the same cells."""
    cells = []
    for column in COLUMNS:
        value = getattr(record, column.attribute)
        cells.append("" if _is_empty(value, column.empty) else column.codec.write(value))
    return [*cells, MARKED]


def _is_empty(value: Any, empty: Any) -> bool:
    """Only nothing is written as nothing: a code, a number or a flag is written even where it is the usual one."""
    return value in (None, "", ()) and value == empty


def header_problems(header: Sequence[str]) -> list[Problem]:
    """Why these are not the columns of such a file: missing, unknown or repeated ones. Their order is free."""
    found = [
        Problem(name, "this column; a file without it is not marked as invented" if name == MARK else "this column")
        for name in REQUIRED
        if name not in header
    ]
    found += [
        Problem(name, "one of the columns in docs/standards.md") for name in dict.fromkeys(header) if name not in HEADER
    ]
    found += [Problem(name, "this column once") for name in dict.fromkeys(header) if header.count(name) > 1]
    return found


def from_cells(cells: Mapping[str, str], *, now: datetime | None = None) -> CaseRecord:
    """The case in the cells of one row, by column name; a missing column reads as empty.

    `now` is the exercise time of the registry: history lies before it. Raises `BadRow` with every problem found.
    """
    if cells.get(MARK, "").strip().lower() != MARKED:
        raise BadRow([Problem(MARK, "true; only rows marked as invented are taken")])
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for column in EXACT:
        cell = cells.get(column.name, "")
        if cell:
            try:
                values[column.attribute] = column.codec.read(cell)
            except Expected as problem:
                problems.append(Problem(column.name, str(problem)))
        elif column.required:
            problems.append(Problem(column.name, column.codec.says))
        else:
            values[column.attribute] = column.empty
    _read_coarse(cells, values, problems)
    if problems:
        raise BadRow(problems)
    record = CaseRecord(**values)
    problems = [*_disagreements(record), *(_later_than(record, now) if now else ())]
    if problems:
        raise BadRow(problems)
    return record


def _read_coarse(cells: Mapping[str, str], values: dict[str, Any], problems: list[Problem]) -> None:
    """Fill from the standard's columns what the exact ones leave empty; where both are filled they must agree."""
    filled: dict[str, Any] = {}
    for column in COARSE:
        cell = cells.get(column.name, "").strip()
        if not cell:
            continue
        try:
            value = column.codec.read(cell)
        except Expected as problem:
            problems.append(Problem(column.name, str(problem)))
            continue
        if not cells.get(column.exact):
            filled[column.attribute] = filled[column.attribute] + value if column.attribute in filled else value
        elif column.attribute in values and column.codec.write(values[column.attribute]) != cell:
            problems.append(Problem(column.name, f"a value that agrees with {column.exact}"))
    values.update(filled)


def _disagreements(record: CaseRecord) -> Iterator[Problem]:
    """What two cells of one row cannot both say."""
    closed = record.stage == enums.CaseStage.CLOSED
    if None not in (record.age_low, record.age_high) and record.age_low > record.age_high:  # type: ignore[operator]
        yield Problem("x_age_high", "an age that is not below x_age_low")
    if closed != (record.closed_at is not None):
        yield Problem("x_closed_at", "a time when the stage is closed, and nothing otherwise")
    for name, value in (("x_closed_at", record.closed_at), ("x_taken_at", record.taken_at)):
        if value is not None and value < record.opened_at:
            yield Problem(name, "a time that is not before x_opened_at")
    if bool(record.opinion) != (record.screened_at is not None):
        yield Problem("x_screened_at", "a time together with x_opinion, or neither")
    if record.indicators and not record.opinion:
        yield Problem("x_opinion", "an opinion beside the items that were ticked")
    risk = (record.risk_level != "", record.risk_assessed_at is not None, record.risk_valid_until_at is not None)
    if any(risk) and not all(risk):
        yield Problem("x_risk_level", "a level, x_risk_assessed_at and x_risk_valid_until together, or none of them")
    elif (
        record.risk_assessed_at and record.risk_valid_until_at and record.risk_valid_until_at <= record.risk_assessed_at
    ):
        yield Problem("x_risk_valid_until", "a time after x_risk_assessed_at")
    for name, entries in (("x_services", record.services), ("x_legal_tracks", record.legal_tracks)):
        if any(item.until_at is not None and item.until_at < item.since_at for item in entries):
            yield Problem(name, "entries that do not end before they begin")
    if any(link.source_id == record.source_id for link in record.links):
        yield Problem("x_links", "other people than the person of this row")
    if len({link.source_id for link in record.links}) < len(record.links):
        yield Problem("x_links", "each other person once")
    if any(not item.country and not item.institution_kind for item in record.blocked):
        yield Problem("x_blocked", "entries with a country, a kind of institution, or both")


def _later_than(record: CaseRecord, now: datetime) -> Iterator[Problem]:
    """What is told as having happened although the registry's clock has not come to it."""
    happened: list[tuple[str, Sequence[datetime | None]]] = [
        ("x_opened_at", [record.opened_at]),
        ("x_taken_at", [record.taken_at]),
        ("x_closed_at", [record.closed_at]),
        ("x_screened_at", [record.screened_at]),
        ("x_risk_assessed_at", [record.risk_assessed_at]),
        ("x_whereabouts", [item.happened_at for item in record.whereabouts]),
        ("x_needs", [moment for item in record.needs for moment in (item.opened_at, item.met_at)]),
        ("x_legal_tracks", [item.since_at for item in record.legal_tracks]),
        ("x_services", [item.since_at for item in record.services if item.state in BEGUN]),
    ]
    for name, moments in happened:
        if any(moment is not None and moment > now for moment in moments):
            yield Problem(name, f"times before {now:%Y-%m-%dT%H:%M:%SZ}, where the registry's clock stands")
