"""Officers come and go; the work stays: absence, "I am on it", and a successor who takes over everything in one step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from accounts.sessions import end_all
from common import second_wall
from referral.actor import Actor
from referral.enums import Action, DeadlineState, Role
from referral.errors import NoSuccessor, NotAllowed, NothingProposed, SeatEmpty, TakenByColleague
from referral.models import Assignment, Case, CaseEvent, Deadline, Membership
from referral.policy import allowed
from referral.services import events, notify
from referral.services.command import Work, begin, check_constraints, recorded, share
from referral.services.moment import Moment, moment_of
from referral.services.notify import NEWS, Line
from referral.services.readers import ANSWERING, Reader
from referral.services.reminders import lock_cases

JUSTICE = frozenset({Role.JUSTICE_LIAISON})
"""Nobody holds a protection and a justice role at once."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A deadline after somebody took it on or let it go. `repeated`: it stood so already."""

    deadline: Deadline
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Replaced:
    """The seat as the successor holds it now. `repeated`: the same step had been done before."""

    membership: Membership
    repeated: bool = False


def away(actor: Actor, until_wall: datetime) -> Membership:
    """The actor is absent until this real time: the deputy hears at once what the ladder would tell the actor."""
    return _mark_away(actor, until_wall)


def back(actor: Actor) -> Membership:
    """The actor is here again."""
    return _mark_away(actor, None)


@second_wall.command()
def _mark_away(actor: Actor, until_wall: datetime | None) -> Membership:
    share(actor.registry_id)
    seat = Membership.objects.select_for_update(of=("self",)).get(pk=actor.membership_id)
    seat.away_until_wall = until_wall
    seat.save(update_fields=["away_until_wall"])
    return seat


def take_on(actor: Actor, deadline_id: int, *, seen: int | None = None, submission: UUID | None) -> Taken:
    """ "I am on it": the deadline names the actor, for everybody of the institution to see. It binds nobody.

    `seen` is the membership that the page named as being on it; whoever was named there may be relieved. Raises
    TakenByColleague when it is somebody else by now, NothingProposed when nothing is due any more, NotAllowed.
    """
    return _handle(
        actor, deadline_id, Action.TAKE_ON, actor.membership_id, {None, seen, actor.membership_id}, submission
    )


def let_go(actor: Actor, deadline_id: int, *, submission: UUID | None) -> Taken:
    """The actor is not on it any more. Raises TakenByColleague when somebody else is."""
    return _handle(actor, deadline_id, "let_go", None, {None, actor.membership_id}, submission)


@second_wall.command()
def _handle(
    actor: Actor, deadline_id: int, kind: str, by: int | None, expected: set[int | None], submission: UUID | None
) -> Taken:
    case_id = Deadline.objects.values_list("case_id", flat=True).get(pk=deadline_id, registry=actor.registry_id)
    work = begin(actor, case_id, Action.TAKE_ON)
    deadline = Deadline.objects.select_for_update(of=("self",)).select_related("handover", "owes").get(pk=deadline_id)
    if recorded(actor, submission, case_id) is not None:
        return Taken(deadline, repeated=True)
    at_home = deadline.owes.country_id == actor.country_code and allowed(actor, Action.VIEW_CASE, work.case)
    if deadline.owes_id != actor.institution_id and not at_home:
        raise NotAllowed
    if deadline.handled_by_id == by:
        return Taken(deadline, repeated=True)
    if deadline.state != DeadlineState.OPEN:
        raise NothingProposed
    if deadline.handled_by_id not in expected:
        raise TakenByColleague
    deadline.handled_by_id, deadline.handled_at = by, work.moment.at if by is not None else None
    deadline.save(update_fields=["handled_by", "handled_at"])
    _record(work, kind, deadline, submission)
    return Taken(deadline)


def _record(work: Work, kind: str, deadline: Deadline, submission: UUID | None) -> CaseEvent:
    return events.record(
        case=work.case,
        kind=kind,
        moment=work.moment,
        actor=work.actor,
        handover=deadline.handover,
        code=deadline.kind,
        submission=submission,
    )


@second_wall.command()
def replace(actor: Actor, leaving_id: int, successor_id: int) -> Replaced:
    """End the seat of an officer of the actor's institution and give it, with all open work, to a colleague there.

    `leaving_id` is a membership, `successor_id` a user. The leaver sees nothing more from the next request on. What the
    leaver was on, and worked on by name, is the successor's; reminders go to whoever sits there. A successor who was
    the deputy leaves that seat for this one. Only seats that answer for the country pass on so: any other office, of
    data protection or justice above all, is given by whoever makes accounts. Raises SeatEmpty, NoSuccessor, NotAllowed.
    """
    registry = share(actor.registry_id)
    if not allowed(actor, Action.REPLACE_OFFICER):
        raise NotAllowed
    moment = moment_of(registry)
    seats = list(
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .filter(institution=actor.institution_id)
        .order_by("pk")
    )
    leaving = next((seat for seat in seats if seat.pk == leaving_id), None)
    if leaving is None or leaving.role not in ANSWERING:
        raise NotAllowed
    held = [seat for seat in seats if seat.user_id == successor_id and _current(seat, moment.wall)]
    taken = next((seat for seat in held if seat.role == leaving.role), None)
    if not _current(leaving, moment.wall):
        if taken is not None:
            return Replaced(taken, repeated=True)
        raise SeatEmpty
    _may_follow(leaving, successor_id, held, moment.wall)
    seat, _created = Membership.objects.update_or_create(
        user_id=successor_id,
        institution_id=actor.institution_id,
        role=leaving.role,
        defaults={"until_wall": None, "away_until_wall": None},
    )
    left = [leaving, *(other for other in held if other.role == Role.DEPUTY and other.pk != seat.pk)]
    _pass_on(actor, left, seat, moment)
    Membership.objects.filter(pk__in=[one.pk for one in left]).update(until_wall=moment.wall, away_until_wall=None)
    end_all(one.user_id for one in left if one.user_id != successor_id)
    line = Line(
        reader=Reader(successor_id, actor.institution_id),
        kind=Action.REPLACE_OFFICER,
        cause=f"replaced:{leaving.pk}:{seat.pk}:{moment.wall.isoformat()}",
        template=NEWS,
        at=moment.at,
    )
    notify.write([line], registry_id=registry.pk, moment=moment)
    check_constraints()
    return Replaced(seat)


def _current(seat: Membership, wall: datetime) -> bool:
    return seat.until_wall is None or seat.until_wall > wall


def _may_follow(leaving: Membership, successor_id: int, held: Iterable[Membership], wall: datetime) -> None:
    """Somebody who sits in the institution now, is active, and holds no seat in justice anywhere."""
    justice = Membership.objects.filter(user=successor_id, role__in=JUSTICE).exclude(until_wall__lte=wall)
    known = User.objects.filter(pk=successor_id, is_active=True).exists()
    if leaving.user_id == successor_id or not known or not list(held) or justice.exists():
        raise NoSuccessor


def _pass_on(actor: Actor, left: Iterable[Membership], seat: Membership, moment: Moment) -> None:
    """Open work by name goes to the new seat, each case with an event of its own. Cases are locked in key order."""
    gone = [one.pk for one in left]
    due = Deadline.objects.filter(handled_by__in=gone, state=DeadlineState.OPEN)
    work = Assignment.objects.filter(membership__in=gone, until_at__isnull=True)
    concerned = lock_cases({*due.values_list("case_id", flat=True), *work.values_list("case_id", flat=True)}, wait=True)
    second_wall.open_beyond("staff", *concerned)
    events.record_all(
        [
            events.Entry(case=case, kind=Action.REPLACE_OFFICER, actor=actor, content={"seat": seat.pk})
            for case in Case.objects.filter(pk__in=concerned).order_by("pk")
        ],
        moment,
    )
    due.update(handled_by=seat)
    work.update(membership=seat)
