"""Home referrals as one actor may see them, and what one would disclose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from referral.actor import Actor
from referral.enums import Action, Compartment, DeadlineState
from referral.models import Case, Deadline, Handover, HomeReferral, Institution
from referral.policy import as_q
from referral.selectors.cases import NUL
from referral.selectors.facts import packet_contents


def visible_referrals(actor: Actor) -> QuerySet[HomeReferral]:
    """Every referral that the actor may see: those that her institution sent, and those that it was asked."""
    return HomeReferral.objects.filter(as_q(actor, Action.VIEW_REFERRAL))


def referral_by_reference(actor: Actor, reference: str) -> HomeReferral:
    """The referral of a reference with everything its page shows. Raises HomeReferral.DoesNotExist when invisible."""
    if NUL in reference:
        raise HomeReferral.DoesNotExist
    rows = with_due(visible_referrals(actor)).select_related("case__person", "case__holder", "sender", "provider")
    return rows.get(reference=reference)


def of_case(actor: Actor, case: Case) -> list[HomeReferral]:
    """Referrals of the case that the actor may see, newest first."""
    return list(with_due(visible_referrals(actor).filter(case=case)).select_related("sender", "provider"))


def with_due(rows: QuerySet[HomeReferral]) -> QuerySet[HomeReferral]:
    """The referrals with `due_at`: when the service owes its next word; empty when it owes none."""
    owed = Deadline.objects.filter(referral=OuterRef("pk"), state=DeadlineState.OPEN).order_by("due_at")
    return rows.annotate(due_at=Subquery(owed.values("due_at")[:1]))


def contents_for(case: Case, compartments: Iterable[str], at: datetime) -> dict[str, dict[str, Any]]:
    """What a referral of this case discloses if it is sent at this exercise instant: compartment → field → value.

    The same fields that a packet to another country would hold; the answering institution is the one that knows them.
    """
    wanted = {Compartment.D0.value, *compartments}
    asked = Handover(case=case, sender=case.holder, compartments=sorted(wanted))
    return packet_contents(asked, at, compartments=wanted)


def providers(actor: Actor, kinds: Iterable[str]) -> QuerySet[Institution]:
    """Services of the actor's country that may be asked, never its own institution."""
    rows = Institution.objects.filter(registry_id=actor.registry_id, country=actor.country_code, kind__in=list(kinds))
    return rows.exclude(pk=actor.institution_id).order_by("name")
