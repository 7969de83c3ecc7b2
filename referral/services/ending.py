"""The end of a registry, and agreements that are suspended while it runs."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from common import second_wall
from referral.actor import Actor
from referral.enums import (
    Action,
    AgreementState,
    DeadlineState,
    HoldReason,
    RegistryState,
    ReminderState,
    TransferBasis,
)
from referral.models import Agreement, Deadline, Handover, Registry, Reminder
from referral.selectors.facts import transfer_basis
from referral.services import lifecycle
from referral.services.command import begin
from referral.services.moment import moment_of
from referral.services.reminders import settle
from referral.transitions import TRANSITIONS


@transaction.atomic
def end(registry_id: int) -> int:
    """End a registry: nothing more is recorded, states and custody stay, open deadlines are censored; returns how many.

    What was due until now is fired first. A second call changes nothing. It waits for commands in flight.
    """
    registry = Registry.objects.select_for_update().get(pk=registry_id)
    if registry.state == RegistryState.ENDED:
        return 0
    moment = moment_of(registry)
    settle(registry, moment)
    Reminder.objects.filter(registry=registry, state=ReminderState.PENDING).update(state=ReminderState.CANCELLED)
    censored = Deadline.objects.filter(registry=registry, state=DeadlineState.OPEN).update(
        state=DeadlineState.CENSORED, closed_at=moment.at
    )
    registry.state = RegistryState.ENDED
    registry.save(update_fields=["state"])
    return censored


@transaction.atomic
def suspend(actor: Actor, agreement_id: int) -> int:
    """Suspend an agreement. Handovers that rest on it alone wait; returns how many were put on hold.

    A second call holds nothing twice. The registry is taken for this transaction alone, as by a change of the clock: no
    offer that still read the agreement as in force is under way while the list of what rests on it is made.
    """
    Registry.objects.select_for_update().get(pk=actor.registry_id)
    Agreement.objects.filter(pk=agreement_id, registry=actor.registry_id).update(state=AgreementState.SUSPENDED)
    agreement = Agreement.objects.prefetch_related("parties").get(pk=agreement_id, registry=actor.registry_id)
    parties = [country.pk for country in agreement.parties.all()]
    between = Q(sender__country__in=parties, receiver_country__in=parties)
    resting = Handover.objects.filter(
        between,
        registry=actor.registry_id,
        state__in=TRANSITIONS[Action.HOLD].sources,
        transfer_basis=TransferBasis.AGREEMENT,
    )
    held = 0
    for handover in resting.select_related("sender__country", "receiver_country").order_by("case_id"):
        if transfer_basis(handover) is None:
            with second_wall.command():
                work = begin(actor, handover.case_id)
                held += lifecycle.hold_by_system(work, HoldReason.AGREEMENT) is not None
    return held


def restore(actor: Actor, agreement_id: int) -> None:
    """The agreement is in force again. Holds are ended by the senders, one by one."""
    Agreement.objects.filter(pk=agreement_id, registry=actor.registry_id).update(state=AgreementState.IN_FORCE)
