"""The handovers of an act under their locks: first the case of each, then the handover (docs/decisions/0020)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from common import prepared
from referral.actor import Actor
from referral.enums import OPEN_STATES, ProposalState
from referral.errors import ChangedMeanwhile, NotAllowed
from referral.models import Handover, Proposal, Supplement
from referral.services.command import Work, begin, begin_with
from referral.transitions import Transition


def begun(actor: Actor, handover_id: int, row: Transition) -> dict[int, tuple[Work, Handover]]:
    """The handover, and those linked to it when they take this row together, each with its case locked."""
    if row.together:
        return _family(actor, handover_id, row)
    try:
        work = begin_with(actor, handover_id)
    except NotAllowed:
        _place_of(actor, handover_id)
        raise
    return {handover_id: (work, _locked(work, handover_id))}


def open_one(work: Work) -> Handover | None:
    """The open handover of the case, if it has one."""
    return _of(work, prepared.first(_open, work.case.pk))


def _family(actor: Actor, handover_id: int, row: Transition) -> dict[int, tuple[Work, Handover]]:
    """Cases are locked in the order of their keys, so that two families never wait for each other."""
    wanted, found = _acting(actor, handover_id, row), {}
    for one_case, one in sorted(wanted.items()):
        work = begin(actor, one_case)
        found[one] = (work, _locked(work, one))
    if _acting(actor, handover_id, row) != wanted:
        raise ChangedMeanwhile
    return found


def _acting(actor: Actor, handover_id: int, row: Transition) -> dict[int, int]:
    """Case → handover of everything that takes this row now."""
    case_id, family = _place_of(actor, handover_id)
    wanted = {case_id: handover_id}
    if family is not None:
        linked = Handover.objects.filter(registry=actor.registry_id, family_group=family, state__in=row.sources)
        wanted |= dict(linked.exclude(pk=handover_id).values_list("case_id", "pk"))
    return wanted


def _place_of(actor: Actor, handover_id: int) -> tuple[int, UUID | None]:
    """Its case and its family. Raises Handover.DoesNotExist for one that the actor has not."""
    found: tuple[int, UUID | None] | None = prepared.first(_place, actor.registry_id, handover_id)
    if found is None:
        raise Handover.DoesNotExist
    return found


def _locked(work: Work, handover_id: int) -> Handover:
    found = _of(work, prepared.first(_one, handover_id))
    if found is None:
        raise Handover.DoesNotExist
    return found


def _of(work: Work, found: Handover | None) -> Handover | None:
    if found is not None:
        found.case = work.case
    return found


def _place(registry: int, handover: int) -> QuerySet[Handover, Any]:
    return Handover.objects.filter(registry=registry, pk=handover).values_list("case_id", "family_group")


def _one(handover: int) -> QuerySet[Handover]:
    return _for_an_act().filter(pk=handover)


def _open(case: int) -> QuerySet[Handover]:
    return _for_an_act().filter(case=case, state__in=OPEN_STATES)


def _for_an_act() -> QuerySet[Handover]:
    """Locked, with what an act reads of it. Whether something is proposed about it, or was sent after its packet, is said
    by `has_proposals` and `has_supplements`; mostly nothing, and then nothing more is read.
    """
    proposed = Proposal.objects.filter(handover=OuterRef("pk"), state=ProposalState.OPEN)
    sent_later = Supplement.objects.filter(handover=OuterRef("pk"))
    found = Handover.objects.select_for_update(of=("self",)).annotate(
        has_proposals=Exists(proposed), has_supplements=Exists(sent_later)
    )
    return found.select_related("sender__country", "receiver__country", "receiver_country", "packet")
