"""Packets and supplements as they stand in the database: whether each still holds what its digest was made of (I9)."""

from __future__ import annotations

from collections.abc import Iterator

from referral.chain import digest
from referral.models import Packet, Supplement
from referral.selectors.chained import Broken, erasures

AT_ONCE = 500
"""Contents in memory at a time."""
CONTENTS_DIFFER = "A packet or supplement does not hold what was sent."


def changed_contents() -> Iterator[Broken]:
    """What was sent and reads otherwise now. The event of an offer binds the digest to the chain (`invariant_checks`).

    What was erased at the end of its retention holds nothing any more, and the record says that it was.
    """
    erased = erasures()
    for model in (Packet, Supplement):
        rows = model.objects.order_by().values_list("handover__case", "handover__reference", "contents", "digest")
        for case, reference, contents, known in rows.iterator(chunk_size=AT_ONCE):
            if digest(contents) != known and not (contents == {} and case in erased):
                yield Broken(CONTENTS_DIFFER, f"{model._meta.model_name} of handover {reference}")
