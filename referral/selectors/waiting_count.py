"""How many things wait, for the bar on every page and for the seats of the first page: the numbers of the inbox itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.expressions import Combinable

from referral.actor import Actor
from referral.models import Registry
from referral.selectors import due
from referral.selectors.inbox import LONGEST, SOONEST, first_keys, size, uncovered_sets
from referral.selectors.people import COUNTED


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits at one desk, each number exact up to COUNTED (one more means "more than that")."""

    things: int
    overdue: int


def waiting_count(actor: Actor, at: datetime) -> int:
    """As many things as the inbox lists, counted up to COUNTED + 1. One query."""
    counts = {"uncovered": _uncovered(actor, at), "due": _due(actor, at)}
    found = Registry.objects.filter(pk=actor.registry_id).annotate(**counts).values_list(*counts).first()
    return min(sum(found or ()), COUNTED + 1)


def waiting_at(actors: Sequence[Actor], at: datetime, ran: timedelta) -> Mapping[int, Waits]:
    """Membership → what waits there, for several desks of one registry. One query.

    Overdue is what the inbox calls so: past its time, and people have had time to read; `ran` is the registry's
    running wall time.
    """
    if not actors:
        return {}
    late = Q(due_at__lt=at, opened_ran__lte=ExpressionWrapper(Value(ran) - F("floor"), output_field=DurationField()))
    counts: dict[str, Combinable] = {}
    for actor in actors:
        key = actor.membership_id
        counts |= {
            f"uncovered_{key}": _uncovered(actor, at),
            f"due_{key}": _due(actor, at),
            f"late_{key}": _due(actor, at, late),
        }
    found = Registry.objects.filter(pk=actors[0].registry_id).annotate(**counts).values(*counts).get()
    return {
        key: Waits(min(found[f"uncovered_{key}"] + found[f"due_{key}"], COUNTED + 1), found[f"late_{key}"])
        for key in (actor.membership_id for actor in actors)
    }


def _uncovered(actor: Actor, at: datetime) -> Combinable:
    return size(first_keys(uncovered_sets(actor, at), LONGEST))


def _due(actor: Actor, at: datetime, late: Q | None = None) -> Combinable:
    return size(first_keys(due.waiting(actor, at, late=late), SOONEST))
