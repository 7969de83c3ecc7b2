"""Scenes of the desks' lists of what waits for a second person; the other lists stand in `desk_scenes`."""

from __future__ import annotations

from referral.models import Proposal
from tests.referral.desk_seats import Desk, Row, row


def proposed(desk: Desk) -> Row:
    case, own, dropped, no, foreign = (*(desk.case() for _again in range(4)), desk.foreign())
    like = {
        "registry": desk.scene.registry, "action": "close_case", "facts": {"reason": "died"}, "institution": desk.own,
        "proposed_by": desk.scene.users["NG"], "proposed_at": desk.at,
    }  # fmt: skip
    for one, more in (
        (case, {}), (own, {"proposed_by": desk.scene.users["NG-deputy"]}), (dropped, {"state": "dropped"}),
        (no, {"action": "identify"}), (foreign, {"institution": desk.other}),
    ):  # fmt: skip
        Proposal.objects.create(case=one, **like | more)
    return row(
        case, "Read and confirm", "To close the case", f"/people/{case.person.public_code}/file/",
        near=(own, dropped, no, foreign, "Died", "died"),
    )  # fmt: skip


def negatives(desk: Desk) -> Row:
    case, dropped, foreign = desk.case(), desk.case(), desk.foreign()
    like = {
        "registry": desk.scene.registry, "action": "identify", "facts": {"step": "reasonable_grounds", "reasons": "CANARY-REASON"},
        "institution": desk.own, "proposed_by": desk.scene.users["NG"], "proposed_at": desk.at,
    }  # fmt: skip
    for one, more in ((case, {}), (dropped, {"state": "dropped"}), (foreign, {"institution": desk.other})):
        Proposal.objects.create(case=one, **like | more)
    return row(case, "Look at a proposed no", "A colleague has proposed it.", near=(dropped, foreign, "CANARY-REASON"))
