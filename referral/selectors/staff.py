"""Officers of an institution, and what a new one has to know: who answers to whom, what is due, what must not be shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from referral.actor import Actor
from referral.enums import Action, DeadlineState
from referral.models import Case, Deadline, Membership
from referral.policy import allowed

PAGE = 25
"""People on one page of the digest."""


@dataclass(frozen=True, slots=True)
class Digest:
    """One page of what the institution answers for. Each case has its open deadlines and what must not be shared."""

    cases: Sequence[Case]
    number: int
    more: bool


def officers(actor: Actor, wall: datetime) -> list[Membership]:
    """Everybody who works in the actor's institution now, in the order of their seats. One query."""
    rows = Membership.objects.filter(institution=actor.institution_id, user__is_active=True).exclude(
        until_wall__lte=wall
    )
    return list(rows.select_related("user").order_by("role", "pk"))


def officer(actor: Actor, pk: int, wall: datetime) -> Membership:
    """One of them. Raises Membership.DoesNotExist."""
    for seat in officers(actor, wall):
        if seat.pk == pk:
            return seat
    raise Membership.DoesNotExist


def digest(actor: Actor, number: int = 1) -> Digest:
    """Open cases that the actor's institution answers for, who has to be thought of first at the top.

    People who are not covered come first. A fixed number of queries.
    """
    start = (number - 1) * PAGE
    due = Deadline.objects.filter(state=DeadlineState.OPEN, owes=actor.institution_id).select_related(
        "handled_by__user", "handover", "enquiry", "request", "referral"
    )
    rows = (
        Case.objects.filter(holder=actor.institution_id, closed_at__isnull=True)
        .select_related("person", "holder")
        .prefetch_related(
            Prefetch("deadlines", due.order_by("due_at", "pk"), to_attr="due"),
            "person__blocked__country",
            "person__blocked__institution",
            "legal_tracks",
        )
        .order_by("uncovered_from_at", "pk")
    )
    found = list(rows[start : start + PAGE + 1])
    return Digest(found[:PAGE], number, len(found) > PAGE)


def deadline_to_handle(actor: Actor, pk: int) -> Deadline:
    """An open deadline that the actor may take on: its institution owes it, or it sees the case in which it is due.

    Raises Deadline.DoesNotExist when invisible.
    """
    rows = Deadline.objects.filter(registry=actor.registry_id).select_related(
        "case__person", "handover__case__person", "enquiry", "request", "referral", "handled_by__user"
    )
    found = rows.get(pk=pk)
    if found.owes_id != actor.institution_id and not allowed(actor, Action.VIEW_CASE, found.case):
        raise Deadline.DoesNotExist
    return found
