"""How many things wait, for the bar on every page and for the seats of the first page: the numbers of the inbox itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Value

from referral.actor import Actor
from referral.models import Registry
from referral.selectors import asked, due, proposed
from referral.selectors.inbox import LONGEST, SOONEST, first_keys, length, uncovered_sets
from referral.selectors.people import COUNTED


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits at one desk, each number exact up to COUNTED (one more means "more than that")."""

    things: int
    overdue: int


def waiting_count(actor: Actor, at: datetime) -> int:
    """As many things as the inbox lists, counted up to COUNTED + 1. One query."""
    (found,) = asked.rows(_of_one, actor, at)
    return _things(found, "one")


def waiting_at(actors: Sequence[Actor], at: datetime, ran: timedelta) -> Mapping[int, Waits]:
    """Membership → what waits there, for several desks of one registry. One query.

    Overdue is what the inbox calls so: past its time, and people have had time to read; `ran` is the registry's
    running wall time.
    """
    if not actors:
        return {}
    (found,) = asked.rows_of_several(_of_several, actors, at, ran)
    return {
        actor.membership_id: Waits(_things(found, desk), _length(found, f"late_{desk}"))
        for desk, actor in enumerate(actors)
    }


def _of_several(actors: Sequence[Actor], at: datetime, ran: timedelta) -> QuerySet[Any, Any]:
    late = Q(due_at__lt=at, opened_ran__lte=ExpressionWrapper(Value(ran) - F("floor"), output_field=DurationField()))
    arrays: dict[str, ArraySubquery] = {}
    for desk, actor in enumerate(actors):
        arrays |= _arrays(actor, at, desk) | _named(f"late_{desk}", _due(actor, at, late))
    return Registry.objects.filter(pk=actors[0].registry_id).annotate(**arrays).values(*arrays)


def _of_one(actor: Actor, at: datetime) -> QuerySet[Any, Any]:
    arrays = _arrays(actor, at, "one")
    return Registry.objects.filter(pk=actor.registry_id).annotate(**arrays).values(*arrays)


def _arrays(actor: Actor, at: datetime, desk: object) -> dict[str, ArraySubquery]:
    unsafe = first_keys(uncovered_sets(actor, at), *LONGEST)
    second = first_keys(proposed.to_confirm(actor), *proposed.OLDEST)
    known = _named(f"uncovered_{desk}", unsafe) | _named(f"proposed_{desk}", second)
    return known | _named(f"due_{desk}", _due(actor, at))


def _due(actor: Actor, at: datetime, late: Q | None = None) -> list[QuerySet[Any, Any]]:
    return first_keys(due.waiting(actor, at, late=late), *SOONEST)


def _named(name: str, sets: Sequence[QuerySet[Any, Any]]) -> dict[str, ArraySubquery]:
    return {f"{name}_{place}": ArraySubquery(rows) for place, rows in enumerate(sets)}


def _things(found: Mapping[str, Any], desk: object) -> int:
    lists = (f"uncovered_{desk}", f"proposed_{desk}", f"due_{desk}")
    return min(sum(_length(found, name) for name in lists), COUNTED + 1)


def _length(found: Mapping[str, Any], name: str) -> int:
    """A row that stands in two sets counts once."""
    return length([keys for column, keys in found.items() if column.startswith(f"{name}_")])
