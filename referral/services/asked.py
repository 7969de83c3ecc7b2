"""What was asked about a person follows who answers for the person: enquiries end, requests are decided by the new holder."""

from __future__ import annotations

from referral.enums import Action, AskKind, DeadlineKind, PullState
from referral.models import Institution, PullRequest
from referral.services import deadlines
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


def end_with_custody(work: Work) -> None:
    """The case has a new holder, or is about to end. The caller has locked it.

    Enquiries of the former holder are withdrawn. Open requests go to the new holder; those that it made itself, and
    those about a case that ends, are over.
    """
    withdraw_unanswered(work)
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
