"""What two sides of a handover told each other beside the packet: messages, supplements, answers heard, proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from referral.actor import Actor
from referral.enums import Action, DeadlineState, HandoverState, ProposalState
from referral.models import CaseEvent, Deadline, Handover, Message, OutsideAnswer, Proposal, Supplement


@dataclass(frozen=True, slots=True)
class Exchange:
    """The rows beside one handover. `proposals` are open ones of the reader's own institution."""

    messages: tuple[Message, ...]
    supplements: tuple[Supplement, ...]
    heard: tuple[OutsideAnswer, ...]
    proposals: tuple[Proposal, ...]
    onward: tuple[Handover, ...]
    presence: tuple[CaseEvent, ...]


def exchange(actor: Actor, handover: Handover) -> Exchange:
    """Everything that was said about this handover. Six queries."""
    seen = CaseEvent.objects.filter(handover=handover, kind=Action.REPORT_PRESENCE)
    onward = handover.forwarded_to.exclude(state=HandoverState.DISCARDED)
    return Exchange(
        messages=tuple(Message.objects.filter(handover=handover).select_related("institution")),
        supplements=tuple(Supplement.objects.filter(handover=handover)),
        heard=tuple(OutsideAnswer.objects.filter(handover=handover)),
        proposals=tuple(open_proposals(actor, handover)),
        onward=tuple(onward.select_related("case__person", "receiver", "sender", "receiver_country").order_by("pk")),
        presence=tuple(seen.select_related("institution").order_by("seq")),
    )


def open_proposals(actor: Actor, handover: Handover) -> Sequence[Proposal]:
    """What the actor's institution has proposed for this handover and nobody has decided."""
    rows = Proposal.objects.filter(
        handover=handover, institution=actor.institution_id, state=ProposalState.OPEN
    ).select_related("proposed_by", "institution")
    return list(rows)


def owed_by_others(actor: Actor, handover: Handover, *, closed: bool) -> Sequence[Deadline]:
    """Deadlines of this handover that another institution owes; with `closed`, those that are closed too."""
    rows = Deadline.objects.filter(handover=handover).exclude(owes=actor.institution_id).select_related("owes")
    return list(rows if closed else rows.filter(state=DeadlineState.OPEN))
