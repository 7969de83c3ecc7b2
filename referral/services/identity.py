"""Showing the identity is an act: it stands in the record who looked, when and as what."""

from __future__ import annotations

from uuid import UUID

from referral.actor import Actor
from referral.enums import Action, Compartment
from referral.models import PersonIdentity
from referral.services.act import Entry, on_case
from referral.services.command import Work


def show(actor: Actor, case_id: int, *, submission: UUID | None) -> PersonIdentity | None:
    """The identity of the person, after writing down that it was shown. None where nothing is known.

    Raises NotAllowed, ExercisePaused, RegistryEnded.
    """
    outcome = on_case(
        actor,
        case_id,
        Action.VIEW_IDENTITY,
        _write_down,
        submission=submission,
        kind="identity_shown",
        compartment=Compartment.D1,
    )
    return PersonIdentity.objects.filter(person_id=outcome.case.person_id).first()


def _write_down(_work: Work) -> Entry:
    return Entry()
