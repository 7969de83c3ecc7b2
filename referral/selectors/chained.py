"""The chained record as it stands in the database: what each event commits to, and what was erased (I10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from referral.chain import agrees, commitment_of, facts_of, link, link_before, row_digest
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
class Broken:
    """An event that does not hold."""

    words: str
    where: str


SAYS_OTHERWISE = "What an event says is not what it committed to."
COLUMNS_DIFFER = "An event's row does not say what the event committed to."
PAYLOAD_GONE = "What an event said is gone, and nobody erased it."
HASH_DIFFERS = "The hash of an event is not the one of its row."
ROW_UNBOUND = "An event from before rows were bound was erased: nothing shows that its row is what it was."


def erasures() -> dict[int, int]:
    """Case → the number of its last erasure; whatever comes before it may say nothing any more."""
    rows = CaseEvent.objects.filter(kind=ERASED).order_by().values_list("case_id")
    return dict(rows.annotate(last=Max("seq")))


def erased_payloads() -> int:
    """How many events say nothing any more because their payloads were erased."""
    return CaseEvent.objects.filter(payload__isnull=True).count()


def broken_events() -> Iterator[Broken]:
    """Events whose payload, row or hash is not what it was, or whose payload is gone without an erasure.

    That each hash goes on from the one before is a check of its own (`invariant_checks`), so the order does not matter here. Rows come to Python a few at a time: PostgreSQL writes JSON in another form than the one that is hashed.
    """
    erased = erasures()
    chain = ("commitment", "previous_hash", "hash", "payload__salt", "payload__content")
    rows = CaseEvent.objects.order_by().values(*COLUMNS, *chain)
    for row in rows.iterator(chunk_size=AT_ONCE):
        words = _broken(row, erased)
        if words:
            yield Broken(words, f"case {row['case_id']} event {row['seq']}")


def _broken(row: Mapping[str, Any], erased: Mapping[int, int]) -> str:
    facts = facts_of(**{argument: row[column] for column, argument in COLUMNS.items()}, content={})
    salt, payload, commitment = row["payload__salt"], row["payload__content"], bytes(row["commitment"])
    chained, own = (bytes(row["previous_hash"]), max(row["seq"], 0), commitment), bytes(row["hash"])
    bound, before = link(*chained, row_digest(facts)) == own, link_before(*chained) == own
    if salt is None:
        if row["seq"] >= erased.get(row["case_id"], 0):
            return PAYLOAD_GONE
        return "" if bound else ROW_UNBOUND if before else HASH_DIFFERS
    if commitment_of(bytes(salt), payload) != commitment:
        return SAYS_OTHERWISE
    if not agrees(facts, payload):
        return COLUMNS_DIFFER
    return "" if bound or before else HASH_DIFFERS
