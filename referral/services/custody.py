"""The only writer of the custody chain."""

from __future__ import annotations

from django.db.models import QuerySet

from common import prepared
from referral.enums import CustodyReason
from referral.models import Case, Custody, Handover, Institution
from referral.services.moment import Moment


def append(
    case: Case,
    institution: Institution | None,
    reason: CustodyReason,
    moment: Moment,
    handover: Handover | None = None,
    *,
    last: Custody | None = None,
) -> Custody:
    """Add the next link, after `last` where it has been read under the lock already. The caller holds the case row lock; the database refuses a gap, an overlap or a second writer."""
    last = last or prepared.first(_newest, case.pk)
    link = Custody.objects.create(
        case=case,
        seq=last.seq + 1 if last else 1,
        since_at=max(moment.at, last.since_at) if last else moment.at,
        institution=institution,
        previous_seq=last.seq if last else None,
        previous_since_at=last.since_at if last else None,
        reason=reason,
        handover=handover,
    )
    case.holder = institution  # as the trigger on the chain has written it
    return link


def _newest(case: int) -> QuerySet[Custody]:
    return Custody.objects.filter(case=case).order_by("-seq")[:1]


def last_link(case: Case) -> Custody:
    """The link of the chain that counts now."""
    return Custody.objects.filter(case=case).latest("seq")
