"""What was asked about a person follows who answers for the person: enquiries end, requests are decided by the new holder."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

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
from referral.models import Deadline, HomeReferral, Institution, Proposal, PullRequest
from referral.services import deadlines, glass
from referral.services.command import Work
from referral.services.enquiries import withdraw_unanswered

WAITING = (ReferralState.SENT, ReferralState.ACKNOWLEDGED, ReferralState.ACCEPTED)
"""Home referrals that somebody still works on; the help itself ends with the services of the former country."""


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


def end_with_custody(work: Work) -> None:
    """The case has a new holder, or is about to end. The caller has locked it.

    What somebody proposed about the file is void, and enquiries of the former holder are withdrawn. Open requests go to
    the new holder; those that it made itself, and those about a case that ends, are over.
    """
    _drop_what_was_proposed(work)
    glass.end_with_custody(work)
    withdraw_unanswered(work)
    work.case.refresh_from_db(fields=["holder"])
    holder = Institution.objects.filter(pk=work.case.holder_id or 0).first()
    elsewhere = ~Q(sender__country=holder.country_id) if holder is not None else Q()
    HomeReferral.objects.filter(elsewhere, case=work.case, state__in=WAITING).update(
        state=ReferralState.WITHDRAWN, closed_at=work.moment.at
    )
    for request in PullRequest.objects.select_for_update(of=("self",)).filter(case=work.case, state=PullState.OPEN):
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


def _drop_what_was_proposed(work: Work) -> None:
    """A former holder's colleague must not close or join by a proposal what another institution answers for by now."""
    about = Q(case=work.case, handover__isnull=True) | Q(action=Action.MERGE, facts__into=work.case.pk)
    Proposal.objects.filter(about, state=ProposalState.OPEN).update(
        state=ProposalState.DROPPED, decided_at=work.moment.at
    )
