"""What was asked about a person follows who answers for the person: enquiries end, requests are decided by the new holder."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from common import second_wall
from referral.enums import (
    Action,
    AskKind,
    Basis,
    DeadlineKind,
    DeadlineState,
    ProposalState,
    PullState,
    ReferralState,
)
from referral.models import Deadline, HomeReferral, Institution, PullRequest
from referral.selectors.left_open import LeftOpen, left_open, proposals_about, referrals_of, requests_of
from referral.services import deadlines, glass
from referral.services.command import Work
from referral.services.enquiries import withdraw_unanswered


def owe_a_decision(work: Work, request: PullRequest) -> None:
    """The holder owes a decision. Nobody is named as the other side: the asker never hears that something was owed."""
    assert request.holder is not None
    deadlines.open_deadline(
        case=work.case,
        kind=DeadlineKind.REQUEST,
        owes=request.holder,
        request=request,
        moment=work.moment,
        urgent=request.kind == AskKind.PRESENCE or work.case.immediate_danger,
    )


def end_with_custody(work: Work) -> LeftOpen:
    """The case has a new holder, or is about to end. The caller has locked it.

    What somebody proposed about the file is void, and enquiries of the former holder are withdrawn. Open requests go to
    the new holder; those that it made itself, and those about a case that ends, are over. Returns what was there.
    """
    left, case = left_open(work.case), work.case
    if left.proposals:
        # A former holder's colleague must not close or join by a proposal what another institution answers for by now.
        # Another institution's file may be the one that was to end.
        with second_wall.across("merge"):
            proposals_about(case.pk).update(state=ProposalState.DROPPED, decided_at=work.moment.at)
    if left.openings:
        glass.end_with_custody(work)
    if left.enquiries:
        withdraw_unanswered(work)
    if left.referrals:
        elsewhere = ~Q(sender__country=case.holder.country_id) if case.holder is not None else Q()
        referrals_of(case.pk).filter(elsewhere).update(state=ReferralState.WITHDRAWN, closed_at=work.moment.at)
    if left.requests:
        _hand_on_requests(work, case.holder)
    return left


def _hand_on_requests(work: Work, holder: Institution | None) -> None:
    for request in requests_of(work.case.pk).select_for_update(of=("self",)):
        deadlines.close_deadlines(
            case=work.case, request=request, moment=work.moment, cancelled=True, reason=Action.ANSWER_REQUEST
        )
        if holder is None or holder.pk in (request.asker_id, request.holder_id):
            request.state, request.answered_at = PullState.REFUSED, work.moment.at
        else:
            request.holder = holder
            owe_a_decision(work, request)
        request.save()


def ask_again(work: Work, received_at: datetime) -> None:
    """A corrected receipt: services at home that the receipt had relieved of a request are asked as they were.

    What they owed is owed again, later by the time in which nothing was asked of them.
    """
    ended = HomeReferral.objects.filter(case=work.case, state=ReferralState.WITHDRAWN, closed_at=received_at)
    for row in ended.filter(sender__country=work.actor.country_code).select_related("sender", "provider__country"):
        row.state = (
            ReferralState.ACCEPTED
            if row.decided_at
            else ReferralState.ACKNOWLEDGED
            if row.acknowledged_at
            else ReferralState.SENT
        )
        row.closed_at, row.version = None, row.version + 1
        row.save(update_fields=["state", "closed_at", "version"])
        for owed in Deadline.objects.filter(referral=row, state=DeadlineState.CANCELLED, closed_at=received_at):
            deadlines.open_deadline(
                case=work.case,
                kind=DeadlineKind(owed.kind),
                owes=row.provider,
                other_side=row.sender,
                referral=row,
                moment=work.moment,
                opened_at=owed.opened_at,
                due_at=owed.due_at + (work.moment.at - received_at),
                basis=Basis(owed.basis),
                basis_text=owed.basis_text,
            )
