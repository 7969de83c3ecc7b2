"""Who may do what to which row: pure data and one pure function. Nothing here queries.

A relation has two faces, `matches` for a row in hand and `as_q` for a list, so that list and page cannot drift.
Default deny: an action, a role or a relation that is not listed is refused.
Source: `domain.md` section 5; where the table of the design gives a focal point no right to write needs and consent,
see docs/decisions/0010.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from django.db.models import Q

from referral.enums import OPEN_STATES, Action, Compartment, HandoverState, Role


class Acting(Protocol):
    """What a rule needs to know of an actor."""

    @property
    def institution_id(self) -> int: ...
    @property
    def registry_id(self) -> int: ...
    @property
    def role(self) -> Role: ...


class Relation(StrEnum):
    """How the actor's institution stands towards a row."""

    REGISTRY = "registry"
    HOLDER = "holder"
    OPENED = "opened"
    ASSIGNED = "assigned"
    PAST_HOLDER = "past_holder"
    SENDER = "sender"
    RECEIVER = "receiver"


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
}


@dataclass(frozen=True, slots=True)
class Grant:
    """These roles may, where their institution stands so."""

    roles: frozenset[Role]
    relation: Relation


def _grant(relation: Relation, *roles: Role) -> Grant:
    return Grant(frozenset(roles), relation)


FOCAL = (Role.FOCAL_POINT, Role.DEPUTY)
CARERS = (Role.CASE_MANAGER, Role.CHILD_PROTECTION, Role.HEALTH_WORKER, Role.SERVICE_PROVIDER, Role.GUARDIAN)
SEATED = tuple(Role)

_HELD = _grant(Relation.HOLDER, *FOCAL, Role.CASE_MANAGER)
_INTAKE = _grant(Relation.OPENED, *FOCAL, Role.FIRST_RESPONDER)
_WORKING = _grant(Relation.ASSIGNED, Role.CASE_MANAGER)

GRANTS: Mapping[Action, tuple[Grant, ...]] = {
    Action.VIEW_INBOX: (_grant(Relation.REGISTRY, *SEATED),),
    Action.VIEW_LIST: (_grant(Relation.REGISTRY, *SEATED),),
    Action.VIEW_DIRECTORY: (_grant(Relation.REGISTRY, *SEATED),),
    Action.VIEW_MAILS: (_grant(Relation.REGISTRY, *SEATED),),
    Action.VIEW_CASE: (_HELD, _INTAKE, _grant(Relation.ASSIGNED, *CARERS), _grant(Relation.PAST_HOLDER, *FOCAL)),
    Action.VIEW_IDENTITY: (
        _HELD,
        _INTAKE,
        _grant(Relation.ASSIGNED, Role.CASE_MANAGER, Role.CHILD_PROTECTION, Role.GUARDIAN),
    ),
    Action.OPEN_CASE: (_grant(Relation.REGISTRY, *FOCAL, Role.FIRST_RESPONDER),),
    Action.TAKE_CASE: (_grant(Relation.HOLDER, *FOCAL),),
    Action.RECORD_TONIGHT: (
        _HELD,
        _INTAKE,
        _grant(Relation.ASSIGNED, Role.CASE_MANAGER, Role.SERVICE_PROVIDER, Role.CHILD_PROTECTION),
    ),
    Action.SCREEN: (_HELD, _INTAKE),
    Action.RECORD_FACTS: (_HELD, _INTAKE, _WORKING, _grant(Relation.ASSIGNED, Role.CHILD_PROTECTION)),
    Action.RECORD_CARE: (_HELD, _WORKING, _grant(Relation.ASSIGNED, Role.CHILD_PROTECTION)),
    Action.RECORD_RISK: (_HELD, _WORKING),
    Action.RECORD_CONSENT: (_HELD, _WORKING, _grant(Relation.ASSIGNED, Role.GUARDIAN)),
    Action.RECORD_CHILD: (_grant(Relation.ASSIGNED, Role.CHILD_PROTECTION),),
    Action.RECORD_LEGAL: (_HELD, _WORKING),
    Action.RECORD_WHEREABOUTS: (_HELD, _INTAKE, _WORKING, _grant(Relation.ASSIGNED, Role.SERVICE_PROVIDER)),
    Action.ASSIGN: (_grant(Relation.HOLDER, *FOCAL),),
    Action.RELEASE: (_grant(Relation.HOLDER, *FOCAL), _grant(Relation.OPENED, Role.FIRST_RESPONDER)),
    Action.PREPARE: (_grant(Relation.HOLDER, *FOCAL),),
    Action.VIEW_HANDOVER: (_grant(Relation.SENDER, *FOCAL, Role.CASE_MANAGER), _grant(Relation.RECEIVER, *FOCAL)),
    Action.OFFER: (_grant(Relation.SENDER, *FOCAL),),
    Action.DISCARD: (_grant(Relation.SENDER, *FOCAL),),
    Action.ACKNOWLEDGE: (_grant(Relation.RECEIVER, *FOCAL),),
    Action.ASK: (_grant(Relation.RECEIVER, *FOCAL),),
    Action.ANSWER: (_grant(Relation.SENDER, *FOCAL),),
    Action.HOLDING_REPLY: (_grant(Relation.RECEIVER, *FOCAL),),
    Action.ACCEPT: (_grant(Relation.RECEIVER, *FOCAL),),
    Action.DECLINE: (_grant(Relation.RECEIVER, *FOCAL),),
    Action.WITHDRAW: (_grant(Relation.SENDER, *FOCAL),),
    Action.DEPART: (_grant(Relation.SENDER, *FOCAL),),
    Action.RECEIVE: (_grant(Relation.RECEIVER, *FOCAL),),
    Action.GIVE_FEEDBACK: (_grant(Relation.RECEIVER, *FOCAL),),
    Action.STOP: (_grant(Relation.SENDER, *FOCAL), _grant(Relation.RECEIVER, *FOCAL)),
    Action.CONFIRM_STOP: (_grant(Relation.SENDER, *FOCAL),),
    Action.CONTINUE: (_grant(Relation.SENDER, *FOCAL),),
    Action.LAPSE: (),
}

ON_HANDOVER: frozenset[Action] = frozenset(
    action for action, grants in GRANTS.items() if any(grant.relation in HANDOVER_RELATIONS for grant in grants)
)


def faces(action: Action) -> Mapping[Relation, Face]:
    """The relations that the rows of this action can stand in: a handover's or a case's."""
    return HANDOVER_RELATIONS if action in ON_HANDOVER else CASE_RELATIONS


def allowed(actor: Acting, action: Action, row: Any = None) -> bool:
    """Whether the actor may do this to this row; `row` is None for what concerns the whole registry.

    A row of another registry is never allowed. `row.assignments` and `row.custody` should be prefetched.
    """
    if row is not None and row.registry_id != actor.registry_id:
        return False
    known = faces(action)
    for grant in GRANTS[action]:
        if actor.role not in grant.roles:
            continue
        if grant.relation is Relation.REGISTRY:
            return True
        if row is not None and known[grant.relation].matches(actor, row):
            return True
    return False


def as_q(actor: Acting, action: Action) -> Q:
    """The rows on which `allowed` is true, as a condition. It may join, so use it in a sub-select."""
    condition = Q(pk__in=())
    for grant in GRANTS[action]:
        if actor.role in grant.roles and grant.relation is not Relation.REGISTRY:
            condition |= faces(action)[grant.relation].as_q(actor)
    return Q(registry_id=actor.registry_id) & condition


def roles_that_may(action: Action) -> tuple[Role, ...]:
    """Roles to name in the sentence that refuses, in the order of the enumeration."""
    listed = frozenset().union(*(grant.roles for grant in GRANTS[action]))
    return tuple(role for role in Role if role in listed)


class Right(StrEnum):
    """What a role may do with a compartment of a case that it may see."""

    READ = "R"
    WRITE = "W"
    PACKET = "S"
    """Only what a packet or a referral discloses."""
    NONE = "–"


def _rights(line: str) -> Mapping[Compartment, Right]:
    return dict(zip(Compartment, (Right(mark) for mark in line.split()), strict=True))


COMPARTMENTS: Mapping[Role, Mapping[Compartment, Right]] = {
    Role.FIRST_RESPONDER: _rights("W W W W – – – – –"),
    Role.FOCAL_POINT: _rights("W R W R – W – R –"),
    Role.DEPUTY: _rights("W R W R – W – R –"),
    Role.CASE_MANAGER: _rights("W R W R R R – R W"),
    Role.COMPETENT_AUTHORITY: _rights("R R R W – – – – –"),
    Role.HEALTH_WORKER: _rights("R R R – W – – – –"),
    Role.SERVICE_PROVIDER: _rights("S S S – W – – – S"),
    Role.CHILD_PROTECTION: _rights("W R W R S R – W W"),
    Role.GUARDIAN: _rights("R R R – S R – R –"),
    Role.ASYLUM_LIAISON: _rights("R S – S – W – – –"),
    Role.JUSTICE_LIAISON: _rights("R S – S – – W – –"),
    Role.CONSULAR_OFFICER: _rights("R S S – – S – S –"),
    Role.COORDINATOR: _rights("S – – – – – – – –"),
    Role.SURVIVOR_ADVISER: _rights("S – – – – – – – –"),
    Role.DATA_PROTECTION: _rights("S – – – – – – – –"),
    Role.FACILITATOR: _rights("R – – – – – – – –"),
    Role.OBSERVER: _rights("R – – – – – – – –"),
}


def reads(role: Role, compartment: Compartment) -> bool:
    """Whether the role reads this compartment on the page of a case that it may see in full."""
    return COMPARTMENTS[role][compartment] in (Right.READ, Right.WRITE)


def readable(role: Role) -> frozenset[Compartment]:
    """Every compartment that the role reads."""
    return frozenset(c for c in Compartment if reads(role, c))


def is_open(state: str) -> bool:
    """Whether a handover in this state still waits for something before arrival."""
    return state in OPEN_STATES
