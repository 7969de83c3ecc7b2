"""Deadlines as rows: opened with their whole ladder, closed with the truth about when they were met.

Call these functions inside the command's transaction, with the case locked (docs/decisions/0020). What an act opens or
closes at once is handed over at once: reading and writing takes as many statements for several deadlines as for one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Required, TypedDict, Unpack

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from common import clock, ladder, prepared
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


PASSED_ON = "owed by another institution"
"""Why a deadline is no longer needed when somebody else owes it from then on."""


class About(TypedDict, total=False):
    """What a deadline of a case is about beyond the case; what is left out is none of it."""

    handover: Handover | None
    question: Question | None
    enquiry: Enquiry | None
    request: PullRequest | None
    referral: HomeReferral | None


class Opening(About, total=False):
    """A deadline to be opened; see `open_deadline`."""

    case: Required[Case]
    kind: Required[DeadlineKind]
    owes: Required[Institution]
    other_side: Institution | None
    urgent: bool
    child: bool
    limit: Limit
    due_at: datetime
    opened_at: datetime
    basis: Basis
    basis_text: str


def open_deadline(*, moment: Moment, **given: Unpack[Opening]) -> Deadline:
    """Write a deadline and the five rungs of its ladder, all fixed from now on.

    Without `limit` or `due_at` the limit is the exercise default, or what an agreement or the rule pack of the owing
    country says instead. Working days are those of the country of the institution that owes, in its zone. A due time
    that has passed before the opening counts as due at the opening. Raises ValueError for a kind without a default
    limit when neither is given, and IntegrityError when the same deadline is open already.
    """
    return open_all([given], moment)[0]


def open_all(openings: Sequence[Opening], moment: Moment) -> list[Deadline]:
    """Open several as `open_deadline` does, in their order, in two statements and one for each pair of sides."""
    known: dict[tuple[int, str | None], Circumstances] = {}
    before = Counter[int]()
    rows = []
    for opening in openings:
        owes = opening["owes"]
        sides = (owes.pk, _other_country(opening))
        if sides not in known:
            known[sides] = _circumstances(opening, moment)
        rows.append(_unsaved(opening, moment, known[sides], before[owes.pk]))
        before[owes.pk] += 1
    written = Deadline.objects.bulk_create(rows)
    Reminder.objects.bulk_create([rung for row in written for rung in rungs_of(row, moment.at)])
    return written


def _unsaved(opening: Opening, moment: Moment, around: Circumstances, opened_before: int) -> Deadline:
    """The row; `opened_before` counts what the same institution owes since the circumstances were read."""
    case, kind, owes = opening["case"], DeadlineKind(opening["kind"]), opening["owes"]
    opened_at = opening.get("opened_at", moment.at)
    basis, basis_text = opening.get("basis", Basis.DEFAULT), opening.get("basis_text", "")
    if "due_at" in opening:
        due_at = opening["due_at"]
    elif "limit" in opening:
        due_at = _due(opening["limit"], opened_at, owes)
    else:
        due_at, basis, basis_text = _due_by_rule(opening, opened_at, around)
    urgent = opening.get("urgent", False)
    return Deadline(
        registry_id=case.registry_id,
        case=case,
        handover=opening.get("handover"),
        question=opening.get("question"),
        enquiry=opening.get("enquiry"),
        request=opening.get("request"),
        referral=opening.get("referral"),
        kind=kind,
        owes=owes,
        other_side=opening.get("other_side"),
        opened_at=opened_at,
        due_at=max(due_at, opened_at),
        opened_ran=_ran_when_opened(moment, opened_at),
        floor=ladder.human_floor(urgent, around.open_items + opened_before, around.reads_slowly),
        basis=basis,
        basis_text=basis_text,
    )


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


class Closing(About, total=False):
    """Which open deadlines of a case are closed, and how; what is left out fits all. See `close_deadlines`."""

    kinds: Collection[DeadlineKind]
    owes: Institution | None
    cancelled: bool
    reason: str


def close_deadlines(*, case: Case, moment: Moment, **given: Unpack[Closing]) -> int:
    """Close the open deadlines of the case that fit all that is given; returns how many.

    Met in time when the instant is not after the due time, met late otherwise; with `cancelled`, no longer needed.
    Rungs that have not fired never will (invariant I6).
    """
    return close_all(case, [given], moment)


def close_all(case: Case, closings: Sequence[Closing], moment: Moment) -> int:
    """Close for several reasons at once, as `close_deadlines` does; the first that fits a deadline closes it."""
    found = []
    for deadline in prepared.rows(_open_deadlines, case.pk) if closings else ():
        closing = next((closing for closing in closings if _fits(closing, deadline)), None)
        if closing is not None:
            state = _state_after(closing, deadline, moment.at)
            found.append((deadline.pk, state.value, str(closing.get("reason", ""))))
    if found:
        with connection.cursor() as cursor:
            cursor.execute(CLOSE, [moment.at, *map(list, zip(*found, strict=True))])
    return len(found)


def _fits(closing: Closing, deadline: Deadline) -> bool:
    about = (
        (closing.get("handover"), deadline.handover_id),
        (closing.get("question"), deadline.question_id),
        (closing.get("enquiry"), deadline.enquiry_id),
        (closing.get("request"), deadline.request_id),
        (closing.get("referral"), deadline.referral_id),
        (closing.get("owes"), deadline.owes_id),
    )
    return ("kinds" not in closing or deadline.kind in closing["kinds"]) and all(
        row is None or row.pk == key for row, key in about
    )


def _state_after(closing: Closing, deadline: Deadline, at: datetime) -> DeadlineState:
    if closing.get("cancelled"):
        return DeadlineState.CANCELLED
    return DeadlineState.MET if at <= deadline.due_at else DeadlineState.MET_LATE


def _open_deadlines(case: int) -> QuerySet[Deadline]:
    return Deadline.objects.filter(case=case, state=DeadlineState.OPEN).order_by()


CLOSE = """
WITH closed AS (
  UPDATE referral_deadline AS deadline
     SET state = given.state, closed_at = %s, reason = given.reason
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given(id, state, reason)
   WHERE deadline.id = given.id AND deadline.state = 'open'
  RETURNING deadline.id
)
UPDATE referral_reminder AS reminder
   SET state = 'cancelled'
  FROM closed
 WHERE reminder.deadline_id = closed.id AND reminder.state = 'pending'
"""


def pass_on(running: Deadline, to: Institution, *, case: Case, moment: Moment, urgent: bool) -> None:
    """Another institution owes what is left of this: the due time stays, and reminders of what is left begin anew."""
    close_deadlines(
        case=case,
        handover=running.handover,
        kinds=[DeadlineKind(running.kind)],
        owes=running.owes,
        moment=moment,
        cancelled=True,
        reason=PASSED_ON,
    )
    open_deadline(
        case=case,
        kind=DeadlineKind(running.kind),
        owes=to,
        other_side=running.other_side,
        handover=running.handover,
        due_at=running.due_at,
        basis=Basis(running.basis),
        basis_text=running.basis_text,
        urgent=urgent,
        moment=moment,
    )


def waive(deadline: Deadline, moment: Moment, reason: str) -> None:
    """The other side no longer asks for it, and says why. The row stays, with its reason."""
    Reminder.objects.filter(deadline=deadline, state=ReminderState.PENDING).update(state=ReminderState.CANCELLED)
    deadline.state, deadline.closed_at, deadline.reason = DeadlineState.WAIVED, moment.at, reason
    deadline.save(update_fields=["state", "closed_at", "reason"])


def _due_by_rule(opening: Opening, opened_at: datetime, around: Circumstances) -> tuple[datetime, Basis, str]:
    """Due time and basis: the default, replaced by an agreement in force or by the country's rule pack.

    What was agreed for ordinary cases never lengthens the time for an urgent case or a child.
    """
    kind, owes = DeadlineKind(opening["kind"]), opening["owes"]
    urgent, child = opening.get("urgent", False), opening.get("child", False)
    due_at = None
    if kind in limits.LIMITS:
        due_at = _due(limits.limit_for(kind, urgent=urgent, child=child), opened_at, owes)
    special = around.agreed(kind) or _national(opening["case"], kind, owes)
    if special is not None:
        hours, special_basis, special_text = special
        other = opened_at + timedelta(hours=hours)
        if due_at is None or other < due_at or not (urgent or child):
            return other, special_basis, special_text
    if due_at is None:
        raise ValueError(f"No default limit for {kind}: give a limit or a due time.")
    return due_at, opening.get("basis", Basis.DEFAULT), opening.get("basis_text", "")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the time for a deadline depends on: how much else the institution owes, who reads there, what was agreed."""

    open_items: int
    reads_slowly: bool
    agreements: Sequence[Mapping[str, Any]]

    def agreed(self, kind: DeadlineKind) -> tuple[int, Basis, str] | None:
        """The shortest time that the two countries have agreed for this step, in hours that always run."""
        found = [
            (int(one["limits"][kind.value]), Basis.AGREEMENT, str(one["name"]))
            for one in self.agreements
            if kind.value in one["limits"]
        ]
        return min(found, default=None)


NOBODY = ""
"""Beside a country for which nothing can have been agreed: no country has this code."""


def _circumstances(opening: Opening, moment: Moment) -> Circumstances:
    owes, there = opening["owes"], _other_country(opening)
    here = owes.country_id or NOBODY
    found = prepared.first(_around, owes.pk, moment.wall, opening["case"].registry_id, here, there or NOBODY)
    assert found is not None, "whoever owes something belongs to the registry"
    return Circumstances(*found)


def _other_country(opening: Opening) -> str | None:
    """The country on the other side; None where both sides are of one country or one is of none."""
    here, other_side = opening["owes"].country_id, opening.get("other_side")
    return None if other_side is None or here is None or other_side.country_id == here else other_side.country_id


def _around(owes: int, wall: datetime, registry: int, here: str, there: str) -> QuerySet[Institution, tuple[Any, ...]]:
    owed = Deadline.objects.filter(owes=OuterRef("pk"), state=DeadlineState.OPEN).order_by()
    # Whoever answers for the institution may have asked for more time to read.
    slow = Membership.objects.filter(
        institution=OuterRef("pk"),
        role__in=(Role.FOCAL_POINT, Role.DEPUTY),
        user__is_active=True,
        user__reads_slowly=True,
    )
    agreed = Agreement.objects.filter(registry=registry, state=AgreementState.IN_FORCE, kind__in=limits.BINDING)
    both = agreed.filter(parties=here).filter(parties=there).order_by()
    return Institution.objects.filter(pk=owes).values_list(
        Coalesce(Subquery(owed.values("owes").annotate(number=Count("pk")).values("number")), 0),
        Exists(slow.exclude(until_wall__lte=wall)),
        ArraySubquery(both.values(one=JSONObject(name=F("name"), limits=F("limits")))),
    )


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
