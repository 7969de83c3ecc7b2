"""What a regional coordinator sees: that something has long been due, between which countries, and nothing about the person.

Only these columns are read; code words, codes, names and facts never leave the database. Work at home has no reference of
its own: its stub is called by the number of the deadline, never by the code of the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from common import second_wall
from referral.actor import Actor
from referral.enums import DeadlineKind, DeadlineState, OverduePhrase, ReminderState, Rung, VoiceKind
from referral.models import Deadline, OverdueAsk, Reminder, Voice
from referral.selectors.audit import Cursor

SHOWN = 50
PAGE = 25

SMALL = 3
"""Numbers below this are not told in an exercise (`domain.md` section 8)."""


@dataclass(frozen=True, slots=True)
class Stub:
    """Something that is long overdue. `reference` is a number of the registry, no name, no code and no code word."""

    pk: int
    reference: str
    kind: DeadlineKind
    owes: str
    """Country that owes it."""
    waits: str
    """Country that waits for it; empty for work at home."""
    due_at: datetime
    escalated_at: datetime | None = None
    """When the last reminder went out."""
    asked_at: datetime | None = None
    """When a coordinator asked for an answer last."""
    phrase: OverduePhrase | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a coordinator looks for. `after` is the last stub of the page before."""

    kind: str = ""
    country: str = ""
    after: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of stubs, and where the next one begins."""

    rows: tuple[Stub, ...]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class Complaint:
    """That somebody complains about the help, and where."""

    reference: str
    country: str
    at: datetime


COLUMNS = (
    "pk", "handover__reference", "referral__reference", "enquiry__reference", "request__reference", "kind", "owes__country",
    "other_side__country", "due_at", "escalated", "asked", "phrase",
)  # fmt: skip


def _long_overdue(actor: Actor) -> QuerySet[Deadline]:
    """Open deadlines whose last rung has fired."""
    fired = Reminder.objects.filter(deadline=OuterRef("pk"), rung=Rung.COORDINATOR, state=ReminderState.FIRED)
    asks = OverdueAsk.objects.filter(deadline=OuterRef("pk")).order_by("-at", "-pk")
    rows = Deadline.objects.filter(Exists(fired), registry=actor.registry_id, state=DeadlineState.OPEN)
    return rows.annotate(
        escalated=Subquery(fired.values("fired_at")[:1]),
        asked=Subquery(asks.values("at")[:1]),
        phrase=Subquery(asks.values("phrase")[:1]),
    )


def _stub(row: tuple[Any, ...]) -> Stub:
    pk, *references, kind, owes, waits, due_at, escalated, asked, phrase = row
    named = next((name for name in references if name), f"D-{pk}")
    said = OverduePhrase(phrase) if phrase else None
    return Stub(pk, named, DeadlineKind(kind), owes or "", waits or "", due_at, escalated, asked, said)


def overdue(actor: Actor) -> list[Stub]:
    """Open deadlines whose last rung has fired, the first to be due first; no more than a desk shows. One query."""
    listed = _long_overdue(actor).order_by("due_at", "pk").values_list(*COLUMNS)
    with second_wall.across("stubs"):
        return [_stub(row) for row in listed[:SHOWN]]


def find(actor: Actor, wanted: Wanted) -> Found:
    """A page of the same, narrowed; the first to be due first. One query."""
    rows = _long_overdue(actor)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.country:
        rows = rows.filter(Q(owes__country=wanted.country) | Q(other_side__country=wanted.country))
    if wanted.after is not None:
        rows = rows.filter(Q(due_at__gt=wanted.after.at) | Q(due_at=wanted.after.at, pk__gt=wanted.after.pk))
    with second_wall.across("stubs"):
        page = [_stub(row) for row in rows.order_by("due_at", "pk").values_list(*COLUMNS)[: PAGE + 1]]
    last = page[PAGE - 1] if len(page) > PAGE else None
    return Found(tuple(page[:PAGE]), Cursor(last.due_at, last.pk) if last is not None else None)


def stub(actor: Actor, pk: int) -> Stub | None:
    """One of them; None when it is not long overdue. One query."""
    with second_wall.across("stubs"):
        row = _long_overdue(actor).filter(pk=pk).values_list(*COLUMNS).first()
    return _stub(row) if row is not None else None


def known(actor: Actor, pk: int) -> bool:
    """Whether the registry has such a deadline at all, overdue or not: a form sent twice is recognised after the end."""
    with second_wall.across("stubs"):
        return Deadline.objects.filter(pk=pk, registry=actor.registry_id).exists()


def asks(actor: Actor, pk: int) -> list[OverdueAsk]:
    """What coordinators said about one deadline, newest first. One query."""
    with second_wall.across("stubs"):
        return list(OverdueAsk.objects.filter(registry=actor.registry_id, deadline=pk).order_by("-at", "-pk")[:SHOWN])


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
