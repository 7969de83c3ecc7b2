"""Who may do what to which row: pure data and one pure function. Nothing here queries.

A relation has two faces, `matches` for a row in hand and `as_q` for a list, so that list and page cannot drift.
Default deny: an action, a role or a relation that is not listed is refused.
Source: `domain.md` section 5; where the table of the design gives a focal point no right to write needs and consent,
see docs/decisions/0010.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Q

from referral.enums import Action, Compartment, Role
from referral.relations import (
    CASE_RELATIONS,
    GLASS_RELATIONS,
    HANDOVER_RELATIONS,
    REFERRAL_RELATIONS,
    SENT,
    Acting,
    Face,
    Relation,
)


@dataclass(frozen=True, slots=True)
class Grant:
    """These roles may, where their institution stands so."""

    roles: frozenset[Role]
    relation: Relation


def _grant(relation: Relation, *roles: Role) -> Grant:
    return Grant(frozenset(roles), relation)


FOCAL = (Role.FOCAL_POINT, Role.DEPUTY)
CARERS = (Role.CASE_MANAGER, Role.CHILD_PROTECTION, Role.HEALTH_WORKER, Role.SERVICE_PROVIDER, Role.GUARDIAN)
SPECIALISTS = (
    Role.COMPETENT_AUTHORITY,
    Role.ASYLUM_LIAISON,
    Role.JUSTICE_LIAISON,
    Role.CONSULAR_OFFICER,
    Role.SURVIVOR_ADVISER,
)
PROVIDERS = (Role.SERVICE_PROVIDER, Role.HEALTH_WORKER, Role.CASE_MANAGER, Role.CHILD_PROTECTION)
ANY_FOCAL = _grant(Relation.REGISTRY, *FOCAL)
GLASS = (*FOCAL, Role.CASE_MANAGER, Role.CHILD_PROTECTION)
"""Who may break the glass: whoever can be alone with a person in danger and reads needs (docs/decisions/0052)."""
SEATED = tuple(Role)

_HELD = _grant(Relation.HOLDER, *FOCAL, Role.CASE_MANAGER)
_INTAKE = _grant(Relation.OPENED, *FOCAL, Role.FIRST_RESPONDER)
_WORKING = _grant(Relation.ASSIGNED, Role.CASE_MANAGER)
_SENDER = _grant(Relation.SENDER, *FOCAL)
_RECEIVER = _grant(Relation.RECEIVER, *FOCAL)
_OUTSIDE = _grant(Relation.OUTSIDE, *FOCAL)
_BESIDE_THE_PERSON = _grant(Relation.SENDER_CARE, Role.CASE_MANAGER, Role.GUARDIAN, Role.CHILD_PROTECTION)
_CHILD_PROTECTION = _grant(Relation.SENDER_CARE, Role.CHILD_PROTECTION)
_BREAK_GLASS = _grant(Relation.BREAK_GLASS, *GLASS)

GRANTS: Mapping[Action, tuple[Grant, ...]] = {
    Action.VIEW_INBOX: (_grant(Relation.REGISTRY, *SEATED),),
    Action.VIEW_LIST: (_grant(Relation.REGISTRY, *SEATED),),
    Action.VIEW_DIRECTORY: (_grant(Relation.REGISTRY, *SEATED),),
    Action.VIEW_MAILS: (_grant(Relation.REGISTRY, *SEATED),),
    Action.VIEW_CASE: (
        _HELD,
        _INTAKE,
        _grant(Relation.ASSIGNED, *CARERS, *SPECIALISTS),
        _grant(Relation.PAST_HOLDER, *FOCAL),
        _BREAK_GLASS,
    ),
    Action.VIEW_IDENTITY: (
        _HELD,
        _INTAKE,
        _grant(Relation.ASSIGNED, Role.CASE_MANAGER, Role.CHILD_PROTECTION, Role.GUARDIAN),
        _BREAK_GLASS,
    ),
    Action.VIEW_SEAL: (_BREAK_GLASS,),
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
    Action.RECORD_CHILD: (_grant(Relation.ASSIGNED, Role.CHILD_PROTECTION, Role.GUARDIAN),),
    Action.RECORD_LEGAL: (
        _HELD,
        _WORKING,
        _grant(Relation.ASSIGNED, Role.ASYLUM_LIAISON, Role.JUSTICE_LIAISON),
    ),
    Action.RECORD_WHEREABOUTS: (_HELD, _INTAKE, _WORKING, _grant(Relation.ASSIGNED, Role.SERVICE_PROVIDER)),
    Action.ASSIGN: (_grant(Relation.HOLDER, *FOCAL),),
    Action.RELEASE: (_grant(Relation.HOLDER, *FOCAL), _grant(Relation.OPENED, Role.FIRST_RESPONDER)),
    Action.PREPARE: (_grant(Relation.HOLDER, *FOCAL),),
    Action.VIEW_HANDOVER: (
        _grant(Relation.SENDER, *FOCAL, Role.CASE_MANAGER),
        _RECEIVER,
        _BESIDE_THE_PERSON,
        _grant(Relation.RECEIVER_CARE, Role.CHILD_PROTECTION),
    ),
    Action.OFFER: (_SENDER,),
    Action.DISCARD: (_SENDER,),
    Action.ACKNOWLEDGE: (_RECEIVER, _OUTSIDE),
    Action.ASK: (_RECEIVER, _OUTSIDE),
    Action.ANSWER: (_SENDER,),
    Action.HOLDING_REPLY: (_RECEIVER, _OUTSIDE),
    Action.ACCEPT: (_RECEIVER, _OUTSIDE),
    Action.PUT_CONDITIONS: (_RECEIVER, _OUTSIDE),
    Action.AGREE_CONDITIONS: (_SENDER,),
    Action.REFUSE_CONDITIONS: (_SENDER,),
    Action.PROPOSE_FORWARD: (_RECEIVER,),
    Action.AGREE_FORWARD: (_SENDER,),
    Action.REFUSE_FORWARD: (_SENDER,),
    Action.DECLINE: (_RECEIVER, _OUTSIDE),
    Action.WITHDRAW: (_SENDER,),
    Action.REVOKE: (_RECEIVER, _OUTSIDE),
    Action.PLAN_TRAVEL: (_SENDER,),
    Action.DEPART: (_SENDER,),
    Action.TURN_BACK: (_SENDER,),
    Action.RECEIVE: (_RECEIVER,),
    Action.ACCEPT_AND_RECEIVE: (_RECEIVER,),
    Action.RECEIVE_OUTSIDE: (_OUTSIDE,),
    Action.FOLLOW_UP: (_OUTSIDE,),
    Action.REPORT_NOT_ARRIVED: (_SENDER, _RECEIVER),
    Action.END_SEARCH: (_SENDER,),
    Action.REPORT_PRESENCE: (),
    Action.DIVERT: (_SENDER,),
    Action.GIVE_FEEDBACK: (_RECEIVER,),
    Action.STOP: (_SENDER, _RECEIVER, _BESIDE_THE_PERSON),
    Action.OBJECT: (_SENDER, _RECEIVER, _BESIDE_THE_PERSON),
    Action.HOLD: (_SENDER, _CHILD_PROTECTION),
    Action.RESUME: (_SENDER, _CHILD_PROTECTION),
    Action.CONFIRM_STOP: (_SENDER, _CHILD_PROTECTION),
    Action.CONTINUE: (_SENDER, _CHILD_PROTECTION),
    Action.DISENGAGE: (_SENDER,),
    Action.DEATH: (_SENDER, _RECEIVER),
    Action.ASK_CORRECTION: (_RECEIVER,),
    Action.AGREE_CORRECTION: (_SENDER,),
    Action.REFUSE_CORRECTION: (_SENDER,),
    Action.SUPPLEMENT: (_SENDER,),
    Action.CHILD_ANSWER: (_CHILD_PROTECTION, _grant(Relation.RECEIVER_CARE, Role.CHILD_PROTECTION), _OUTSIDE),
    Action.OVERRIDE: (_SENDER,),
    Action.WAIVE: (_SENDER, _RECEIVER),
    Action.WRITE_MESSAGE: (_SENDER, _RECEIVER),
    Action.RECORD_CALL: (_SENDER, _RECEIVER),
    Action.DROP_PROPOSAL: (_SENDER, _RECEIVER),
    Action.PROPOSE: (),
    Action.LAPSE: (),
    Action.MAJORITY: (),
    Action.REVIEW_MAJORITY: (_grant(Relation.ASSIGNED, Role.CHILD_PROTECTION),),
    Action.ENQUIRE: (_grant(Relation.HOLDER, *FOCAL),),
    Action.RECORD_ENQUIRY: (_grant(Relation.HOLDER, *FOCAL),),
    Action.ANSWER_ENQUIRY: (ANY_FOCAL,),
    Action.SEEK: (ANY_FOCAL,),
    Action.ANSWER_REQUEST: (_grant(Relation.HOLDER, *FOCAL),),
    Action.LINK_FAMILY: (_grant(Relation.HOLDER, *FOCAL),),
    Action.MERGE: (_grant(Relation.HOLDER, *FOCAL),),
    Action.CLOSE_CASE: (_grant(Relation.HOLDER, *FOCAL),),
    Action.CONTINUE_TASK: (_grant(Relation.CONTINUING, *FOCAL),),
    Action.REFER: (_HELD, _WORKING),
    Action.VIEW_REFERRAL: (_grant(Relation.SENDER, *FOCAL, Role.CASE_MANAGER), _grant(Relation.PROVIDER, *PROVIDERS)),
    Action.ANSWER_REFERRAL: (_grant(Relation.PROVIDER, *PROVIDERS),),
    Action.RECORD_HEALTH: (_grant(Relation.ASSIGNED, Role.HEALTH_WORKER),),
    Action.IDENTIFY: (_grant(Relation.ASSIGNED, Role.COMPETENT_AUTHORITY),),
    Action.SPEAK: (_grant(Relation.ASSIGNED, Role.SURVIVOR_ADVISER),),
    Action.AMEND: (_HELD, _INTAKE, _WORKING, _grant(Relation.ASSIGNED, *CARERS, *SPECIALISTS)),
    Action.TAKE_ON: (_grant(Relation.REGISTRY, *FOCAL, *CARERS, *SPECIALISTS, Role.FIRST_RESPONDER),),
    Action.REPLACE_OFFICER: (ANY_FOCAL,),
    Action.VIEW_DESK: (_grant(Relation.REGISTRY, *SEATED),),
    Action.VIEW_STUBS: (_grant(Relation.REGISTRY, Role.COORDINATOR),),
    Action.VIEW_AUDIT: (_grant(Relation.REGISTRY, Role.DATA_PROTECTION),),
    Action.REVIEW_AUDIT: (_grant(Relation.REGISTRY, Role.DATA_PROTECTION),),
    Action.ASK_OVERDUE: (_grant(Relation.REGISTRY, Role.COORDINATOR),),
    Action.ASK_GLASS: (_grant(Relation.REGISTRY, *GLASS),),
    Action.VIEW_GLASS: (
        _grant(Relation.ASKER, *GLASS),
        _grant(Relation.HOLDER, *FOCAL),
        _grant(Relation.OVERSEER, Role.DATA_PROTECTION),
    ),
    Action.CONFIRM_GLASS: (_grant(Relation.ASKER, *GLASS),),
    Action.END_GLASS: (
        _grant(Relation.OPENER, *GLASS),
        _grant(Relation.HOLDER, *FOCAL),
        _grant(Relation.OVERSEER, Role.DATA_PROTECTION),
    ),
}

SHOWS_IDENTITY: frozenset[Action] = frozenset(
    {Action.VIEW_IDENTITY, Action.VIEW_HANDOVER, Action.VIEW_REFERRAL, Action.VIEW_SEAL}
)
"""Under which a page can show a field of the identity: of the person, of a packet, of a request to a service, of a seal."""

ON_REFERRAL: frozenset[Action] = frozenset({Action.VIEW_REFERRAL, Action.ANSWER_REFERRAL})
ON_GLASS: frozenset[Action] = frozenset({Action.VIEW_GLASS, Action.CONFIRM_GLASS, Action.END_GLASS})
ON_HANDOVER: frozenset[Action] = (
    frozenset(
        action for action, grants in GRANTS.items() if any(grant.relation in HANDOVER_RELATIONS for grant in grants)
    )
    - ON_REFERRAL
)


def faces(action: Action) -> Mapping[Relation, Face]:
    """The relations that the rows of this action can stand in: a handover's, a referral's, an opening's or a case's."""
    if action in ON_GLASS:
        return GLASS_RELATIONS
    if action in ON_REFERRAL:
        return REFERRAL_RELATIONS
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


def role_may(role: Role, action: Action) -> bool:
    """Whether somebody in this role may do this to any row at all; `roles_that_may` lists them."""
    return any(role in grant.roles for grant in GRANTS[action])


def roles_that_may(action: Action) -> tuple[Role, ...]:
    """Roles to name in the sentence that refuses, in the order of the enumeration."""
    listed = frozenset().union(*(grant.roles for grant in GRANTS[action]))
    return tuple(role for role in Role if role in listed)


def roles_shown_identity() -> frozenset[Role]:
    """Roles that can be shown identity in any way; each of them signs in with a second factor."""
    return frozenset(role for action in SHOWS_IDENTITY for role in roles_that_may(action))


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


__all__ = [
    "CASE_RELATIONS",
    "COMPARTMENTS",
    "GLASS",
    "GLASS_RELATIONS",
    "GRANTS",
    "HANDOVER_RELATIONS",
    "SENT",
    "SHOWS_IDENTITY",
    "Acting",
    "Face",
    "Grant",
    "Relation",
    "Right",
    "allowed",
    "as_q",
    "faces",
    "readable",
    "reads",
    "roles_shown_identity",
    "roles_that_may",
]
