"""What a regional coordinator sees: that something has long been due, between which countries, and nothing about the person.

Only these columns are read; code words, names and facts never leave the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef

from common import second_wall
from referral.actor import Actor
from referral.enums import DeadlineKind, DeadlineState, ReminderState, Rung, VoiceKind
from referral.models import Deadline, Reminder, Voice

SHOWN = 50

SMALL = 3
"""Numbers below this are not told in an exercise (`domain.md` section 8)."""


@dataclass(frozen=True, slots=True)
class Stub:
    """Something that is long overdue. `reference` is a number of the registry, no name and no code word."""

    reference: str
    kind: DeadlineKind
    owes: str
    """Country that owes it."""
    waits: str
    """Country that waits for it; empty for work at home."""
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Complaint:
    """That somebody complains about the help, and where."""

    reference: str
    country: str
    at: datetime


def overdue(actor: Actor) -> list[Stub]:
    """Open deadlines whose last rung has fired, the latest first to be due. One query."""
    fired = Reminder.objects.filter(deadline=OuterRef("pk"), rung=Rung.COORDINATOR, state=ReminderState.FIRED)
    rows = Deadline.objects.filter(Exists(fired), registry=actor.registry_id, state=DeadlineState.OPEN)
    listed = rows.order_by("due_at", "pk").values_list(
        "handover__reference", "referral__reference", "enquiry__reference", "request__reference",
        "case__person__public_code", "kind", "owes__country", "other_side__country", "due_at",
    )  # fmt: skip
    with second_wall.across("stubs"):
        return [
            Stub(next(name for name in row[:5] if name), DeadlineKind(row[5]), row[6] or "", row[7] or "", row[8])
            for row in listed[:SHOWN]
        ]


def counts(actor: Actor, at: datetime) -> list[tuple[DeadlineKind, int | None]]:
    """How much is overdue in the registry, by kind; None for a small number. No country is ranked. One query."""
    late = Deadline.objects.filter(registry=actor.registry_id, state=DeadlineState.OPEN, due_at__lt=at)
    found = late.order_by().values_list("kind").annotate(number=Count("pk")).order_by("kind")
    with second_wall.across("stubs"):
        return [(DeadlineKind(kind), number if number >= SMALL else None) for kind, number in found]


def complaints(actor: Actor) -> list[Complaint]:
    """Complaints passed on with the person's permission, newest first. One query."""
    rows = Voice.objects.filter(case__registry=actor.registry_id, kind=VoiceKind.COMPLAIN)
    listed = rows.order_by("-recorded_at", "-pk").values_list(
        "case__person__public_code", "case__holder__country", "recorded_at"
    )
    with second_wall.across("stubs"):
        return [Complaint(code, country or "", at) for code, country, at in listed[:SHOWN]]
