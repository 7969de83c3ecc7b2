"""What was asked about a person follows who answers for the person: enquiries end, requests are decided by the new holder."""

from __future__ import annotations

from django.db.models import Q

from referral.enums import Action, AskKind, DeadlineKind, ProposalState, PullState, ReferralState
from referral.models import HomeReferral, Institution, Proposal, PullRequest
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
    HomeReferral.objects.filter(case=work.case, state__in=WAITING).update(
        state=ReferralState.WITHDRAWN, closed_at=work.moment.at
    )
    work.case.refresh_from_db(fields=["holder"])
    holder = Institution.objects.filter(pk=work.case.holder_id or 0).first()
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


def _drop_what_was_proposed(work: Work) -> None:
    """A former holder's colleague must not close or join by a proposal what another institution answers for by now."""
    about = Q(case=work.case, handover__isnull=True) | Q(action=Action.MERGE, facts__into=work.case.pk)
    Proposal.objects.filter(about, state=ProposalState.OPEN).update(
        state=ProposalState.DROPPED, decided_at=work.moment.at
    )
