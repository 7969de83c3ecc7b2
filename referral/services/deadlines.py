"""Deadlines as rows: opened with their whole ladder, closed with the truth about when they were met.

Call both functions inside the command's transaction, with the case locked (docs/decisions/0020).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypedDict

from django.db.models import Case as Choice
from django.db.models import Q, Value, When

from common import clock, ladder
from common.working_time import Limit
from referral import limits
from referral.enums import (
    AgreementState,
    Basis,
    DeadlineKind,
    DeadlineState,
    ReminderState,
    Role,
)
from referral.models import (
    Agreement,
    Case,
    Deadline,
    Enquiry,
    Handover,
    HomeReferral,
    Institution,
    Membership,
    PullRequest,
    Question,
    Reminder,
    RulePack,
)
from referral.services.moment import Moment

OF_THE_RULE_PACK: Mapping[DeadlineKind, str] = {
    DeadlineKind.CHILD_NOTICE: "child_notice_hours",
    DeadlineKind.CENTRE: "centre_hours",
}
"""Steps whose time a country's rule pack says, and the column that says it, in hours that always run."""


def open_deadline(
    *,
    case: Case,
    kind: DeadlineKind,
    owes: Institution,
    moment: Moment,
    handover: Handover | None = None,
    question: Question | None = None,
    enquiry: Enquiry | None = None,
    request: PullRequest | None = None,
    referral: HomeReferral | None = None,
    other_side: Institution | None = None,
    urgent: bool = False,
    child: bool = False,
    limit: Limit | None = None,
    due_at: datetime | None = None,
    opened_at: datetime | None = None,
    basis: Basis = Basis.DEFAULT,
    basis_text: str = "",
) -> Deadline:
    """Write a deadline and the five rungs of its ladder, all fixed from now on.

    Without `limit` or `due_at` the limit is the exercise default, or what an agreement or the rule pack of the owing
    country says instead. Working days are those of the country of the institution that owes, in its zone. A due time
    that has passed before the opening counts as due at the opening. Raises ValueError for a kind without a default
    limit when neither is given, and IntegrityError when the same deadline is open already.
    """
    kind, opened_at = DeadlineKind(kind), opened_at or moment.at
    if due_at is None and limit is None:
        due_at, basis, basis_text = _due_by_rule(
            case, kind, owes, other_side, opened_at, urgent=urgent, child=child, basis=basis, basis_text=basis_text
        )
    elif due_at is None:
        assert limit is not None
        due_at = _due(limit, opened_at, owes)
    due_at = max(due_at, opened_at)
    opened_ran = _ran_when_opened(moment, opened_at)
    floor = ladder.human_floor(urgent, _other_open_items(owes), _reads_slowly(owes, moment))
    deadline = Deadline.objects.create(
        registry_id=case.registry_id,
        case=case,
        handover=handover,
        question=question,
        enquiry=enquiry,
        request=request,
        referral=referral,
        kind=kind,
        owes=owes,
        other_side=other_side,
        opened_at=opened_at,
        due_at=due_at,
        opened_ran=opened_ran,
        floor=floor,
        basis=basis,
        basis_text=basis_text,
    )
    Reminder.objects.bulk_create(rungs_of(deadline, moment.at))
    return deadline


def rungs_of(deadline: Deadline, written_at: datetime) -> list[Reminder]:
    """The ladder of a deadline as unsaved rows: each rung with its own time and its share of the human floor."""
    return [
        Reminder(registry_id=deadline.registry_id, deadline=deadline, **columns)
        for columns in rung_columns(
            deadline.opened_at, deadline.due_at, deadline.opened_ran, deadline.floor, written_at
        )
    ]


class RungColumns(TypedDict):
    """What a rung has of its own."""

    rung: str
    due_at: datetime
    floor_ran: timedelta
    state: ReminderState


def rung_columns(
    opened_at: datetime, due_at: datetime, opened_ran: timedelta, floor: timedelta, written_at: datetime
) -> list[RungColumns]:
    """The five rungs of a deadline.

    Where a deadline is written after it opened, rungs that would have warned of it before it was written are
    cancelled from the start: nobody is warned in the past. Those of a time that has passed are kept.
    """
    rows: list[RungColumns] = []
    for rung, step in ladder.LADDER.items():
        at = ladder.rung_due_at(opened_at, due_at, rung)
        too_late = at < written_at and step.fraction < 1
        rows.append(
            {
                "rung": rung.value,
                "due_at": at,
                "floor_ran": opened_ran + ladder.rung_floor(floor, rung),
                "state": ReminderState.CANCELLED if too_late else ReminderState.PENDING,
            }
        )
    return rows


def close_deadlines(
    *,
    case: Case,
    moment: Moment,
    kinds: Iterable[DeadlineKind] | None = None,
    handover: Handover | None = None,
    question: Question | None = None,
    enquiry: Enquiry | None = None,
    request: PullRequest | None = None,
    referral: HomeReferral | None = None,
    owes: Institution | None = None,
    cancelled: bool = False,
    reason: str = "",
) -> int:
    """Close the open deadlines of the case that fit all that is given; returns how many.

    Met in time when the instant is not after the due time, met late otherwise; with `cancelled`, no longer needed.
    Rungs that have not fired never will (invariant I6).
    """
    chosen = Q(case=case, state=DeadlineState.OPEN)
    if kinds is not None:
        chosen &= Q(kind__in=list(kinds))
    about = {
        "handover": handover,
        "question": question,
        "enquiry": enquiry,
        "request": request,
        "referral": referral,
        "owes": owes,
    }
    chosen &= Q(**{name: row for name, row in about.items() if row is not None})
    found = list(Deadline.objects.filter(chosen).values_list("pk", flat=True))
    if not found:
        return 0
    Reminder.objects.filter(deadline__in=found, state=ReminderState.PENDING).update(state=ReminderState.CANCELLED)
    met = Choice(When(due_at__gte=moment.at, then=Value(DeadlineState.MET)), default=Value(DeadlineState.MET_LATE))
    return Deadline.objects.filter(pk__in=found, state=DeadlineState.OPEN).update(
        state=DeadlineState.CANCELLED if cancelled else met,
        closed_at=moment.at,
        reason=reason,
    )


def waive(deadline: Deadline, moment: Moment, reason: str) -> None:
    """The other side no longer asks for it, and says why. The row stays, with its reason."""
    Reminder.objects.filter(deadline=deadline, state=ReminderState.PENDING).update(state=ReminderState.CANCELLED)
    deadline.state, deadline.closed_at, deadline.reason = DeadlineState.WAIVED, moment.at, reason
    deadline.save(update_fields=["state", "closed_at", "reason"])


def _due_by_rule(
    case: Case,
    kind: DeadlineKind,
    owes: Institution,
    other_side: Institution | None,
    opened_at: datetime,
    *,
    urgent: bool,
    child: bool,
    basis: Basis,
    basis_text: str,
) -> tuple[datetime, Basis, str]:
    """Due time and basis: the default, replaced by an agreement in force or by the country's rule pack.

    What was agreed for ordinary cases never lengthens the time for an urgent case or a child.
    """
    due_at = None
    if kind in limits.LIMITS:
        due_at = _due(limits.limit_for(kind, urgent=urgent, child=child), opened_at, owes)
    special = _agreed(case, kind, owes, other_side) or _national(case, kind, owes)
    if special is not None:
        hours, special_basis, special_text = special
        other = opened_at + timedelta(hours=hours)
        if due_at is None or other < due_at or not (urgent or child):
            return other, special_basis, special_text
    if due_at is None:
        raise ValueError(f"No default limit for {kind}: give a limit or a due time.")
    return due_at, basis, basis_text


def _agreed(
    case: Case, kind: DeadlineKind, owes: Institution, other_side: Institution | None
) -> tuple[int, Basis, str] | None:
    """The shortest time that the two countries have agreed for this step, in hours that always run."""
    if other_side is None or owes.country_id is None or other_side.country_id in (None, owes.country_id):
        return None
    agreements = (
        Agreement.objects.filter(
            registry_id=case.registry_id,
            state=AgreementState.IN_FORCE,
            kind__in=limits.BINDING,
            limits__has_key=kind.value,
        )
        .filter(parties=owes.country_id)
        .filter(parties=other_side.country_id)
    )
    found = [(int(agreement.limits[kind.value]), Basis.AGREEMENT, agreement.name) for agreement in agreements]
    return min(found, default=None)


def _national(case: Case, kind: DeadlineKind, owes: Institution) -> tuple[int, Basis, str] | None:
    """The time in the owing country's rule pack, for the steps that it knows."""
    if kind not in OF_THE_RULE_PACK:
        return None
    pack = RulePack.objects.filter(registry_id=case.registry_id, country=owes.country_id).first()
    return None if pack is None else (getattr(pack, OF_THE_RULE_PACK[kind]), Basis(pack.basis), pack.basis_text)


def _due(limit: Limit, opened_at: datetime, owes: Institution) -> datetime:
    """When `limit` ends for this institution. An international one has no country: UTC, no public holidays."""
    country = owes.country
    return limit.due(opened_at, country.code if country else "", country.zone if country else "UTC")


def _ran_when_opened(moment: Moment, opened_at: datetime) -> timedelta:
    """Running wall time at the opening.

    For something that opens later (an expected arrival) it is that of now: people know of it from now on, and a jump
    to the opening must not hold the reminders back.
    """
    return moment.ran if opened_at >= moment.at else clock.ran_when(moment.clock, opened_at)


def _other_open_items(owes: Institution) -> int:
    return Deadline.objects.filter(owes=owes, state=DeadlineState.OPEN).count()


def _reads_slowly(owes: Institution, moment: Moment) -> bool:
    """Whether somebody who answers for the institution has asked for more time to read."""
    return (
        Membership.objects.filter(
            institution=owes, role__in=(Role.FOCAL_POINT, Role.DEPUTY), user__is_active=True, user__reads_slowly=True
        )
        .exclude(until_wall__lte=moment.wall)
        .exists()
    )
