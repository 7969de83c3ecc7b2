"""What two sides of a handover told each other beside the packet: messages, supplements, answers heard, proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from common import prepared
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
    return Exchange(
        messages=tuple(prepared.rows(_messages, handover.pk)),
        supplements=tuple(prepared.rows(_supplements, handover.pk)),
        heard=tuple(prepared.rows(_heard, handover.pk)),
        proposals=tuple(open_proposals(actor, handover)),
        onward=tuple(prepared.rows(_onward, handover.pk)),
        presence=tuple(prepared.rows(_presence, handover.pk)),
    )


def _messages(handover: int) -> QuerySet[Message]:
    return Message.objects.filter(handover=handover).select_related("institution")


def _supplements(handover: int) -> QuerySet[Supplement]:
    return Supplement.objects.filter(handover=handover)


def _heard(handover: int) -> QuerySet[OutsideAnswer]:
    return OutsideAnswer.objects.filter(handover=handover)


def _onward(handover: int) -> QuerySet[Handover]:
    rows = Handover.objects.filter(forwarded_from=handover).exclude(state=HandoverState.DISCARDED)
    return rows.select_related("case__person", "receiver", "sender", "receiver_country").order_by("pk")


def _presence(handover: int) -> QuerySet[CaseEvent]:
    rows = CaseEvent.objects.filter(handover=handover, kind=Action.REPORT_PRESENCE)
    return rows.select_related("institution").order_by("seq")


def open_proposals(actor: Actor, handover: Handover) -> Sequence[Proposal]:
    """What the actor's institution has proposed for this handover and nobody has decided."""
    return prepared.rows(_open_proposals, handover.pk, actor.institution_id)


def _open_proposals(handover: int, institution: int) -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(handover=handover, institution=institution, state=ProposalState.OPEN)
    return rows.select_related("proposed_by", "institution")


def owed_by_others(actor: Actor, handover: Handover, *, closed: bool) -> Sequence[Deadline]:
    """Deadlines of this handover that another institution owes; with `closed`, those that are closed too."""
    rows = Deadline.objects.filter(handover=handover).exclude(owes=actor.institution_id).select_related("owes")
    return list(rows if closed else rows.filter(state=DeadlineState.OPEN))
