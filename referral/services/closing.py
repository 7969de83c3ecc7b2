"""Closing a case: a reason, nobody left waiting, and an institution that the person can turn to later."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from common.working_time import Limit, add_hours
from referral.actor import Actor
from referral.enums import (
    OPEN_STATES,
    Action,
    CaseStage,
    ClosureReason,
    CustodyReason,
    HandoverState,
    WhereaboutsKind,
)
from referral.errors import (
    AlreadyOpen,
    CaseClosed,
    ChangedMeanwhile,
    MissingChildStaysOpen,
    NothingProposed,
    NotLostYet,
)
from referral.models import Assignment, Handover, Whereabouts
from referral.selectors.facts import is_child
from referral.services import custody, deadlines, lifecycle, second_person
from referral.services.act import CaseOutcome, Entry, Facts, on_case
from referral.services.command import Work

LOST_AFTER = Limit(days=90)
"""How long nobody must have heard of an adult before the case is closed for lost contact (exercise default)."""
TWO_PEOPLE = frozenset({ClosureReason.DIED, ClosureReason.OUTSIDE, ClosureReason.NOT_TRAFFICKED})
"""Reasons that a second person of the institution confirms; so does any closing after an arrival outside the system."""
GONE = (WhereaboutsKind.MISSING, WhereaboutsKind.LEFT_BY_CHOICE, WhereaboutsKind.ELSEWHERE)


def close(actor: Actor, case_id: int, facts: Facts, *, submission: UUID | None) -> CaseOutcome:
    """Close the case: `reason` (a ClosureReason) and `contact_later`, the institution that stays named.

    Where two people are needed the first call proposes, the others of the institution are told, and a second one, of
    another user, closes: without facts, or with the same reason, for nobody confirms what a colleague proposed while
    one's own form was open. Raises AlreadyOpen with an open handover, MissingChildStaysOpen, NotLostYet, CaseClosed,
    SecondPersonNeeded, ChangedMeanwhile, NothingProposed.
    """
    told: list[tuple[Work, str]] = []

    def write(work: Work) -> Entry:
        proposal = second_person.open_proposal(work, Action.CLOSE_CASE)
        if proposal is None and not facts:
            raise NothingProposed
        if proposal is not None and facts and facts["reason"] != proposal.facts["reason"]:
            raise ChangedMeanwhile
        given: Mapping[str, Any] = facts if proposal is None else second_person.confirm(work, proposal)
        reason = ClosureReason(given["reason"])
        _may_close(work, reason)
        if proposal is None and (reason in TWO_PEOPLE or _arrived_outside(work)):
            contact = given.get("contact_later")
            second_person.propose(
                work, Action.CLOSE_CASE, {"reason": reason, "contact_later": getattr(contact, "pk", contact)}
            )
            told.append((work, "closing_waits"))
            return Entry(code=f"proposed:{reason}")
        _end(work, reason, given.get("contact_later"))
        if proposal is not None:
            told.append((work, Action.CLOSE_CASE))
        return Entry(code=reason)

    after = partial(second_person.tell_colleagues, told)
    return on_case(actor, case_id, Action.CLOSE_CASE, write, submission=submission, after=after)


def _may_close(work: Work, reason: ClosureReason) -> None:
    case = work.case
    if case.stage == CaseStage.CLOSED:
        raise CaseClosed
    if Handover.objects.filter(case=case, state__in=OPEN_STATES).exists():
        raise AlreadyOpen
    last = Whereabouts.objects.filter(case=case).order_by("-happened_at", "-pk").first()
    missing = case.stage == CaseStage.MISSING or (last is not None and last.kind == WhereaboutsKind.MISSING)
    if missing and is_child(case) and reason != ClosureReason.DIED:
        raise MissingChildStaysOpen
    if reason == ClosureReason.LOST_CONTACT and (
        last is None or last.kind not in GONE or work.moment.at < add_hours(last.happened_at, LOST_AFTER.days * 24)
    ):
        raise NotLostYet


def _arrived_outside(work: Work) -> bool:
    return Handover.objects.filter(case=work.case, state=HandoverState.RECEIVED_OUTSIDE).exists()


def _end(work: Work, reason: ClosureReason, contact_later: Any) -> None:
    case, at = work.case, work.moment.at
    lifecycle.discard_drafts(work)
    Assignment.objects.filter(case=case, until_at__isnull=True).update(until_at=at)
    deadlines.close_deadlines(case=case, moment=work.moment, cancelled=True, reason=Action.CLOSE_CASE)
    custody.append(case, None, CustodyReason.CLOSED, work.moment)
    case.stage, case.closure_reason, case.closed_at = CaseStage.CLOSED, reason, at
    case.contact_later_id = getattr(contact_later, "pk", contact_later)
    case.save(update_fields=["stage", "closure_reason", "closed_at", "contact_later"])
