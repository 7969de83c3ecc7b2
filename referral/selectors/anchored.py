"""The heads of all chains as the database has them, and whether those that were anchored re-appear (I10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.db import connection

from referral import anchor_file
from referral.anchor_file import Anchor, Head
from referral.models import CaseEvent

AT_ONCE = 5_000
"""Heads looked up by one statement."""
FILE_CHANGED = "The file of anchors was changed: this anchor does not follow from the one before."
HEAD_LOST = "An event that was anchored is gone, or is not what it was: the record was cut off or made anew."
LOOK_UP = """
SELECT a.place FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) WITH ORDINALITY AS a(case_id, seq, hash, place)
  LEFT JOIN referral_caseevent e ON e.case_id = a.case_id AND e.seq = a.seq
 WHERE encode(e.hash, 'hex') IS DISTINCT FROM a.hash ORDER BY a.place
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the anchors stand: how many there are, the newest, and how many heads were given up with a reason."""

    count: int = 0
    newest: Anchor | None = None
    given_up: int = 0


@dataclass(frozen=True, slots=True)
class Lost:
    """An anchored head that does not re-appear, and the anchor that has it; no head when it is the file that is wrong."""

    anchor: Anchor
    head: Head | None

    @property
    def words(self) -> str:
        return FILE_CHANGED if self.head is None else HEAD_LOST

    @property
    def where(self) -> str:
        place = f"anchor {self.anchor.number} of {self.anchor.wall}"
        return (
            place if self.head is None else f"case {self.head.case} ({self.head.code}) event {self.head.seq}, {place}"
        )


def heads() -> Iterator[Head]:
    """The last event of every case."""
    newest = CaseEvent.objects.order_by("case_id", "-seq").distinct("case_id")
    rows = newest.values_list("registry__slug", "case_id", "case__person__public_code", "seq", "hash")
    for slug, case_id, code, seq, value in rows.iterator(chunk_size=AT_ONCE):
        yield Head(slug, case_id, code, seq, bytes(value).hex())


def standing(folder: Path) -> Standing:
    """What the file says of itself. Raises AnchorsUnreadable."""
    count, given_up, newest = 0, 0, None
    for anchor in anchor_file.read(folder):
        count, newest, given_up = count + 1, anchor, given_up + len(anchor.given_up)
    return Standing(count, newest, given_up)


def lost(folder: Path) -> Iterator[Lost]:
    """Anchors that do not link, then anchored heads that the database has not or has otherwise.

    Every anchored head counts, not the last of a case alone: a chain made anew between two anchors fits the later one.
    Heads that were given up with a reason are left out. Raises AnchorsUnreadable.
    """
    given_up = set[Head]()
    for anchor in anchor_file.read(folder):
        if not anchor.sound:
            yield Lost(anchor, None)
        given_up.update(anchor.given_up)
    kept = ((anchor, head) for anchor in anchor_file.read(folder) for head in anchor.heads if head not in given_up)
    while some := list(islice(kept, AT_ONCE)):
        yield from _not_there(some)


def _not_there(listed: Sequence[tuple[Anchor, Head]]) -> Iterator[Lost]:
    cases, numbers, hashes = zip(*((head.case, head.seq, head.hash) for _, head in listed), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(LOOK_UP, [list(cases), list(numbers), list(hashes)])
        places = [place for (place,) in cursor.fetchall()]
    for place in places:
        yield Lost(*listed[place - 1])
