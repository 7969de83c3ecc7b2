"""Which cases an actor sees, and one of them."""

from __future__ import annotations

from django.db.models import QuerySet

from referral.actor import Actor
from referral.enums import Action
from referral.models import Case, Handover
from referral.policy import as_q


def visible_cases(actor: Actor) -> QuerySet[Case]:
    """Every case that the actor may see, in full or as a stub."""
    return Case.objects.filter(pk__in=Case.objects.filter(as_q(actor, Action.VIEW_CASE)).values("pk"))


def visible_handovers(actor: Actor) -> QuerySet[Handover]:
    """Every handover that the actor may see: the sender's, drafts too, and what was sent to the receiver."""
    return Handover.objects.filter(as_q(actor, Action.VIEW_HANDOVER))


NUL = "\0"
"""An address can hold this character; PostgreSQL refuses it, so nothing has such a name."""


def case_by_code(actor: Actor, code: str) -> Case:
    """The case of a person's public code, ready for policy and safeguards. Raises Case.DoesNotExist when invisible."""
    if NUL in code:
        raise Case.DoesNotExist
    return (
        visible_cases(actor)
        .select_related("person", "holder", "opened_by", "found_in", "registry", "person__adult_confirmed_by")
        .prefetch_related(
            "assignments", "custody__institution", "whereabouts", "risks", "legal_tracks", "person__links"
        )
        .get(person__public_code=code)
    )


def handover_by_reference(actor: Actor, reference: str) -> Handover:
    """The handover of a reference. Raises Handover.DoesNotExist when invisible."""
    if NUL in reference:
        raise Handover.DoesNotExist
    return (
        visible_handovers(actor)
        .select_related(
            "case__person", "case__holder", "case__registry", "sender", "receiver", "receiver_country", "registry"
        )
        .get(reference=reference)
    )
