"""What one row of the handover table does beyond state, facts, deadlines and notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from referral.enums import (
    Action,
    Basis,
    Compartment,
    CustodyReason,
    DeadlineKind,
    DeadlineState,
    HoldReason,
    TransferBasis,
    WhereaboutsKind,
    YesNoUnknown,
)
from referral.models import Assignment, Deadline, Handover, Question
from referral.selectors.bundle import gather
from referral.selectors.facts import is_child, safeguards, transfer_basis
from referral.selectors.handovers import VOID
from referral.services import (
    child_answers,
    child_review,
    continuing,
    custody,
    deadlines,
    packet,
    private_talk,
    promised_help,
)
from referral.services.command import Work
from referral.services.deadlines import Closing
from referral.services.handover_deadlines import pace
from referral.services.handover_detours import DETOURS
from referral.services.places import arrived, found_again, there_since

Facts = Mapping[str, Any]


def no_effect(_work: Work, _handover: Handover, _given: Facts) -> None:
    """Most rows have none."""


def known_now(work: Work, handover: Handover, action: Action, given: Facts) -> dict[str, Any]:
    """Columns that a row fills from what is known at this instant, or takes from what was typed no further than it may."""
    if action is Action.OFFER:
        return {"child": is_child(work.case), "transfer_basis": transfer_basis(handover) or TransferBasis.VITAL}
    if action in (Action.ACCEPT, Action.PUT_CONDITIONS):
        said = given.get("services_confirmed") or ()
        return {"services_confirmed": [kind for kind in handover.needs_on_arrival if kind in said]}
    return {}


def _freeze_packet(work: Work, handover: Handover, _given: Facts) -> None:
    packet.freeze(handover, work.moment)
    if handover.child:
        child_answers.ask(work, handover)


def _ask(work: Work, handover: Handover, given: Facts) -> None:
    question = Question.objects.create(
        handover=handover, text=given["question"], language=given.get("language", ""), asked_at=work.moment.at
    )
    deadlines.open_deadline(
        case=work.case,
        kind=DeadlineKind.ANSWER,
        owes=handover.sender,
        other_side=handover.receiver,
        handover=handover,
        question=question,
        moment=work.moment,
        **pace(handover),
    )


def waiting_questions(handover: Handover) -> QuerySet[Question]:
    """Questions that the receiver still waits for.

    One that a decision or conditions made void is never answered first when the handover goes back to where questions
    are asked.
    """
    return Question.objects.filter(~VOID, handover=handover, answered_at__isnull=True)


def _answer(work: Work, handover: Handover, given: Facts) -> None:
    question = waiting_questions(handover).select_for_update(of=("self",)).earliest("asked_at", "pk")
    compartment = Compartment(given["compartment"])
    question.answer, question.answer_compartment, question.answered_at = (given["answer"], compartment, work.moment.at)
    question.save()
    packet.disclose(handover, compartment, ["answer"], work.moment)
    owed = Deadline.objects.filter(question=question, kind=DeadlineKind.ANSWER).first()
    deadlines.close_deadlines(case=work.case, question=question, kinds=[DeadlineKind.ANSWER], moment=work.moment)
    if owed is not None and work.moment.at > owed.due_at:
        _lengthen_decision(work, handover, work.moment.at - owed.due_at)


def _lengthen_decision(work: Work, handover: Handover, lateness: timedelta) -> None:
    """The sender's lateness is added to the receiver's time. A due time is never rewritten: a new deadline replaces it."""
    running = Deadline.objects.filter(handover=handover, kind=DeadlineKind.DECIDE, state=DeadlineState.OPEN).first()
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
    deadlines.open_deadline(
        case=work.case,
        kind=DeadlineKind.DECIDE,
        owes=running.owes,
        other_side=running.other_side,
        handover=handover,
        moment=work.moment,
        opened_at=running.opened_at,
        due_at=running.due_at + lateness,
        basis=Basis(running.basis),
        basis_text=running.basis_text,
        **pace(handover),
    )


def _depart(work: Work, handover: Handover, _given: Facts) -> None:
    """Whoever travels along was named now, or in the plan that the departure confirms."""
    assert handover.departed_at is not None
    travel = WhereaboutsKind.ESCORTED if handover.escort else WhereaboutsKind.ALONE
    there_since(work, travel, handover.sender.country, handover.departed_at)
    if child_review.is_undetermined(work, handover):
        child_review.owe(work, handover.departed_at)


def _stop(work: Work, handover: Handover, _given: Facts) -> None:
    handover.hold_reason = HoldReason.PERSON
    handover.save(update_fields=["hold_reason"])
    private_talk.owe(work, handover)


def _receive(work: Work, handover: Handover, given: Facts) -> None:
    """Custody moves at the recording instant, in this transaction; what was not disclosed is sealed to the new holder."""
    assert handover.receiver is not None
    case, person, at = work.case, work.case.person, work.moment.at
    needed = ("risks", "legal_tracks", "links", "blocked", "custody", "services")
    gather(case, needed, handover.sender, handover.receiver)
    carried = [s.value for s in safeguards(case)]
    undetermined = child_review.is_undetermined(work, handover)
    said_yes = "receiver" in handover.child_protection_yes and not undetermined
    told = said_yes or not (handover.child or is_child(case))
    safe = given["arrived_safely"] == YesNoUnknown.YES
    last = max(case.custody.all(), key=attrgetter("seq"))
    custody.append(case, handover.receiver, CustodyReason.RECEIVED, work.moment, handover, last=last)
    taken_away = packet.seal(handover, work.moment, services=promised_help.end_all(case, at))
    continuing.keep(work, handover)
    Assignment.objects.filter(case=case, until_at__isnull=True).update(until_at=at)
    person.safe_tonight, person.bed_until_at = given["arrived_safely"], given.get("bed_until_at")
    person.save(update_fields={*taken_away.person, "safe_tonight", "bed_until_at"})
    case.carried_safeguards, case.taken_at = carried, at
    case.version += 1
    case.save(update_fields={*taken_away.case, "carried_safeguards", "taken_at", "version"})
    if not safe:
        deadlines.open_deadline(
            case=case, kind=DeadlineKind.TONIGHT, owes=handover.receiver, moment=work.moment, **pace(handover)
        )
    if not told:
        # Found to be a child on the way, or here before anybody was asked: child protection here knows nothing yet. Where it
        # has said yes to a child who left on an assessment alone, it has to begin its work.
        deadlines.open_deadline(
            case=case, kind=DeadlineKind.CHILD_NOTICE, owes=handover.receiver, moment=work.moment, child=True
        )
    if undetermined:
        child_review.owe(work)
    arrived(work, handover.receiver.country, given["arrived_at"], safe=safe)
    found_again(case)
    content = given["person_content"]
    if content == YesNoUnknown.NO or (handover.objected and content != YesNoUnknown.YES):
        _with_objection(work, handover)
    elif handover.objected:
        handover.objected = False
        handover.save(update_fields=["objected"])


def _with_objection(work: Work, handover: Handover) -> None:
    """Received with objection: within a day both sides hear the person (`domain.md` section 3)."""
    assert handover.receiver is not None
    handover.objected = True
    handover.save(update_fields=["objected"])
    for owes, other in ((handover.receiver, handover.sender), (handover.sender, handover.receiver)):
        deadlines.open_deadline(
            case=work.case,
            kind=DeadlineKind.OBJECTION,
            owes=owes,
            other_side=other,
            handover=handover,
            moment=work.moment,
            **pace(handover),
        )


ALL_BUT_FEEDBACK = frozenset(DeadlineKind) - {DeadlineKind.FEEDBACK}
"""Feedback on an earlier handover is given even when custody has moved on."""


def also_closed(handover: Handover, action: Action) -> list[Closing]:
    """What a row closes beside the deadlines of its handover that the table names (`handover_deadlines.closings`)."""
    match action:
        case Action.ACCEPT | Action.PUT_CONDITIONS:
            # A question that the receiver no longer waits for cannot be answered after the decision.
            waited = {DeadlineKind.ANSWER}
            return [Closing(handover=handover, kinds=waited, cancelled=True, reason="decided without the answer")]
        case Action.DEPART:
            return [Closing(kinds={DeadlineKind.CENTRE})]
        case Action.DEATH:
            moot = {DeadlineKind.TONIGHT, DeadlineKind.REVIEW_CHILD}
            return [Closing(kinds=moot, cancelled=True, reason=action)]
        case Action.RECEIVE | Action.ACCEPT_AND_RECEIVE:
            return [Closing(kinds=ALL_BUT_FEEDBACK, cancelled=True, reason="received elsewhere")]
    return []


EFFECTS: Mapping[Action, Callable[[Work, Handover, Facts], None]] = {
    Action.OFFER: _freeze_packet,
    Action.ASK: _ask,
    Action.ANSWER: _answer,
    Action.DEPART: _depart,
    Action.STOP: _stop,
    Action.RECEIVE: _receive,
    Action.ACCEPT_AND_RECEIVE: _receive,
    **DETOURS,
}
