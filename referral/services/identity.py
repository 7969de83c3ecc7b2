"""Showing the identity is an act: it stands in the record who looked, when, as what, and at which fields.

Every showing is an event of its own, also when a form is sent twice: the record says how often somebody looked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from common import second_wall
from referral.actor import Actor
from referral.enums import Action, Compartment
from referral.errors import NotAllowed
from referral.fieldmap import compartment_of
from referral.models import Handover, HomeReferral, PersonIdentity
from referral.policy import SHOWS_IDENTITY, allowed, reads
from referral.selectors import identity
from referral.services import events
from referral.services.act import CaseOutcome, Entry, Facts, changed, on_case
from referral.services.command import Work, begin, check_constraints

SHOWN = "identity_shown"
"""The kind of event. Its content names the fields, and where they were read if not on the person's page."""
CHANGED = "identity_changed"
WRITTEN = ("name", "contact", "exact_location")
"""The birth date is written with the facts: safeguards follow from it (`services.care`)."""


def show(actor: Actor, case_id: int) -> identity.Values:
    """The identity of the person, after writing down that it was shown; the exact location for those who read D8.

    Raises NotAllowed, ExercisePaused, RegistryEnded, and CipherRefused with the event written.
    """
    seen = [name for name in identity.FIELDS if reads(actor.role, _compartment(name))]

    def write(work: Work) -> Entry:
        row = PersonIdentity.objects.filter(person=work.case.person_id).first()
        recorded = row.recorded() if row is not None else ()
        return Entry(content={"fields": sorted(set(seen) & set(recorded))})

    outcome = on_case(
        actor, case_id, Action.VIEW_IDENTITY, write, submission=None, kind=SHOWN, compartment=Compartment.D1
    )
    return _only(identity.values_of(PersonIdentity.objects.filter(person=outcome.case.person_id).first()), seen)


def show_sent(actor: Actor, handover: Handover, fields: Collection[str]) -> identity.Values:
    """These fields of the identity as packet and supplements told them, after writing down that they were shown.

    Raises as `show`.
    """
    _write_down(actor, handover.case_id, Action.VIEW_HANDOVER, handover, fields, {"handover": handover.reference})
    return _only(identity.sent_by(handover), fields)


def show_told(actor: Actor, referral: HomeReferral, fields: Collection[str]) -> identity.Values:
    """These fields of the identity as a service at home was told them, after writing down that they were shown.

    Raises as `show`.
    """
    _write_down(actor, referral.case_id, Action.VIEW_REFERRAL, referral, fields, {"referral": referral.reference})
    return _only(identity.told_in(referral), fields)


def change(
    actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None, version: int | None = None
) -> CaseOutcome:
    """Write name, contact or exact location; an empty value removes one. What the role does not read, it does not write.

    Raises NotAllowed, ChangedMeanwhile, ExercisePaused, RegistryEnded, CipherRefused.
    """
    own = tuple(name for name in WRITTEN if reads(actor.role, _compartment(name)))

    def write(work: Work) -> Entry:
        row, _ = PersonIdentity.objects.get_or_create(person=work.case.person)
        return Entry(content={"facts": changed(row, {name: facts[name] or "" for name in own if name in facts}, own)})

    return on_case(
        actor, case_id, Action.RECORD_FACTS, write,
        submission=submission, version=version, kind=CHANGED, compartment=Compartment.D1,
    )  # fmt: skip


def _compartment(name: str) -> Compartment:
    return Compartment(compartment_of("PersonIdentity", name))


def _write_down(
    actor: Actor,
    case_id: int,
    action: Action,
    row: Handover | HomeReferral,
    fields: Collection[str],
    where: Mapping[str, Any],
) -> None:
    with second_wall.command():
        work = begin(actor, case_id)
        row.refresh_from_db(fields=["state"])
        if action not in SHOWS_IDENTITY or not allowed(work.actor, action, row):
            raise NotAllowed
        events.record(
            case=work.case,
            kind=SHOWN,
            moment=work.moment,
            actor=work.actor,
            handover=row if isinstance(row, Handover) else None,
            content={"fields": sorted(fields), **where},
            compartment=Compartment.D1,
        )
        check_constraints()


def _only(values: identity.Values, fields: Collection[str]) -> identity.Values:
    return {name: value for name, value in values.items() if name in fields}
