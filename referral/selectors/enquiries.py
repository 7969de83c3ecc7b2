"""Enquiries of an institution: what it was asked, what it asked, and one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from referral.actor import Actor
from referral.enums import DeadlineState, EnquiryState
from referral.models import Case, Deadline, Enquiry
from referral.selectors.cases import NUL

PAGE = 25
"""Rows on one page of a list."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list, from 1 on, and whether another follows."""

    rows: Sequence[Enquiry]
    number: int
    more: bool


def _rows() -> QuerySet[Enquiry]:
    return Enquiry.objects.select_related("sender", "receiver", "receiver_country", "case__person")


def enquiry_by_reference(actor: Actor, reference: str) -> Enquiry:
    """The enquiry of a reference that the actor's institution asked or was asked. Raises Enquiry.DoesNotExist."""
    if NUL in reference:
        raise Enquiry.DoesNotExist
    ours = Q(sender=actor.institution_id) | Q(receiver=actor.institution_id)
    return _rows().filter(ours).get(registry=actor.registry_id, reference=reference)


def received(actor: Actor, number: int = 1) -> Listed:
    """What other countries asked the actor's institution, newest first. One query."""
    return _page(_rows().filter(receiver=actor.institution_id), number)


def sent(actor: Actor, number: int = 1) -> Listed:
    """What the actor's institution asked, newest first. One query."""
    return _page(_rows().filter(sender=actor.institution_id), number)


def _page(rows: QuerySet[Enquiry], number: int) -> Listed:
    start = (number - 1) * PAGE
    found = list(rows.order_by("-pk")[start : start + PAGE + 1])
    return Listed(found[:PAGE], number, len(found) > PAGE)


def of_case(actor: Actor, case: Case) -> list[Enquiry]:
    """What the actor's institution asked about this person, newest first; those that were withdrawn are left out."""
    rows = _rows().filter(case=case, sender=actor.institution_id).exclude(state=EnquiryState.WITHDRAWN)
    return list(rows.order_by("-pk"))


def answer_due(enquiry: Enquiry) -> Deadline | None:
    """The open deadline of the answer."""
    return Deadline.objects.filter(enquiry=enquiry, state=DeadlineState.OPEN).first()
