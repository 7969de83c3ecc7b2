"""`docs/standards.md`, written from the one table. Print it with `python -m referral.standards.document`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from referral.standards import htcds_table as table
from referral.standards.codecs import Codec

HEAD = """\
# Case files and the Human Trafficking Case Data Standard

Rendered from `referral/standards/htcds_table.py`; a test fails when this page is stale.
Write it anew with `python -m referral.standards.document > docs/standards.md`.

`manage.py caseload` reads and writes cases as comma-separated values. Columns without `x_` carry names and values of
the **Human Trafficking Case Data Standard (HTCDS) 2.0 by the International Organization for Migration (IOM)**,
published at github.com/UNMigration/HTCDS under the Creative Commons Attribution 4.0 International licence
(creativecommons.org/licenses/by/4.0). The selection, the mapping and every column with `x_` are ours. IOM does not
endorse this product, and its logo is not used.

## Commands

| command | does |
|---|---|
| `caseload generate --cases N --seed S` | writes N invented cases to standard output; the same seed gives the same bytes. `--until` moves the day on which their history ends |
| `caseload import FILE.csv` | takes the cases of a file into the demonstration, or with `--registry SLUG` into another registry; `--create` makes it |
| `caseload export FILE.csv` | writes the cases of a registry to a file |

## Rules of the file

- Text in UTF-8, with or without a byte order mark; lines end with CR LF or LF; a cell in quotation marks may hold line
  breaks. The order of the columns is free. A column in **bold** is required, and so is its value.
- Every row says `x_synthetic` = `true`. Anything else is refused: no real person belongs here.
- A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return has one apostrophe before it, which reading
  takes away again. A spreadsheet then shows it as text.
- Import is all or nothing. Bad rows are told by line and column, up to fifty of them, then counted.
- A case whose `x_source_id` the registry has is skipped when its row says the same as before, and the whole file is
  refused when it does not. What has happened in the registry since then stays.
- What has happened lies before the time that the registry's clock shows.
- The focal point institution of `x_holder` answers for the person from `x_opened_at` on. A country that has none yet in
  the registry gets one, with its public name. Providers of services are named by country and kind only.
- Where the standard is coarser than the registry, its column is written from the exact one named beside it. In reading,
  the exact column counts when it is filled, and the two must agree.
- `ClosedReferred` is refused: being referred to somebody else never ends a case here. Custody ends when the person has
  arrived and the receiver says so.

## What never travels in a file

Names, birth dates, contacts and exact locations; how to reach the person; what the person calls their gender; consent
and permission, because a person gives them to one registry for one purpose; the confirmation that somebody is an adult,
so that the presumption of minority comes back; guardians and assessments of a child; handovers, packets and events;
notes, fears, and outside references of the justice. An imported person gets an invented name that belongs to the
`x_source_id`.
"""

LISTS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("prs_Gender", "sex", table.GENDER),
    ("cas_Status", "x_stage", table.CASE_STATUS),
    ("vic_TraffickingStatus", "x_status", table.TRAFFICKING_STATUS),
    ("vic_TypeOfExploitation", "x_exploitation", table.EXPLOITATION),
    ("vic_MethodsOfControl", "x_indicators", table.CONTROL),
)

ENTRIES: tuple[tuple[str, Codec], ...] = (
    ("x_whereabouts", table.WHEREABOUTS),
    ("x_needs", table.NEED),
    ("x_services", table.SERVICE),
    ("x_legal_tracks", table.LEGAL),
    ("x_blocked", table.BLOCKED),
    ("x_links", table.LINK),
)


def _lines() -> Iterator[str]:
    yield HEAD
    yield "## Columns\n"
    yield "| column | of | holds | values | exact column |\n|---|---|---|---|---|"
    for column in table.COLUMNS:
        name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
        exact = f"`{column.exact}`" if column.exact else ""
        yield f"| {name} | {'ours' if column.ours else 'HTCDS'} | {column.about} | {column.codec.says} | {exact} |"
    yield f"| **`{table.MARK}`** | ours | {'Always true: the person is invented.'} | true | |"
    yield "\n## Entries of a list\n"
    yield "The parts of an entry are parted by `/`. A part in brackets may be empty."
    for name, entry in ENTRIES:
        yield f"\n**`{name}`**\n"
        for part in entry.parts:
            attribute = f"[`{part.attribute}`]" if part.optional else f"`{part.attribute}`"
            yield f"- {attribute}: {part.codec.says}"
    yield "\n## How our codes become those of the standard"
    for theirs, ours, words in LISTS:
        yield f"\n| {ours} | `{theirs}` |\n|---|---|"
        for code, value in words.items():
            yield f"| `{code}` | {f'`{value}`' if value else 'empty'} |"


def render() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


if __name__ == "__main__":
    print(render(), end="")
