"""The chained record as it stands in the database: what each event commits to, and what was erased (I10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from referral.chain import agrees, commitment_of, digest_of_rows, facts_of
from referral.models import CaseEvent

ERASED = "erased"
"""The kind of the event that says: the payloads of all events before it were erased at the end of their retention."""
AT_ONCE = 2_000
"""Events in memory at a time."""
COLUMNS = {
    "registry_id": "registry",
    "case_id": "case",
    "seq": "seq",
    "kind": "kind",
    "code": "code",
    "from_state": "from_state",
    "to_state": "to_state",
    "handover_id": "handover",
    "user_id": "user",
    "institution_id": "institution",
    "role": "role",
    "at": "at",
    "wall": "wall",
    "happened_at": "happened_at",
    "compartment": "compartment",
    "amends_id": "amends",
    "submission": "submission",
}
"""Column of the event → argument of `facts_of`. Only the key of the row and the chain itself are not among them."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure says of itself, in its own payload, which stays."""

    upto: int
    rows: str
    """The fingerprint of the columns of the events up to `upto`, so that they cannot be changed afterwards."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An event that does not hold."""

    words: str
    where: str


SAYS_OTHERWISE = "What an event says is not what it committed to."
COLUMNS_DIFFER = "An event's row does not say what the event committed to."
PAYLOAD_GONE = "What an event said is gone, and nobody erased it."
ERASED_ROWS_DIFFER = "The events of an erased case are not those that were there when it was erased."


def erasures() -> dict[int, Erased]:
    """Case → its last erasure."""
    found: dict[int, Erased] = {}
    rows = CaseEvent.objects.filter(kind=ERASED).order_by("case_id", "seq").values_list("case_id", "payload__content")
    for case_id, payload in rows:
        content = payload.get("content", {}) if payload else {}
        if "upto" in content:
            found[case_id] = Erased(content["upto"], content["rows"])
    return found


def erased_payloads() -> int:
    """How many events say nothing any more because their payloads were erased."""
    return CaseEvent.objects.filter(payload__isnull=True).count()


def rows_of(case_id: int, upto: int, using: str = "default") -> Iterator[dict[str, Any]]:
    """The columns of a case's events up to one, as they were committed to, without what they say."""
    rows = CaseEvent.objects.using(using).filter(case=case_id, seq__lte=upto).order_by("seq").values(*COLUMNS)
    for row in rows:
        yield _facts(row)


def broken_events() -> Iterator[Broken]:
    """Events whose payload or row is no longer what they committed to, or whose payload is gone without an erasure.

    Rows come to Python a few at a time: PostgreSQL writes JSON in another form than the one that is hashed.
    """
    erased = erasures()
    rows = CaseEvent.objects.order_by().values(*COLUMNS, "commitment", "payload__salt", "payload__content")
    for row in rows.iterator(chunk_size=AT_ONCE):
        words = _broken(row, erased)
        if words:
            yield Broken(words, f"case {row['case_id']} event {row['seq']}")
    for case_id, erasure in erased.items():
        if digest_of_rows(rows_of(case_id, erasure.upto)) != erasure.rows:
            yield Broken(ERASED_ROWS_DIFFER, f"case {case_id}")


def _broken(row: Mapping[str, Any], erased: Mapping[int, Erased]) -> str:
    salt, payload = row["payload__salt"], row["payload__content"]
    if salt is None:
        erasure = erased.get(row["case_id"])
        return "" if erasure is not None and row["seq"] <= erasure.upto else PAYLOAD_GONE
    if commitment_of(bytes(salt), payload) != bytes(row["commitment"]):
        return SAYS_OTHERWISE
    return "" if agrees(_facts(row), payload) else COLUMNS_DIFFER


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    return facts_of(**{argument: row[column] for column, argument in COLUMNS.items()}, content={})
