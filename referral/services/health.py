"""What a health worker writes. Nobody else reads it, unless it is written for the case manager who needs to know."""

from __future__ import annotations

from uuid import UUID

from referral.actor import Actor
from referral.enums import Action, Compartment
from referral.models import HealthEntry
from referral.services.act import CaseOutcome, Entry, Facts, changed, on_case
from referral.services.command import Work


def write_entry(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """An entry about the person's health. An entry is never changed; what is to be released later is written anew.

    With `medicine_until_at` among the facts the person's medicine lasts until then, or none is needed any more (None): that
    is what "tonight", the safeguards and gate 9 read.
    """

    def write(work: Work) -> Entry:
        row = HealthEntry.objects.create(
            case=work.case,
            institution_id=actor.institution_id,
            text=facts["text"],
            for_case_manager=bool(facts.get("for_case_manager")),
            recorded_at=work.moment.at,
        )
        names = changed(work.case.person, facts, ("medicine_until_at",))
        return Entry(code="released" if row.for_case_manager else "", content={"facts": names})

    return on_case(
        actor, case_id, Action.RECORD_HEALTH, write, submission=submission, version=version, compartment=Compartment.D4
    )
