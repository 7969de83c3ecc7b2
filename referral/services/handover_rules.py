"""What one row of the handover table asks beyond state, policy, facts and gates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from common.working_time import add_hours
from referral import gates, limits
from referral.enums import ASKED_IN_PRIVATE as HELD_FOR_THE_PERSON
from referral.enums import (
    FORBIDDEN_CONDITIONS,
    OPEN_STATES,
    Action,
    CaseStage,
    DeadlineKind,
    DeadlineState,
    DeclineReason,
    Gate,
    HandoverState,
    HoldReason,
    Purpose,
    Role,
    Safeguard,
    SearchEnd,
)
from referral.errors import (
    AlreadyOpen,
    ArrivalImpossible,
    BothSides,
    CannotWaiveOwn,
    CaseClosed,
    ChildNeedsBothYes,
    ChildTravelsAlone,
    ConditionForbidden,
    ConfirmInPrivate,
    DateForOwnNational,
    DepartureImpossible,
    FactMissing,
    FamilyTogether,
    GatesClosed,
    IdentityNoReasonForChild,
    NoChildProtection,
    NotAllowed,
    NothingNew,
    NothingProposed,
    NotOverridable,
    NotYetLate,
    NotYourHold,
    OfficerMissing,
    PersonWaits,
    SearchNeedsDecision,
    StillMissing,
    StopStaysForChild,
    TooLateToCorrect,
)
from referral.gates import OVERRIDABLE
from referral.models import Deadline, Handover
from referral.packet import SHAREABLE
from referral.selectors.facts import gate_view, is_child, safeguards
from referral.selectors.families import ARRIVING, family_of
from referral.services import child_answers, packet
from referral.services.command import Work
from referral.services.contact import refuse_contact
from referral.transitions import Transition

Facts = Mapping[str, Any]


def no_rule(_work: Work, _handover: Handover, _given: Facts) -> None:
    """Most rows have none."""


def _offer(work: Work, handover: Handover, _given: Facts) -> None:
    if work.case.holder_id != handover.sender_id:
        raise NotAllowed
    if work.case.stage in (CaseStage.CLOSED, CaseStage.MISSING):
        raise CaseClosed
    if Handover.objects.filter(case=work.case, state__in=OPEN_STATES).exists():
        raise AlreadyOpen
    if is_child(work.case) and not child_answers.may_be_given(work, handover):
        raise NoChildProtection


def _answer(_work: Work, handover: Handover, given: Facts) -> None:
    """Health, justice and the exact location stay with their custodians, whatever the person permitted (gate 8)."""
    if given["compartment"] not in SHAREABLE:
        raise GatesClosed((Gate.PREVIEW,))


def _supplement(work: Work, handover: Handover, given: Facts) -> None:
    if not set(given["compartments_more"]) <= {c.value for c in SHAREABLE}:
        raise GatesClosed((Gate.PREVIEW,))
    if handover.objected and handover.state in OPEN_STATES:
        raise SearchNeedsDecision
    if not packet.not_sent_yet(handover, given["compartments_more"], work.moment.at):
        raise NothingNew


def both_said_yes(handover: Handover) -> bool:
    """Whether child protection in both countries has said yes. Silence is no."""
    return set(handover.child_protection_yes) >= {"sender", "receiver"}


def _accept(_work: Work, handover: Handover, _given: Facts) -> None:
    if handover.child and not both_said_yes(handover):
        raise ChildNeedsBothYes


def _put_conditions(_work: Work, _handover: Handover, given: Facts) -> None:
    if set(given["conditions"]) & FORBIDDEN_CONDITIONS:
        raise ConditionForbidden


def _propose_forward(_work: Work, handover: Handover, given: Facts) -> None:
    if given["forward_country"] in (handover.sender.country_id, handover.receiver_country_id):
        raise BothSides


def _agree_forward(work: Work, handover: Handover, _given: Facts) -> None:
    assert handover.forward_country_id is not None
    refuse_contact(work.case, handover.forward_country_id)


def _decline(work: Work, handover: Handover, given: Facts) -> None:
    if handover.child and given["decline_reason"] == DeclineReason.IDENTITY:
        raise IdentityNoReasonForChild
    own = handover.receiver_country_id in work.case.person.citizenships
    # Only a return that the person chose tells the receiver that it is its own national; else the refusal would.
    if own and handover.purpose == Purpose.RETURN_CHOSEN and not given.get("not_before_at"):
        raise DateForOwnNational


def _hold(work: Work, _handover: Handover, given: Facts) -> None:
    if given["hold_reason"] in HELD_FOR_THE_PERSON:
        raise ConfirmInPrivate
    if given["hold_reason"] == HoldReason.CHILD_OBJECTS and work.actor.role != Role.CHILD_PROTECTION:
        raise NotYourHold


def _resume(work: Work, handover: Handover, _given: Facts) -> None:
    """What waits because the person is missing waits until somebody knows where the person is."""
    if handover.hold_reason == HoldReason.MISSING and work.case.stage == CaseStage.MISSING:
        raise StillMissing


def _after_asking(work: Work, handover: Handover, _given: Facts) -> None:
    """Confirm a stop, or go on. For a child nobody but child protection decides, for an adult the sender who asked."""
    for_child = handover.child or handover.hold_reason == HoldReason.CHILD_OBJECTS
    if for_child and work.actor.role != Role.CHILD_PROTECTION:
        raise StopStaysForChild
    if not for_child and work.actor.role == Role.CHILD_PROTECTION:
        raise NotAllowed


def _plan_travel(_work: Work, handover: Handover, given: Facts) -> None:
    """ "Escort where needed" (`domain.md` section 3): a child without one would be not covered by our own doing."""
    if handover.child and not given.get("escort", handover.escort).strip():
        raise ChildTravelsAlone


def _depart(work: Work, handover: Handover, given: Facts) -> None:
    # A hold for another reason may have ended meanwhile: nobody departs whom nobody can find.
    if work.case.stage == CaseStage.MISSING:
        raise CaseClosed
    if handover.child and not both_said_yes(handover):
        raise ChildNeedsBothYes
    _plan_travel(work, handover, given)
    left = given.get("departed_at")
    if left is not None and not work.case.opened_at <= left <= work.moment.at:
        raise DepartureImpossible
    if handover.family_group is None:
        return
    # Whoever was declined or stopped is not left behind in silence: the others wait until the sender unlinks them.
    others = family_of(handover)
    if any(other.state not in (HandoverState.ACCEPTED, *ARRIVING) for other in others):
        raise FamilyTogether


def _arrival(work: Work, handover: Handover, given: Facts) -> None:
    """Whoever never departed under this handover may have come before it was offered: the arrival is a fact."""
    left = handover.departed_at
    if given["arrived_at"] > work.moment.at or (left is not None and given["arrived_at"] < left):
        raise ArrivalImpossible


def _arrived_already(work: Work, handover: Handover, given: Facts) -> None:
    """The person may have come before the offer was even sent."""
    if given["arrived_at"] > work.moment.at:
        raise ArrivalImpossible


def in_danger(work: Work, handover: Handover) -> bool:
    """A child, or signs of danger: the search is loud and begins sooner."""
    return handover.child or work.case.immediate_danger or Safeguard.HIGH_RISK in safeguards(work.case)


def _not_arrived(work: Work, handover: Handover, _given: Facts) -> None:
    wait = (
        limits.NOT_ARRIVED_AFTER_CHILD_OR_RISK
        if handover.child or Safeguard.HIGH_RISK in safeguards(work.case)
        else limits.NOT_ARRIVED_AFTER
    )
    if handover.expected_at is not None and work.moment.at < add_hours(handover.expected_at, wait.hours):
        raise NotYetLate


def _end_search(_work: Work, handover: Handover, given: Facts) -> None:
    """A child who is gone is missing, whatever is said: nobody records a choice for a child."""
    if handover.child and given["search_end"] == SearchEnd.OWN_CHOICE:
        raise StopStaysForChild


def _divert(work: Work, handover: Handover, given: Facts) -> None:
    country = given["diverted_country"]
    if country in (handover.sender.country_id, handover.receiver_country_id):
        raise BothSides
    refuse_contact(work.case, country)


def _ask_correction(work: Work, handover: Handover, _given: Facts) -> None:
    assert handover.received_at is not None
    if work.moment.at > add_hours(handover.received_at, limits.CORRECT_RECEIPT_WITHIN.hours):
        raise TooLateToCorrect
    _not_offered_onward(work, handover)


def _not_offered_onward(work: Work, handover: Handover) -> None:
    onward = Handover.objects.filter(
        case=work.case, sender_id=handover.receiver_id, offered_at__gte=handover.received_at
    )
    if work.case.holder_id != handover.receiver_id or onward.exists():
        raise TooLateToCorrect


def _agree_correction(work: Work, handover: Handover, _given: Facts) -> None:
    assert handover.correction_asked_at is not None
    if work.moment.at > add_hours(handover.correction_asked_at, limits.CORRECT_RECEIPT_WITHIN.hours):
        raise TooLateToCorrect
    _not_offered_onward(work, handover)


def _override(work: Work, _handover: Handover, given: Facts) -> None:
    if given["gate"] not in OVERRIDABLE or not work.case.immediate_danger:
        raise NotOverridable


def _waive(work: Work, handover: Handover, given: Facts) -> None:
    owed = Deadline.objects.filter(pk=given["deadline"], handover=handover, state=DeadlineState.OPEN).first()
    if owed is None:
        raise NothingProposed
    if owed.kind == DeadlineKind.CONFIRM_STOP:
        raise PersonWaits
    if owed.other_side_id != work.actor.institution_id:
        raise CannotWaiveOwn


def officer_named(work: Work, given: Facts) -> bool:
    """Whether it is said who answered for a country without a seat, and when; nobody has answered in the future."""
    return bool(given.get("officer") and given.get("answered_at")) and given["answered_at"] <= work.moment.at


def _child_answer(work: Work, _handover: Handover, given: Facts) -> None:
    """Only child protection answers at home; what it said in a country without a seat has an officer's name."""
    if work.actor.role != Role.CHILD_PROTECTION and not officer_named(work, given):
        raise OfficerMissing


def _say(work: Work, _handover: Handover, given: Facts) -> None:
    if given.get("text") and not given.get("language"):
        raise FactMissing
    if given.get("happened_at") and given["happened_at"] > work.moment.at:
        raise ArrivalImpossible


def check_gates(work: Work, handover: Handover, row: Transition, given: Facts) -> None:
    """The gates of a row, under the lock. What an answer or a supplement adds is judged by its own compartments.

    Raises GatesClosed with those that do not hold.
    """
    view = gate_view(handover, work.moment.at)
    if row.action is Action.ANSWER:
        view = replace(view, compartments=frozenset({given["compartment"]}))
    if row.action is Action.SUPPLEMENT:
        view = replace(view, compartments=frozenset(given["compartments_more"]))
    failing = tuple(result.gate for result in gates.check(view, row.gates, row.action) if not result.passed)
    if failing:
        raise GatesClosed(failing)


RULES: Mapping[Action, Callable[[Work, Handover, Facts], None]] = {
    Action.OFFER: _offer,
    Action.ANSWER: _answer,
    Action.ACCEPT: _accept,
    Action.PUT_CONDITIONS: _put_conditions,
    Action.AGREE_CONDITIONS: _accept,
    Action.PROPOSE_FORWARD: _propose_forward,
    Action.AGREE_FORWARD: _agree_forward,
    Action.DECLINE: _decline,
    Action.HOLD: _hold,
    Action.RESUME: _resume,
    Action.CONFIRM_STOP: _after_asking,
    Action.CONTINUE: _after_asking,
    Action.PLAN_TRAVEL: _plan_travel,
    Action.DEPART: _depart,
    Action.RECEIVE: _arrival,
    Action.RECEIVE_OUTSIDE: _arrival,
    Action.ACCEPT_AND_RECEIVE: _arrived_already,
    Action.REPORT_NOT_ARRIVED: _not_arrived,
    Action.END_SEARCH: _end_search,
    Action.DIVERT: _divert,
    Action.ASK_CORRECTION: _ask_correction,
    Action.AGREE_CORRECTION: _agree_correction,
    Action.SUPPLEMENT: _supplement,
    Action.OVERRIDE: _override,
    Action.CHILD_ANSWER: _child_answer,
    Action.WRITE_MESSAGE: _say,
    Action.RECORD_CALL: _say,
    Action.FOLLOW_UP: _say,
    Action.WAIVE: _waive,
}
