"""What one row of the handover table asks beyond state, policy, facts and gates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from referral.enums import OPEN_STATES, Action, CaseStage, DeclineReason, Gate
from referral.errors import (
    AlreadyOpen,
    ArrivalImpossible,
    CaseClosed,
    ChildNeedsBothYes,
    GatesClosed,
    IdentityNoReasonForChild,
    NotAllowed,
    StopStaysForChild,
)
from referral.models import Handover
from referral.packet import SHAREABLE
from referral.services.command import Work

Facts = Mapping[str, Any]


def no_rule(_work: Work, _handover: Handover, _given: Facts) -> None:
    """Most rows have none."""


def _offer_rule(work: Work, handover: Handover, _given: Facts) -> None:
    if work.case.holder_id != handover.sender_id:
        raise NotAllowed
    if work.case.stage in (CaseStage.CLOSED, CaseStage.MISSING):
        raise CaseClosed
    if Handover.objects.filter(case=work.case, state__in=OPEN_STATES).exists():
        raise AlreadyOpen


def _answer_rule(_work: Work, _handover: Handover, given: Facts) -> None:
    """Health, justice and the exact location stay with their custodians, whatever the person permitted (gate 8)."""
    if given["compartment"] not in SHAREABLE:
        raise GatesClosed((Gate.PREVIEW,))


def _accept_rule(_work: Work, handover: Handover, given: Facts) -> None:
    if handover.child and set(given.get("child_protection_yes") or ()) < {"sender", "receiver"}:
        raise ChildNeedsBothYes


def _decline_rule(_work: Work, handover: Handover, given: Facts) -> None:
    if handover.child and given["decline_reason"] == DeclineReason.IDENTITY:
        raise IdentityNoReasonForChild


def _receive_rule(work: Work, handover: Handover, given: Facts) -> None:
    earliest = handover.departed_at or handover.offered_at
    if given["arrived_at"] > work.moment.at or (earliest is not None and given["arrived_at"] < earliest):
        raise ArrivalImpossible


def _confirm_stop_rule(_work: Work, handover: Handover, _given: Facts) -> None:
    if handover.child:
        raise StopStaysForChild


RULES: Mapping[Action, Callable[[Work, Handover, Facts], None]] = {
    Action.OFFER: _offer_rule,
    Action.ANSWER: _answer_rule,
    Action.ACCEPT: _accept_rule,
    Action.DECLINE: _decline_rule,
    Action.RECEIVE: _receive_rule,
    Action.CONFIRM_STOP: _confirm_stop_rule,
}
