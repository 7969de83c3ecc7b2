"""A wrong entry is put right by another one with a reason; the wrong one stays readable and is never overwritten."""

from __future__ import annotations

from uuid import UUID

from referral.actor import Actor
from referral.enums import Action, Compartment
from referral.errors import AlreadyAmended
from referral.models import Amendment, CaseEvent
from referral.services.act import CaseOutcome, Entry, Facts, on_case
from referral.services.command import Work


def amend(actor: Actor, case_id: int, event_id: int, facts: Facts, *, submission: UUID | None) -> CaseOutcome:
    """Amend an entry of the own institution: `reason`, `text` (what is right) and the `language` of both.

    Raises CaseEvent.DoesNotExist for an entry of another case or institution, AlreadyAmended when it was put right.
    """

    def write(work: Work) -> Entry:
        wrong = CaseEvent.objects.get(pk=event_id, case=work.case, institution=actor.institution_id)
        if CaseEvent.objects.filter(amends=wrong).exists():
            raise AlreadyAmended
        return Entry(code=wrong.kind, amends=wrong)

    return on_case(
        actor,
        case_id,
        Action.AMEND,
        write,
        submission=submission,
        after=lambda event: _keep(event, facts),
    )


def _keep(event: CaseEvent, facts: Facts) -> None:
    assert event.amends is not None
    Amendment.objects.create(
        event=event,
        reason=facts["reason"],
        text=facts["text"],
        language=facts.get("language") or "",
        compartment=Compartment(event.amends.compartment),
    )
