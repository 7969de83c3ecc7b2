"""What still waits on a file when somebody else is about to answer for the person. One query, because mostly nothing does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from common import prepared
from referral.asking_states import ENQUIRY_MOVES, EnquiryAct
from referral.enums import Action, GlassState, HandoverState, ProposalState, PullState, ReferralState
from referral.models import BreakGlass, Case, Enquiry, Handover, HomeReferral, Proposal, PullRequest

WAITING = (ReferralState.SENT, ReferralState.ACKNOWLEDGED, ReferralState.ACCEPTED)
"""Home referrals that somebody still works on; the help itself ends with the services of the former country."""


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """Of each kind, whether there is any. Read under the lock of the case, without which none of them comes or goes."""

    proposals: bool
    openings: bool
    enquiries: bool
    referrals: bool
    requests: bool
    drafts: bool


def left_open(case: Case) -> LeftOpen:
    """What waits on this file now."""
    return LeftOpen(*prepared.first(_left_open, case.pk))  # type: ignore[misc]


def proposals_about(case: Any) -> QuerySet[Proposal]:
    """What colleagues have proposed about the file, and what would join another file with it."""
    into = Cast(KeyTextTransform("into", "facts"), TextField())
    about = Q(case=case, handover__isnull=True) | Q(action=Action.MERGE, into=Cast(case, TextField()))
    return Proposal.objects.annotate(into=into).filter(about, state=ProposalState.OPEN)


def openings_of(case: Any) -> QuerySet[BreakGlass]:
    """What was opened under break-glass."""
    return BreakGlass.objects.filter(case=case, state=GlassState.OPENED)


def enquiries_of(case: Any) -> QuerySet[Enquiry]:
    """Questions for a place that the holder may still withdraw."""
    return Enquiry.objects.filter(case=case, state__in=ENQUIRY_MOVES[EnquiryAct.WITHDRAW].sources)


def referrals_of(case: Any) -> QuerySet[HomeReferral]:
    """What services at home were asked to do."""
    return HomeReferral.objects.filter(case=case, state__in=WAITING)


def requests_of(case: Any) -> QuerySet[PullRequest]:
    """What other countries have asked about the person."""
    return PullRequest.objects.filter(case=case, state=PullState.OPEN)


def drafts_of(case: Any) -> QuerySet[Handover]:
    """Handovers that are being prepared."""
    return Handover.objects.filter(case=case, state=HandoverState.DRAFT)


def _left_open(case: int) -> QuerySet[Case, Any]:
    here = OuterRef("pk")
    every = (proposals_about, openings_of, enquiries_of, referrals_of, requests_of, drafts_of)
    return Case.objects.filter(pk=case).values_list(*(Exists(rows(here)) for rows in every))
