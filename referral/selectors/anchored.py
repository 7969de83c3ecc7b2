"""The heads of all chains as the database has them, and whether those that were anchored re-appear (I10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from django.db import connection

from referral import anchor_file
from referral.anchor_file import Anchor, Head
from referral.models import CaseEvent, Registry

AT_ONCE = 5_000
"""Heads looked up by one statement."""
FILE_CHANGED = "The file of anchors was changed: this anchor does not follow from the one before."
BEGUN_ANEW = "The file of anchors was begun anew although there had been one: what it says of the time before is not what was said then."
NOT_HERE = "Anchors were written later than those in the file: it is gone, or was cut off."
LATE = timedelta(minutes=15)
"""How far a file may lie behind: several machines write one each, every five minutes."""
HEAD_LOST = "An event that was anchored is gone, or is not what it was: the record was cut off or made anew."
LOOK_UP = """
SELECT a.place FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) WITH ORDINALITY AS a(case_id, seq, hash, place)
  LEFT JOIN referral_caseevent e ON e.case_id = a.case_id AND e.seq = a.seq
 WHERE encode(e.hash, 'hex') IS DISTINCT FROM a.hash ORDER BY a.place
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the anchors stand: how many there are, from when on, the newest, and how many heads were given up with a reason."""

    count: int = 0
    since: str = ""
    newest: Anchor | None = None
    given_up: int = 0


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that was anchored and does not re-appear; no head when it is the file that is wrong."""

    words: str
    where: str
    head: Head | None = None


def heads() -> Iterator[Head]:
    """The last event of every case."""
    newest = CaseEvent.objects.order_by("case_id", "-seq").distinct("case_id")
    rows = newest.values_list("registry__slug", "case_id", "case__person__public_code", "seq", "hash")
    for slug, case_id, code, seq, value in rows.iterator(chunk_size=AT_ONCE):
        yield Head(slug, case_id, code, seq, bytes(value).hex())


def begun_anew(kept: datetime) -> str:
    """The reason that stands in the first anchor of a file which follows one that is not here."""
    return f"{ANEW}{_second(kept)}"


ANEW = "begun anew; anchors had been written until "


def _second(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def standing(folder: Path) -> Standing:
    """What the file says of itself. Raises AnchorsUnreadable."""
    count, given_up, since, newest = 0, 0, "", None
    for anchor in anchor_file.read(folder):
        count, newest, given_up, since = count + 1, anchor, given_up + len(anchor.given_up), since or anchor.wall
    return Standing(count, since, newest, given_up)


def lost(folder: Path) -> Iterator[Lost]:
    """Files that are gone or begun anew, anchors that do not link, then heads that the database has not or has otherwise.

    That a file was begun anew is told until a reason is given (`anchor give-up`). Every anchored head counts, not the last of
    a case alone: a chain made anew between two anchors fits the later one. Heads that were given up with a reason are left
    out. Raises AnchorsUnreadable.
    """
    given_up, newest, anew = set[Head](), "", None
    for anchor in anchor_file.read(folder):
        if not anchor.sound:
            yield Lost(FILE_CHANGED, _place(anchor))
        given_up.update(anchor.given_up)
        newest = anchor.wall
        anew = anchor if anchor.reason.startswith(ANEW) else None if anchor.reason else anew
    if anew is not None:
        yield Lost(BEGUN_ANEW, _place(anew))
    for slug, last in Registry.objects.values_list("slug", "heads_kept_wall"):
        if last is not None and newest < _second(last - LATE):
            yield Lost(NOT_HERE, f"registry {slug}, anchored at {_second(last)}")
    kept = ((anchor, head) for anchor in anchor_file.read(folder) for head in anchor.heads if head not in given_up)
    while some := list(islice(kept, AT_ONCE)):
        yield from _not_there(some)


def _not_there(listed: Sequence[tuple[Anchor, Head]]) -> Iterator[Lost]:
    cases, numbers, hashes = zip(*((head.case, head.seq, head.hash) for _, head in listed), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(LOOK_UP, [list(cases), list(numbers), list(hashes)])
        places = [place for (place,) in cursor.fetchall()]
    for place in places:
        anchor, head = listed[place - 1]
        yield Lost(HEAD_LOST, f"case {head.case} ({head.code}) event {head.seq}, {_place(anchor)}", head)


def _place(anchor: Anchor) -> str:
    return f"anchor {anchor.number} of {anchor.wall}"
