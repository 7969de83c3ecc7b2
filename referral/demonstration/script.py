"""What happens in the demonstration after it has opened: a person changes his mind while somebody looks on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from common.errors import Refusal
from referral.demonstration.load import loaded
from referral.demonstration.stage import NOW, actor_of_membership
from referral.enums import Action, HandoverState, RegistryState, Role
from referral.models import CaseEvent, Handover, Membership, Registry
from referral.services import lifecycle
from referral.services import sweep as sweeping
from referral.services.moment import moment_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scripted:
    """An act that somebody does so many exercise hours after the opening, if the handover still stands where it stood."""

    hours: float
    code_word: str
    country: str
    role: Role
    action: Action
    state: HandoverState

    def key(self, registry: Registry) -> UUID:
        """One form key for ever: however often the script is played, the act is done once."""
        return uuid5(NAMESPACE_URL, f"alongside:{registry.pk}:{self.code_word}:{self.action}:{self.hours}")


SCRIPT: tuple[Scripted, ...] = (Scripted(8, "ALIZE", "MR", Role.CASE_MANAGER, Action.STOP, HandoverState.ACCEPTED),)
"""ALIZE stops eight hours after the opening: the man who is to meet him is from the recruiter's village."""


def sweep_and_play() -> int:
    """One pass of the sweep, then of the script; returns how many reminders fired."""
    fired = sweeping.sweep()
    registry = loaded()
    if registry is not None and registry.state == RegistryState.OPEN:
        play_due(registry)
    return fired


def play_due(registry: Registry) -> int:
    """Do what the script says has come by now; returns how many acts were done. Twice does no harm."""
    moment = moment_of(registry)
    due = {row.key(registry): row for row in SCRIPT if NOW + timedelta(hours=row.hours) <= moment.at}
    done = set(CaseEvent.objects.filter(submission__in=due).values_list("submission", flat=True))
    return sum(_play(registry, row, key) for key, row in due.items() if key not in done)


def _play(registry: Registry, row: Scripted, key: UUID) -> bool:
    handover = Handover.objects.filter(
        registry=registry, case__person__code_word=row.code_word, sender__country=row.country, state=row.state
    ).first()
    seat = (
        Membership.objects.filter(
            institution__registry=registry, institution__country=row.country, role=row.role, until_wall__isnull=True
        )
        .select_related("institution")
        .first()
    )
    if handover is None or seat is None:
        return False
    try:
        lifecycle.apply(actor_of_membership(seat), handover.pk, row.action, {}, submission=key)
    except Refusal as refusal:
        # A stopped clock or a colleague who was quicker: the next pass looks again.
        logger.info("the script waits: %s", type(refusal).__name__)
        return False
    return True
