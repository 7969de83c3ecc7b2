"""Acts that need two people: the first proposes with a typed reason, a second one of the same institution confirms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from referral.actor import Actor
from referral.enums import Action, ProposalState
from referral.errors import NotAllowed, NothingProposed, SecondPersonNeeded
from referral.models import CaseEvent, Handover, Institution, Proposal
from referral.services import notify
from referral.services.act import CaseOutcome, Entry, on_case
from referral.services.command import Work
from referral.services.moment import Moment

Facts = Mapping[str, Any]


def open_proposal(work: Work, action: Action, handover: Handover | None = None) -> Proposal | None:
    """What the actor's institution has proposed and nobody has decided. The caller holds the case lock."""
    return Proposal.objects.filter(
        case=work.case,
        handover=handover,
        action=action,
        institution_id=work.actor.institution_id,
        state=ProposalState.OPEN,
    ).first()


def propose(work: Work, action: Action, facts: Facts, handover: Handover | None = None) -> Proposal:
    """Write down what the first person wants done. Nothing happens until `confirm`."""
    return Proposal.objects.create(
        registry=work.registry,
        case=work.case,
        handover=handover,
        action=action,
        facts=dict(facts),
        institution_id=work.actor.institution_id,
        proposed_by_id=work.actor.user_id,
        proposed_at=work.moment.at,
    )


def tell_colleagues(told: Iterable[tuple[Work, str]], event: CaseEvent) -> None:
    """The others of the institution hear that something about a file waits for one of them, or was done by two of them.

    `told` has the kind of notice, noted while the act was written; it is empty where one person acts alone. What is
    proposed about a handover is told by `lifecycle`. Nobody outside hears of it from here.
    """
    for work, kind in told:
        notify.tell(
            event=event,
            kind=kind,
            institutions=[Institution.objects.get(pk=work.actor.institution_id)],
            moment=work.moment,
            except_user_id=work.actor.user_id,
        )


def confirm(work: Work, proposal: Proposal) -> dict[str, Any]:
    """The second person says yes; returns the facts that were proposed. Raises SecondPersonNeeded for the first one."""
    if proposal.proposed_by_id == work.actor.user_id:
        raise SecondPersonNeeded
    _decide(work, proposal, ProposalState.CONFIRMED)
    return dict(proposal.facts)


def drop(work: Work, proposal_id: Any) -> Proposal:
    """Somebody of the institution does not go on with it. Raises NothingProposed when it was decided meanwhile."""
    found = Proposal.objects.filter(pk=proposal_id, case=work.case, state=ProposalState.OPEN).first()
    if found is None:
        raise NothingProposed
    if found.institution_id != work.actor.institution_id:
        raise NotAllowed
    _decide(work, found, ProposalState.DROPPED)
    return found


def drop_moot(handover: Handover, actions: Iterable[Action], moment: Moment) -> None:
    """The handover has moved on: what was proposed about its former state waits for nobody any more."""
    Proposal.objects.filter(handover=handover, action__in=list(actions), state=ProposalState.OPEN).update(
        state=ProposalState.DROPPED, decided_at=moment.at
    )


def drop_on_case(actor: Actor, case_id: int, proposal_id: int, *, submission: UUID | None) -> CaseOutcome:
    """Do not go on with a proposal about a file. Raises NothingProposed, NotAllowed."""

    def write(work: Work) -> Entry:
        return Entry(code=drop(work, proposal_id).action)

    return on_case(actor, case_id, Action.CLOSE_CASE, write, submission=submission, kind=Action.DROP_PROPOSAL)


def _decide(work: Work, proposal: Proposal, state: ProposalState) -> None:
    proposal.state, proposal.decided_by_id, proposal.decided_at = state, work.actor.user_id, work.moment.at
    proposal.save(update_fields=["state", "decided_by", "decided_at"])
