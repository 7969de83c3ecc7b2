"""The only code that assigns the state of a handover or moves custody.

Each act is one transaction: lock the case, settle it, check the state, check the policy and the gates under the lock,
write the facts, the event, the custody link, the deadlines, the notices and the outbox rows. Which act does what is
said by `referral.transitions`; the few effects that a table cannot say stand in `EFFECTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from common.working_time import add_hours
from referral import gates, transitions
from referral.actor import Actor
from referral.enums import (
    OPEN_STATES,
    Action,
    CaseStage,
    Compartment,
    CustodyReason,
    DeadlineKind,
    DeadlineState,
    DeclineReason,
    HandoverState,
    ReminderState,
    Rung,
    ServiceState,
    Urgency,
    WhereaboutsKind,
    YesNoUnknown,
)
from referral.errors import (
    AlreadyOpen,
    ArrivalImpossible,
    BothSides,
    CaseClosed,
    ChangedMeanwhile,
    ChildNeedsBothYes,
    FactMissing,
    GatesClosed,
    IdentityNoReasonForChild,
    NotAllowed,
    NotInThisState,
    StopStaysForChild,
)
from referral.limits import TRAVEL_PLAN_BEFORE_DEPARTURE
from referral.models import (
    Assignment,
    Case,
    CaseEvent,
    Deadline,
    Handover,
    Institution,
    Question,
    Registry,
    Service,
    Whereabouts,
)
from referral.policy import allowed
from referral.selectors.facts import gate_view, is_child, safeguards
from referral.services import custody, deadlines, events, notify, packet
from referral.services.command import Work, begin, check_constraints, recorded
from referral.services.moment import Moment
from referral.transitions import TRANSITIONS, Side, Transition

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

    Raises NotAllowed, NotInThisState, ChangedMeanwhile, FactMissing, GatesClosed or another `referral.errors` refusal;
    then nothing has changed. The same `submission` of the same user is done once and answered with the first outcome.
    """
    given = dict(facts or {})
    row = TRANSITIONS[action]
    with transaction.atomic():
        case_id = Handover.objects.values_list("case_id", flat=True).get(
            pk=handover_id, registry=actor.registry_id
        )
        work = begin(actor, case_id)
        handover = (
            Handover.objects.select_for_update(of=("self",))
            .select_related("sender", "receiver")
            .get(pk=handover_id)
        )
        handover.case = work.case
        before = recorded(actor, submission)
        if before is not None:
            return Outcome(handover, before, repeated=True)
        _check(work, handover, row, given, version)
        event = _perform(work, handover, row, given, submission)
        check_constraints()
        return Outcome(handover, event)


def _check(
    work: Work, handover: Handover, row: Transition, given: Facts, version: int | None
) -> None:
    if not allowed(work.actor, row.action, handover):
        raise NotAllowed
    if handover.state not in row.sources:
        raise NotInThisState
    if version is not None and version != handover.version:
        raise ChangedMeanwhile
    if row.side is Side.RECEIVER and handover.sender_id in work.actor.acts_for:
        raise BothSides
    missing = [name for name in row.needs if given.get(name) in (None, "", [], False)]
    if missing:
        raise FactMissing
    RULES.get(row.action, _no_rule)(work, handover, given)
    failing = tuple(
        result.gate
        for result in gates.check(
            gate_view(handover, work.moment.at), row.gates, row.action
        )
        if not result.passed
    )
    if failing:
        raise GatesClosed(failing)


def _perform(
    work: Work,
    handover: Handover,
    row: Transition,
    given: Facts,
    submission: UUID | None,
) -> CaseEvent:
    source = HandoverState(handover.state)
    for name in row.facts:
        if name in given and hasattr(handover, name):
            setattr(handover, name, given[name])
    for stamp in row.stamps:
        setattr(handover, stamp, work.moment.at)
    handover.state = _target(handover, row, source)
    handover.held_from = (
        source
        if row.action is Action.STOP
        else ""
        if source is HandoverState.HELD
        else handover.held_from
    )
    handover.version += 1
    handover.save()
    event = events.record(
        case=work.case,
        kind=row.action,
        moment=work.moment,
        actor=work.actor,
        handover=handover,
        code=str(given.get("decline_reason") or given.get("withdraw_reason") or ""),
        from_state=source,
        to_state=handover.state,
        content={
            "facts": sorted(name for name in given if given[name] not in (None, "", []))
        },
        submission=submission,
        happened_at=given.get("arrived_at") if row.moves_custody else None,
    )
    _close_deadlines(work, handover, row)
    EFFECTS.get(row.action, _no_effect)(work, handover, given)
    _open_deadlines(work, handover, row)
    if row.tells:
        sides = [
            side for side in (handover.sender, handover.receiver) if side is not None
        ]
        notify.tell(
            event=event,
            kind=row.action,
            institutions=sides,
            moment=work.moment,
            handover=handover,
            except_user_id=work.actor.user_id,
        )
    return event


def _target(
    handover: Handover, row: Transition, source: HandoverState
) -> HandoverState:
    if row.returns_to_source:
        return HandoverState(handover.held_from)
    if row.action is Action.ANSWER and _open_questions(handover) > 1:
        return HandoverState.CLARIFYING
    return row.target or source


def _open_questions(handover: Handover) -> int:
    return Question.objects.filter(handover=handover, answered_at__isnull=True).count()


# Rules that one row has beyond state, policy, facts and gates.


def _no_rule(_work: Work, _handover: Handover, _given: Facts) -> None:
    """Most rows have none."""


def _offer_rule(work: Work, handover: Handover, _given: Facts) -> None:
    if work.case.holder_id != handover.sender_id:
        raise NotAllowed
    if work.case.stage in (CaseStage.CLOSED, CaseStage.MISSING):
        raise CaseClosed
    if Handover.objects.filter(case=work.case, state__in=OPEN_STATES).exists():
        raise AlreadyOpen


def _accept_rule(_work: Work, handover: Handover, given: Facts) -> None:
    if handover.child and set(given.get("child_protection_yes") or ()) < {
        "sender",
        "receiver",
    }:
        raise ChildNeedsBothYes


def _decline_rule(_work: Work, handover: Handover, given: Facts) -> None:
    if handover.child and given["decline_reason"] == DeclineReason.IDENTITY:
        raise IdentityNoReasonForChild


def _receive_rule(work: Work, handover: Handover, given: Facts) -> None:
    earliest = handover.departed_at or handover.offered_at
    if given["arrived_at"] > work.moment.at or (
        earliest is not None and given["arrived_at"] < earliest
    ):
        raise ArrivalImpossible


def _confirm_stop_rule(_work: Work, handover: Handover, _given: Facts) -> None:
    if handover.child:
        raise StopStaysForChild


RULES: Mapping[Action, Callable[[Work, Handover, Facts], None]] = {
    Action.OFFER: _offer_rule,
    Action.ACCEPT: _accept_rule,
    Action.DECLINE: _decline_rule,
    Action.RECEIVE: _receive_rule,
    Action.CONFIRM_STOP: _confirm_stop_rule,
}


# Effects that a table cannot say.


def _no_effect(_work: Work, _handover: Handover, _given: Facts) -> None:
    """Most rows have none."""


def _freeze_packet(work: Work, handover: Handover, _given: Facts) -> None:
    handover.child = is_child(work.case)
    handover.save(update_fields=["child"])
    packet.freeze(handover, work.moment)


def _ask(work: Work, handover: Handover, given: Facts) -> None:
    question = Question.objects.create(
        handover=handover,
        text=given["question"],
        language=given.get("language", ""),
        asked_at=work.moment.at,
    )
    deadlines.open_deadline(
        case=work.case,
        kind=DeadlineKind.ANSWER,
        owes=handover.sender,
        other_side=handover.receiver,
        handover=handover,
        question=question,
        moment=work.moment,
        **_pace(handover),
    )


def _answer(work: Work, handover: Handover, given: Facts) -> None:
    question = (
        Question.objects.select_for_update()
        .filter(handover=handover, answered_at__isnull=True)
        .earliest("asked_at", "pk")
    )
    compartment = Compartment(given["compartment"])
    question.answer, question.answer_compartment, question.answered_at = (
        given["answer"],
        compartment,
        work.moment.at,
    )
    question.save()
    packet.disclose(handover, compartment, ["answer"], work.moment)
    owed = Deadline.objects.filter(question=question, kind=DeadlineKind.ANSWER).first()
    deadlines.close_deadlines(
        case=work.case,
        question=question,
        kinds=[DeadlineKind.ANSWER],
        moment=work.moment,
    )
    if owed is not None and work.moment.at > owed.due_at:
        _lengthen_decision(work, handover, work.moment.at - owed.due_at)


def _lengthen_decision(work: Work, handover: Handover, lateness: timedelta) -> None:
    """The sender's lateness is added to the receiver's time. A due time is never rewritten: a new deadline replaces it."""
    running = Deadline.objects.filter(
        handover=handover, kind=DeadlineKind.DECIDE, state="open"
    ).first()
    if running is None:
        return
    deadlines.close_deadlines(
        case=work.case,
        handover=handover,
        kinds=[DeadlineKind.DECIDE],
        moment=work.moment,
        cancelled=True,
        reason="answer came late",
    )
    assert handover.receiver is not None
    deadlines.open_deadline(
        case=work.case,
        kind=DeadlineKind.DECIDE,
        owes=handover.receiver,
        other_side=handover.sender,
        handover=handover,
        moment=work.moment,
        opened_at=running.opened_at,
        due_at=running.due_at + lateness,
        basis=running.basis,
        basis_text=running.basis_text,
        **_pace(handover),
    )


def _depart(work: Work, handover: Handover, given: Facts) -> None:
    _whereabouts(
        work,
        WhereaboutsKind.ESCORTED if given.get("escort") else WhereaboutsKind.ALONE,
        handover.sender,
        work.moment.at,
    )


def _stop(work: Work, handover: Handover, _given: Facts) -> None:
    deadlines.open_deadline(
        case=work.case,
        kind=DeadlineKind.CONFIRM_STOP,
        owes=handover.sender,
        other_side=handover.receiver,
        handover=handover,
        moment=work.moment,
        **_pace(handover),
    )


def _receive(work: Work, handover: Handover, given: Facts) -> None:
    """Custody moves at the recording instant, in this transaction; what was not disclosed is sealed to the new holder."""
    assert handover.receiver is not None
    case = work.case
    carried = [s.value for s in safeguards(case)]
    custody.append(
        case, handover.receiver, CustodyReason.RECEIVED, work.moment, handover
    )
    packet.seal(handover, work.moment)
    Assignment.objects.filter(case=case, until_at__isnull=True).update(
        until_at=work.moment.at
    )
    Service.objects.filter(case=case, state=ServiceState.RUNNING).update(
        state=ServiceState.ENDED, until_at=work.moment.at
    )
    for draft in Handover.objects.filter(case=case, state=HandoverState.DRAFT):
        _discard(draft, work.moment)
    deadlines.close_deadlines(
        case=case, moment=work.moment, cancelled=True, reason="received elsewhere"
    )
    safe = given["arrived_safely"] == YesNoUnknown.YES
    case.person.safe_tonight = given["arrived_safely"]
    case.person.bed_until_at = given.get("bed_until_at")
    case.person.save(update_fields=["safe_tonight", "bed_until_at"])
    case.carried_safeguards = carried
    case.taken_at = work.moment.at
    case.version += 1
    case.save(update_fields=["carried_safeguards", "taken_at", "version"])
    if not safe:
        deadlines.open_deadline(
            case=case,
            kind=DeadlineKind.TONIGHT,
            owes=handover.receiver,
            moment=work.moment,
            **_pace(handover),
        )
    _whereabouts(work, WhereaboutsKind.ARRIVED, handover.receiver, given["arrived_at"])
    _whereabouts(
        work,
        WhereaboutsKind.SAFE_PLACE if safe else WhereaboutsKind.NO_SAFE_PLACE,
        handover.receiver,
        work.moment.at,
    )


def _discard(draft: Handover, moment: Moment) -> CaseEvent:
    """The system discards a draft: its author lost custody, or it is stale."""
    draft.state, draft.closed_at = HandoverState.DISCARDED, moment.at
    draft.version += 1
    draft.save(update_fields=["state", "closed_at", "version"])
    deadlines.close_deadlines(
        case=draft.case,
        handover=draft,
        moment=moment,
        cancelled=True,
        reason="discarded",
    )
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
        reminders__rung=Rung.OVERDUE,
        reminders__state=ReminderState.FIRED,
    )
    found = 0
    for deadline in stale.select_related("handover"):
        case = (
            Case.objects.select_for_update(skip_locked=True)
            .filter(pk=deadline.case_id)
            .first()
        )
        draft = (
            Handover.objects.select_for_update()
            .filter(pk=deadline.handover_id, state=HandoverState.DRAFT)
            .first()
        )
        if case is not None and draft is not None:
            draft.case = case
            _discard(draft, moment)
            found += 1
    return found


def _whereabouts(
    work: Work, kind: WhereaboutsKind, institution: Institution, happened_at: Any
) -> None:
    Whereabouts.objects.create(
        case=work.case,
        kind=kind,
        country_id=institution.country_id,
        happened_at=happened_at,
        recorded_at=work.moment.at,
        institution=institution,
        support_running=kind is WhereaboutsKind.SAFE_PLACE,
    )


EFFECTS: Mapping[Action, Callable[[Work, Handover, Facts], None]] = {
    Action.OFFER: _freeze_packet,
    Action.ASK: _ask,
    Action.ANSWER: _answer,
    Action.DEPART: _depart,
    Action.STOP: _stop,
    Action.RECEIVE: _receive,
}


# Deadlines: who owes what from here on.

OWED_BY_RECEIVER = frozenset(
    {
        DeadlineKind.ACKNOWLEDGE,
        DeadlineKind.DECIDE,
        DeadlineKind.CONFIRM_ARRIVAL,
        DeadlineKind.FEEDBACK,
    }
)
OPENED_BY_EFFECT = frozenset({DeadlineKind.ANSWER, DeadlineKind.CONFIRM_STOP})


def _pace(handover: Handover) -> dict[str, bool]:
    return {"urgent": handover.urgency == Urgency.URGENT, "child": handover.child}


def _close_deadlines(work: Work, handover: Handover, row: Transition) -> None:
    met = [kind for kind in row.meets if kind is not DeadlineKind.ANSWER]
    if met:
        deadlines.close_deadlines(
            case=work.case, handover=handover, kinds=met, moment=work.moment
        )
    if row.ends_all_deadlines:
        deadlines.close_deadlines(
            case=work.case,
            handover=handover,
            moment=work.moment,
            cancelled=True,
            reason=row.action,
        )


def _open_deadlines(work: Work, handover: Handover, row: Transition) -> None:
    for kind in row.opens:
        if kind in OPENED_BY_EFFECT:
            continue
        owes, other = handover.sender, handover.receiver
        if kind in OWED_BY_RECEIVER:
            assert handover.receiver is not None
            owes, other = handover.receiver, handover.sender
        deadlines.open_deadline(
            case=work.case,
            kind=kind,
            owes=owes,
            other_side=other,
            handover=handover,
            moment=work.moment,
            **_pace(handover),
            **_due(work, handover, kind),
        )


def _due(work: Work, handover: Handover, kind: DeadlineKind) -> dict[str, Any]:
    """Deadlines that do not simply start now: the travel plan before the reception, the arrival after the expected one."""
    if kind is DeadlineKind.TRAVEL_PLAN and handover.reception_from_at is not None:
        ahead = add_hours(
            handover.reception_from_at, -TRAVEL_PLAN_BEFORE_DEPARTURE.hours
        )
        urgent = handover.urgency == Urgency.URGENT or ahead <= work.moment.at
        return {
            "due_at": max(
                work.moment.at, handover.reception_from_at if urgent else ahead
            )
        }
    if kind is DeadlineKind.CONFIRM_ARRIVAL and handover.expected_at is not None:
        return {"opened_at": max(work.moment.at, handover.expected_at)}
    return {}


def next_actions(actor: Actor, handover: Handover) -> tuple[Action, ...]:
    """What the actor may do with this handover now, from the same two tables that the server checks."""
    return tuple(
        action
        for action, row in transitions.TRANSITIONS.items()
        if handover.state in row.sources and allowed(actor, action, handover)
    )
