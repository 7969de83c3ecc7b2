"""The only code that assigns the state of a handover or moves custody.

Each act is one transaction: lock the case, settle it, check the state, check the policy and the gates under the lock,
write the facts, the event, the custody link, the deadlines, the notices and the outbox rows. Which act does what is
said by `referral.transitions`; the few effects that a table cannot say stand in `EFFECTS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from common import second_wall
from referral.actor import Actor
from referral.chain import digest
from referral.enums import (
    ASKED_IN_PRIVATE,
    CHILD_PROTECTION_DECIDES,
    OPEN_STATES,
    Action,
    DeadlineKind,
    DeadlineState,
    HandoverState,
    HoldReason,
    ReminderState,
    Rung,
)
from referral.errors import (
    BothSides,
    ChangedMeanwhile,
    FactMissing,
    NotAllowed,
    NothingProposed,
    NotInThisState,
    OfficerMissing,
)
from referral.models import (
    Case,
    CaseEvent,
    Deadline,
    Handover,
    Institution,
    OutsideAnswer,
    Registry,
)
from referral.policy import allowed
from referral.selectors.left_open import drafts_of
from referral.services import asked, deadlines, events, handover_deadlines, notify, private_talk, second_person
from referral.services.command import Work, check_constraints, recorded
from referral.services.handover_effects import EFFECTS, also_closed, known_now, no_effect, waiting_questions
from referral.services.handover_locks import begun, open_one
from referral.services.handover_rules import RULES, check_gates, no_rule, officer_named
from referral.services.moment import Moment
from referral.services.packet import not_sent_yet
from referral.transitions import TRANSITIONS, Side, Transition
from referral.transitions.marks import makes_sense

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act left behind. `repeated` says that the same form had been recorded before: nothing was done twice."""

    handover: Handover
    event: CaseEvent
    repeated: bool = False


def apply(
    actor: Actor,
    handover_id: int,
    action: Action,
    facts: Facts | None = None,
    *,
    submission: UUID | None = None,
    version: int | None = None,
) -> Outcome:
    """Do one row of the table. `version` is the handover's version that the form was made from.

    A row that needs two people is proposed by the first call and done by the second. Linked handovers of a family take
    a row that says so together. Raises NotAllowed, NotInThisState, ChangedMeanwhile, FactMissing, GatesClosed or
    another `referral.errors` refusal; then nothing has changed. The same `submission` of the same user is done once and
    answered with the first outcome.
    """
    row = TRANSITIONS[action]
    with second_wall.command():
        works = begun(actor, handover_id, row)
        work, handover = works[handover_id]
        before = recorded(actor, submission, work.case.pk)
        if before is not None:
            return Outcome(handover, before, repeated=True)
        given = dict(facts or {})
        proposal = second_person.open_proposal(work, action, handover) if row.second_person else None
        if proposal is not None:
            given = second_person.confirm(work, proposal) | {"proposed_by": proposal.proposed_by_id}
        for one_work, one in works.values():
            _check(one_work, one, row, given, version if one.pk == handover_id else None)
        if row.second_person and proposal is None:
            event = _propose(work, handover, row, given, submission)
        else:
            event = _perform(work, handover, row, given, submission)
            for one_work, one in works.values():
                if one.pk != handover_id:
                    _perform(one_work, one, row, given, None)
        check_constraints()
        return Outcome(handover, event)


def _check(work: Work, handover: Handover, row: Transition, given: Facts, version: int | None) -> None:
    if not allowed(work.actor, row.action, handover):
        raise NotAllowed
    if handover.state not in row.sources:
        raise NotInThisState
    if version is not None and version != handover.version:
        raise ChangedMeanwhile
    if not makes_sense(row.action, handover):
        raise NothingProposed
    heard = row.outside and handover.outside
    if row.side is Side.RECEIVER and not heard and handover.sender_id in work.actor.acts_for:
        raise BothSides
    if heard and row.side is Side.RECEIVER and not officer_named(work, given):
        raise OfficerMissing
    missing = [name for name in row.needs if given.get(name) in (None, "", [], False)]
    if missing:
        raise FactMissing
    RULES.get(row.action, no_rule)(work, handover, given)
    if row.gates:
        check_gates(work, handover, row, given)


def _propose(work: Work, handover: Handover, row: Transition, given: Facts, submission: UUID | None) -> CaseEvent:
    second_person.propose(work, row.action, given, handover)
    handover.version += 1
    handover.save(update_fields=["version"])
    event = events.record(
        case=work.case,
        kind=Action.PROPOSE,
        moment=work.moment,
        actor=work.actor,
        handover=handover,
        code=row.action,
        from_state=handover.state,
        to_state=handover.state,
        submission=submission,
    )
    own = handover.sender if work.actor.institution_id == handover.sender_id else handover.receiver
    _tell(work, handover, Action.PROPOSE, event, [own])
    return event


def _perform(work: Work, handover: Handover, row: Transition, given: Facts, submission: UUID | None) -> CaseEvent:
    source = HandoverState(handover.state)
    changed = {name: Handover._meta.get_field(name).get_default() for name in row.clears}  # type: ignore[union-attr]
    changed |= {name: given[name] for name in row.facts if name in given and name in COLUMNS}
    changed |= {stamp: changed.get(stamp) or work.moment.at for stamp in row.stamps}
    changed |= known_now(work, handover, row.action, given)
    for name, value in changed.items():
        _assign(handover, name, value)
    handover.state = _target(handover, row, source, given)
    handover.held_from = _held_from(handover, row, source)
    handover.version += 1
    handover.save(update_fields={*changed, "state", "held_from", "version"})
    event = events.record(
        case=work.case,
        kind=row.action,
        moment=work.moment,
        actor=work.actor,
        handover=handover,
        code=_code(given),
        from_state=source,
        to_state=handover.state,
        content={
            "facts": sorted(name for name in given if given[name] not in (None, "", [])),
            **_bound(work, handover, row, given),
        },
        submission=submission,
        happened_at=changed.get("arrived_at" if row.moves_custody else "departed_at"),
    )
    if row.outside and handover.outside and given.get("officer"):
        OutsideAnswer.objects.create(
            handover=handover,
            action=row.action,
            officer=given["officer"],
            reference=given.get("outside_reference") or "",
            answered_at=given["answered_at"],
            recorded_at=work.moment.at,
        )
    closings = [*handover_deadlines.closings(handover, row), *also_closed(handover, row.action)]
    deadlines.close_all(work.case, closings, work.moment)
    EFFECTS.get(row.action, no_effect)(work, handover, given)
    if handover.state in OPEN_STATES or row.target in (None, handover.state):
        handover_deadlines.open_for(work, handover, row)
    if handover.state != source and handover.has_proposals:  # type: ignore[attr-defined]
        second_person.drop_moot(handover, _impossible_from(handover.state), work.moment)
    if row.moves_custody or row.action is Action.AGREE_CORRECTION:
        discard_drafts(work)
    if row.tells:
        beside = private_talk.told_of(work, handover, row.action)
        _tell(work, handover, row.action, event, [handover.sender, handover.receiver, *beside])
    return event


def _bound(work: Work, handover: Handover, row: Transition, given: Facts) -> Facts:
    """What the chain binds besides: the digest of what is sent. That of an offer gate 8 has compared with what was looked at."""
    match row.action:
        case Action.OFFER:
            return {"packet": handover.preview_digest}
        case Action.SUPPLEMENT:
            return {"supplement": digest(not_sent_yet(handover, given["compartments_more"], work.moment.at))}
        case _:
            return {}


def _impossible_from(state: str) -> list[Action]:
    """Rows for two people that this state no longer allows: what one person had proposed is void."""
    return [action for action, row in TRANSITIONS.items() if row.second_person and state not in row.sources]


COLUMNS = frozenset(field.name for field in Handover._meta.concrete_fields)


def _assign(handover: Handover, name: str, value: Any) -> None:
    field = Handover._meta.get_field(name)
    attribute = field.attname if field.is_relation and not isinstance(value, models.Model) else name  # type: ignore[union-attr]
    setattr(handover, attribute, value)


CODES = (
    "decline_reason", "withdraw_reason", "revoke_reason", "hold_reason", "search_end", "child_answer", "phrase", "gate",
    "forward_country", "diverted_country",
)  # fmt: skip
"""Facts that are codes, so that the record may name them without telling anything about the person."""


def _code(given: Facts) -> str:
    return next((str(given[name]) for name in CODES if given.get(name)), "")


def _tell(work: Work, handover: Handover, kind: Action, event: CaseEvent, sides: Iterable[Institution | None]) -> None:
    notify.tell(
        event=event,
        kind=kind,
        institutions=[side for side in sides if side is not None],
        moment=work.moment,
        handover=handover,
        except_user_id=work.actor.user_id,
    )


def _target(handover: Handover, row: Transition, source: HandoverState, given: Facts) -> HandoverState:
    if row.returns_to_source:
        return HandoverState(handover.held_from)
    if row.action is Action.ANSWER and waiting_questions(handover).count() > 1:
        return HandoverState.CLARIFYING
    if row.action is Action.REVOKE:
        if given.get("cannot_receive"):
            return HandoverState.DECLINED
        # A hold is ended by whoever placed it, never by the other side (docs/decisions/0030).
        return HandoverState.HELD if source is HandoverState.HELD else HandoverState.ACKNOWLEDGED
    if row.action is Action.TURN_BACK and handover.objected:
        return HandoverState.HELD
    return row.target or source


def _held_from(handover: Handover, row: Transition, source: HandoverState) -> str:
    if handover.state != HandoverState.HELD:
        return ""
    if source is HandoverState.HELD:
        return HandoverState.ACKNOWLEDGED if row.action is Action.REVOKE else handover.held_from
    return HandoverState.ACCEPTED if row.action is Action.TURN_BACK else source


def hold_by_system(work: Work, reason: HoldReason) -> CaseEvent | None:
    """Something happened that no handover may go past: the person is missing, took the agreement back, or an agreement
    was suspended. The open handover of the case waits, if it has one before departure; the caller holds the case lock.
    """
    row = TRANSITIONS[Action.HOLD]
    handover = open_one(work)
    if handover is None or not (handover.state in row.sources or _outranks(reason, handover)):
        return None
    return _perform(work, handover, row, {"hold_reason": reason}, None)


def _outranks(reason: HoldReason, handover: Handover) -> bool:
    """A hold for another reason becomes the person's own: nobody ends it before the person was asked in private."""
    held = handover.state == HandoverState.HELD
    return held and reason in ASKED_IN_PRIVATE and handover.hold_reason not in CHILD_PROTECTION_DECIDES


def presence_reported(work: Work) -> CaseEvent | None:
    """Another country says that the person is with it: an event on the open handover, told to the sender alone."""
    handover = open_one(work)
    if handover is None:
        return None
    # The handover itself stays as it is, its version too: the receiver's open form must not be refused by what only
    # the sender is told.
    event = events.record(
        case=work.case,
        kind=Action.REPORT_PRESENCE,
        moment=work.moment,
        actor=work.actor,
        handover=handover,
        from_state=handover.state,
        to_state=handover.state,
    )
    _tell(work, handover, Action.REPORT_PRESENCE, event, [handover.sender])
    return event


def discard_drafts(work: Work) -> None:
    """A draft whose author no longer answers for the person cannot be sent, and what it asked others is over."""
    if asked.end_with_custody(work).drafts:
        for draft in drafts_of(work.case.pk):
            _discard(draft, work.moment)


def _discard(draft: Handover, moment: Moment) -> CaseEvent:
    """The system discards a draft: its author lost custody, or it is stale."""
    draft.state, draft.closed_at = HandoverState.DISCARDED, moment.at
    draft.version += 1
    draft.save(update_fields=["state", "closed_at", "version"])
    deadlines.close_deadlines(case=draft.case, handover=draft, moment=moment, cancelled=True, reason="discarded")
    second_person.drop_moot(draft, _impossible_from(draft.state), moment)
    return events.record(
        case=draft.case,
        kind=Action.DISCARD,
        moment=moment,
        handover=draft,
        from_state=HandoverState.DRAFT,
        to_state=HandoverState.DISCARDED,
    )


def discard_stale(registry: Registry, moment: Moment) -> int:
    """Discard drafts whose ten working days have passed (exercise default). The sweep calls it; twice does no harm.

    Must run inside a transaction. A case that somebody works on at this instant is left for the next pass.
    """
    stale = Deadline.objects.filter(
        registry=registry,
        kind=DeadlineKind.STALE_DRAFT,
        state=DeadlineState.OPEN,
        due_at__lte=moment.at,
        reminders__rung=Rung.OVERDUE,
        reminders__state=ReminderState.FIRED,
    )
    found = 0
    for deadline in stale.select_related("handover"):
        case = Case.objects.select_for_update(skip_locked=True).filter(pk=deadline.case_id).first()
        draft = (
            Handover.objects.select_for_update()
            .filter(pk=deadline.handover.pk if deadline.handover else 0, state=HandoverState.DRAFT)
            .first()
        )
        if case is not None and draft is not None:
            draft.case = case
            _discard(draft, moment)
            found += 1
    return found


def next_actions(actor: Actor, handover: Handover) -> tuple[Action, ...]:
    """What the actor may do with this handover now, from the same two tables that the server checks."""
    return tuple(
        action
        for action, row in TRANSITIONS.items()
        if handover.state in row.sources and makes_sense(action, handover) and allowed(actor, action, handover)
    )
