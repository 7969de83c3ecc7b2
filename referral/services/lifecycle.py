"""The only code that assigns the state of a handover or moves custody.

Each act is one transaction: lock the case, settle it, check the state, check the policy and the gates under the lock,
write the facts, the event, the custody link, the deadlines, the notices and the outbox rows. Which act does what is
said by `referral.transitions`; the few effects that a table cannot say stand in `EFFECTS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction

from referral import gates
from referral.actor import Actor
from referral.enums import Action, DeadlineKind, DeadlineState, HandoverState, ReminderState, Rung
from referral.errors import BothSides, ChangedMeanwhile, FactMissing, GatesClosed, NotAllowed, NotInThisState
from referral.models import Case, CaseEvent, Deadline, Handover, Question, Registry
from referral.policy import allowed
from referral.selectors.facts import gate_view
from referral.services import deadlines, events, handover_deadlines, notify
from referral.services.command import Work, begin, check_constraints, recorded
from referral.services.handover_effects import EFFECTS, no_effect
from referral.services.handover_rules import RULES, no_rule
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
        case_id = Handover.objects.values_list("case_id", flat=True).get(pk=handover_id, registry=actor.registry_id)
        work = begin(actor, case_id)
        handover = (
            Handover.objects.select_for_update(of=("self",)).select_related("sender", "receiver").get(pk=handover_id)
        )
        handover.case = work.case
        before = recorded(actor, submission, case_id)
        if before is not None:
            return Outcome(handover, before, repeated=True)
        _check(work, handover, row, given, version)
        event = _perform(work, handover, row, given, submission)
        check_constraints()
        return Outcome(handover, event)


def _check(work: Work, handover: Handover, row: Transition, given: Facts, version: int | None) -> None:
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
    RULES.get(row.action, no_rule)(work, handover, given)
    view = gate_view(handover, work.moment.at)
    if row.action is Action.ANSWER:
        view = replace(view, compartments=frozenset({given["compartment"]}))
    failing = tuple(result.gate for result in gates.check(view, row.gates, row.action) if not result.passed)
    if failing:
        raise GatesClosed(failing)


def _perform(work: Work, handover: Handover, row: Transition, given: Facts, submission: UUID | None) -> CaseEvent:
    source = HandoverState(handover.state)
    for name in row.facts:
        if name in given and hasattr(handover, name):
            setattr(handover, name, given[name])
    for stamp in row.stamps:
        setattr(handover, stamp, work.moment.at)
    handover.state = _target(handover, row, source)
    handover.held_from = (
        source if row.action is Action.STOP else "" if source is HandoverState.HELD else handover.held_from
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
        content={"facts": sorted(name for name in given if given[name] not in (None, "", []))},
        submission=submission,
        happened_at=given.get("arrived_at") if row.moves_custody else None,
    )
    handover_deadlines.close_for(work, handover, row)
    EFFECTS.get(row.action, no_effect)(work, handover, given)
    handover_deadlines.open_for(work, handover, row)
    if row.moves_custody:
        _discard_drafts_of_former_holder(work)
    if row.tells:
        sides = [side for side in (handover.sender, handover.receiver) if side is not None]
        notify.tell(
            event=event,
            kind=row.action,
            institutions=sides,
            moment=work.moment,
            handover=handover,
            except_user_id=work.actor.user_id,
        )
    return event


def _target(handover: Handover, row: Transition, source: HandoverState) -> HandoverState:
    if row.returns_to_source:
        return HandoverState(handover.held_from)
    if row.action is Action.ANSWER and _open_questions(handover) > 1:
        return HandoverState.CLARIFYING
    return row.target or source


def _open_questions(handover: Handover) -> int:
    return Question.objects.filter(handover=handover, answered_at__isnull=True).count()


def _discard_drafts_of_former_holder(work: Work) -> None:
    """A draft whose author no longer answers for the person cannot be sent."""
    for draft in Handover.objects.filter(case=work.case, state=HandoverState.DRAFT):
        _discard(draft, work.moment)


def _discard(draft: Handover, moment: Moment) -> CaseEvent:
    """The system discards a draft: its author lost custody, or it is stale."""
    draft.state, draft.closed_at = HandoverState.DISCARDED, moment.at
    draft.version += 1
    draft.save(update_fields=["state", "closed_at", "version"])
    deadlines.close_deadlines(case=draft.case, handover=draft, moment=moment, cancelled=True, reason="discarded")
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
        if handover.state in row.sources and allowed(actor, action, handover)
    )
