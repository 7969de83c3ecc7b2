"""What the person says about the help, passed on by a survivor adviser and only with the person's permission.

Whoever answers for the person is told. A complaint never goes to the holder alone: the regional coordinators and the
data protection officers are told too, without anything that says who the person is.
"""

from __future__ import annotations

from uuid import UUID

from common import second_wall
from referral.actor import Actor
from referral.enums import Action, Compartment, Role, VoiceKind
from referral.errors import FactMissing, PersonMustPermit
from referral.models import Voice
from referral.services import notify
from referral.services.act import CaseOutcome, Entry, Facts
from referral.services.command import Work
from referral.services.moment import Moment
from referral.services.notify import NEWS, Line
from referral.services.readers import Reader, seats
from referral.services.telling import holder, told_to

WATCHING = (Role.COORDINATOR, Role.DATA_PROTECTION)


def speak(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """Pass on what the person says: take a permission back, correct, complain, rate.

    A permission that is taken back is recorded by whoever sits with the person: the adviser passes the wish on, and the
    person decides it there. Raises PersonMustPermit, and FactMissing where the words or the rating are missing.
    """
    moments: list[Moment] = []

    def write(work: Work) -> Entry:
        if not facts.get("permitted"):
            raise PersonMustPermit
        rates = facts["kind"] == VoiceKind.RATE
        if (rates and not facts.get("rating")) or (not rates and not str(facts.get("text") or "").strip()):
            raise FactMissing
        Voice.objects.create(
            case=work.case,
            kind=facts["kind"],
            text=facts.get("text") or "",
            language=facts.get("language") or "",
            rating=facts.get("rating") if rates else None,
            permitted=True,
            institution_id=actor.institution_id,
            recorded_at=work.moment.at,
        )
        moments.append(work.moment)
        return Entry(code=facts["kind"])

    with second_wall.command():
        outcome = told_to(
            actor, case_id, Action.SPEAK, write, holder,
            submission=submission, version=version, compartment=Compartment.D2,
        )  # fmt: skip
        if facts["kind"] == VoiceKind.COMPLAIN and not outcome.repeated:
            _tell_watching(outcome, moments[0])
        return outcome


def _tell_watching(outcome: CaseOutcome, moment: Moment) -> None:
    """A line without the case: who watches over the help learns that there is a complaint, not whose."""
    registry_id = outcome.case.registry_id
    watching = {row.user_id: row for row in seats(registry_id, moment).rows if row.role in WATCHING}
    lines = [
        Line(
            reader=Reader(row.user_id, row.institution_id),
            kind="complaint",
            cause=f"event:{outcome.event.pk}",
            template=NEWS,
            at=outcome.event.at,
        )
        for row in watching.values()
    ]
    notify.write(lines, registry_id=registry_id, moment=moment)
