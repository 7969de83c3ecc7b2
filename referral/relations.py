"""How an institution stands towards a case, a handover or a referral: pure data with two faces each.

`matches` is for a row in hand, `as_q` for a list, so that list and page cannot drift. Nothing here queries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.db.models import Q

from referral.enums import OPEN_STATES, GlassState, HandoverState, Role


class Acting(Protocol):
    """What a rule needs to know of an actor."""

    @property
    def user_id(self) -> int: ...
    @property
    def wall(self) -> datetime | None: ...
    @property
    def institution_id(self) -> int: ...
    @property
    def registry_id(self) -> int: ...
    @property
    def role(self) -> Role: ...
    @property
    def country_code(self) -> str: ...


class Relation(StrEnum):
    """How the actor's institution stands towards a row."""

    REGISTRY = "registry"
    HOLDER = "holder"
    OPENED = "opened"
    ASSIGNED = "assigned"
    PAST_HOLDER = "past_holder"
    CONTINUING = "continuing"
    SENDER = "sender"
    RECEIVER = "receiver"
    OUTSIDE = "outside"
    SENDER_CARE = "sender_care"
    RECEIVER_CARE = "receiver_care"
    PROVIDER = "provider"
    BREAK_GLASS = "break_glass"
    ASKER = "asker"
    OPENER = "opener"
    OVERSEER = "overseer"


@dataclass(frozen=True, slots=True)
class Face:
    """The two faces of a relation."""

    matches: Callable[[Acting, Any], bool]
    as_q: Callable[[Acting], Q]
    words: str


def _assigned(actor: Acting, case: Any) -> bool:
    return any(a.institution_id == actor.institution_id and a.until_at is None for a in case.assignments.all())


def _held_before(actor: Acting, case: Any) -> bool:
    return case.holder_id != actor.institution_id and any(
        link.institution_id == actor.institution_id for link in case.custody.all()
    )


def _cares_for_sender(actor: Acting, handover: Any) -> bool:
    return (
        handover.sender.country_id == actor.country_code
        and handover.state in OPEN_STATES
        and _assigned(actor, handover.case)
    )


def _broke_the_glass(actor: Acting, case: Any) -> bool:
    """Judged at every use, with both faces of one clock: whether the sweep has noted the end does not matter (I11)."""
    return any(opened_by(actor, row) for row in case.openings.all()) if actor.wall is not None else False


def opened_by(actor: Acting, row: Any) -> bool:
    """Whether this break-glass opening is the actor's own and still open at her instant."""
    return (
        actor.wall is not None
        and row.state == GlassState.OPENED
        and row.asked_by_id == actor.user_id
        and row.institution_id == actor.institution_id
        and row.until_wall > actor.wall
    )


def _broke_the_glass_q(actor: Acting) -> Q:
    if actor.wall is None:
        return Q(pk__in=())
    return Q(
        openings__state=GlassState.OPENED,
        openings__asked_by=actor.user_id,
        openings__institution=actor.institution_id,
        openings__until_wall__gt=actor.wall,
    )


def _oversees(actor: Acting, row: Any) -> bool:
    """Both sides have their officer; one who sits in no country looks after the whole registry."""
    holder = row.case.holder if row.case is not None else None
    sides = {row.institution.country_id, holder.country_id if holder is not None else None}
    return not actor.country_code or actor.country_code in sides


def _oversees_q(actor: Acting) -> Q:
    if not actor.country_code:
        return Q(pk__isnull=False)
    return Q(institution__country=actor.country_code) | Q(case__holder__country=actor.country_code)


SENT = [state for state in HandoverState if state not in (HandoverState.DRAFT, HandoverState.DISCARDED)]

CASE_RELATIONS: Mapping[Relation, Face] = {
    Relation.HOLDER: Face(
        lambda actor, case: case.holder_id == actor.institution_id,
        lambda actor: Q(holder_id=actor.institution_id),
        "the institution that answers for the person now",
    ),
    Relation.OPENED: Face(
        lambda actor, case: case.opened_by_id == actor.institution_id and case.taken_at is None,
        lambda actor: Q(opened_by_id=actor.institution_id, taken_at__isnull=True),
        "the institution that opened the case, until the focal point takes it",
    ),
    Relation.ASSIGNED: Face(
        _assigned,
        lambda actor: Q(assignments__institution_id=actor.institution_id, assignments__until_at__isnull=True),
        "an institution that works on the case now",
    ),
    Relation.PAST_HOLDER: Face(
        _held_before,
        lambda actor: Q(custody__institution_id=actor.institution_id) & ~Q(holder_id=actor.institution_id),
        "an institution that answered for the person before",
    ),
    Relation.CONTINUING: Face(
        lambda actor, case: any(
            task.institution_id == actor.institution_id and task.until_at is None
            for task in case.continuing_tasks.all()
        ),
        lambda actor: Q(continuing_tasks__institution_id=actor.institution_id, continuing_tasks__until_at__isnull=True),
        "a former holder with a task that stayed there",
    ),
    Relation.BREAK_GLASS: Face(
        _broke_the_glass,
        _broke_the_glass_q,
        "the person to whom a second one of the same institution opened this case, for sixty minutes of wall time",
    ),
}

GLASS_RELATIONS: Mapping[Relation, Face] = {
    Relation.ASKER: Face(
        lambda actor, row: row.institution_id == actor.institution_id,
        lambda actor: Q(institution_id=actor.institution_id),
        "the institution that asks for break-glass access",
    ),
    Relation.OPENER: Face(
        lambda actor, row: row.institution_id == actor.institution_id and row.asked_by_id == actor.user_id,
        lambda actor: Q(institution_id=actor.institution_id, asked_by=actor.user_id),
        "the person who asked for break-glass access",
    ),
    Relation.HOLDER: Face(
        lambda actor, row: row.case is not None and row.case.holder_id == actor.institution_id,
        lambda actor: Q(case__holder=actor.institution_id),
        "the institution that answers for the person now",
    ),
    Relation.OVERSEER: Face(
        _oversees,
        _oversees_q,
        "the data protection officers of both sides",
    ),
}

HANDOVER_RELATIONS: Mapping[Relation, Face] = {
    Relation.SENDER: Face(
        lambda actor, handover: handover.sender_id == actor.institution_id,
        lambda actor: Q(sender_id=actor.institution_id),
        "the institution that sends",
    ),
    Relation.RECEIVER: Face(
        lambda actor, handover: handover.receiver_id == actor.institution_id and handover.state in SENT,
        lambda actor: Q(receiver_id=actor.institution_id, state__in=SENT),
        "the institution that receives",
    ),
    Relation.OUTSIDE: Face(
        lambda actor, handover: handover.outside and handover.sender_id == actor.institution_id,
        lambda actor: Q(outside=True, sender_id=actor.institution_id),
        "the institution that sends to a country without a seat, and writes down what that country answers",
    ),
    Relation.SENDER_CARE: Face(
        _cares_for_sender,
        lambda actor: Q(
            sender__country_id=actor.country_code,
            state__in=sorted(OPEN_STATES),
            case__assignments__institution_id=actor.institution_id,
            case__assignments__until_at__isnull=True,
        ),
        "an institution of the sending country that works on the case now",
    ),
    Relation.RECEIVER_CARE: Face(
        lambda actor, handover: (
            handover.child and handover.receiver_country_id == actor.country_code and handover.state in OPEN_STATES
        ),
        lambda actor: Q(child=True, receiver_country_id=actor.country_code, state__in=sorted(OPEN_STATES)),
        "child protection of the country that is asked to receive a child",
    ),
}

REFERRAL_RELATIONS: Mapping[Relation, Face] = {
    Relation.SENDER: Face(
        lambda actor, referral: referral.sender_id == actor.institution_id,
        lambda actor: Q(sender_id=actor.institution_id),
        "the institution that refers",
    ),
    Relation.PROVIDER: Face(
        lambda actor, referral: referral.provider_id == actor.institution_id,
        lambda actor: Q(provider_id=actor.institution_id),
        "the service that is asked",
    ),
}
