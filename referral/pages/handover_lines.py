"""The lines of a handover's page: what is due, questions, messages, answers heard, the journey, the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.selectors import country_name
from common.addresses import address
from common.components import SummaryRow, TimelineEntry
from common.phrases import ago, due, long_moment
from referral.actor import Actor
from referral.age_band import band_of
from referral.enums import (
    OPEN_STATES,
    Action,
    Basis,
    Compartment,
    DeadlineKind,
    DeclineReason,
    MessageKind,
    NeedKind,
    Phrase,
    Purpose,
    RevokeReason,
    Urgency,
    WithdrawReason,
    YesNoUnknown,
)
from referral.models import CaseEvent, Deadline, Handover, Institution, Message, OutsideAnswer, Question
from referral.packet import FIRST_LOOK
from referral.pages.handover_words import (
    DECLINED,
    GAPS,
    OWN_ALONE,
    SENDERS_ALONE,
    happened,
    reason_shown,
    task_word,
)
from referral.pages.packet import Contents, needs_of
from referral.pages.staff import Hand
from referral.policy import COMPARTMENTS, Right
from referral.service_states import asked_there
from referral.transitions import Side

A = Action


@dataclass(frozen=True, slots=True)
class DueLine:
    """What is due, who owes it, when, and on what basis; `waive_url` where the reader need not wait for it."""

    label: str
    phrase: str
    when: str
    owes: str
    basis: str
    late: bool
    waive_url: str = ""
    hand: Hand | None = None


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question with its answer, when there is one."""

    text: str
    asked: str
    answer: str
    answered: str
    kind: str
    language: str
    waits: bool
    """Whether the other side still waits for the answer: it may have decided without."""


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message or a call: the sentence in the reader's language, further words in theirs."""

    kind: str
    who: str
    when: str
    phrase: str
    text: str
    language: str
    spoke_with: str


def institution_name(institution: Institution | None) -> str:
    """Its country, as both sides speak of each other; an international one by its name."""
    if institution is None:
        return ""
    return country_name(institution.country_id) if institution.country_id else institution.name


def due_line(
    row: Deadline, side: Side, at: datetime, zone: str, *, late: bool, waive_url: str = "", on_it: Hand | None = None
) -> DueLine:
    """One open deadline. "Overdue" only when people have had time to read; until then a passed time reads "Due now"."""
    return DueLine(
        label=str(task_word(DeadlineKind(row.kind), side)),
        phrase=due(row.due_at if late else max(row.due_at, at), at),
        when=long_moment(row.due_at, zone),
        owes=institution_name(row.owes),
        basis=row.basis_text or str(Basis(row.basis).label),
        late=late,
        waive_url=waive_url,
        hand=on_it,
    )


def waive_url(handover: Handover, row: Deadline, actor: Actor, actions: Sequence[Action]) -> str:
    """Where the reader says that it does not wait for this; empty for what it owes itself."""
    if A.WAIVE not in actions or row.owes_id == actor.institution_id:
        return ""
    return f"{address('referral:waive', handover.reference)}?deadline={row.pk}"


def question_lines(rows: Iterable[Question], actor: Actor, at: datetime, *, hidden: bool) -> tuple[QuestionLine, ...]:
    """Questions with the answers that this role reads; `hidden` leaves all of them out."""
    return () if hidden else tuple(_question_line(row, actor, at) for row in rows)


def _question_line(row: Any, actor: Actor, at: datetime) -> QuestionLine:
    kind = Compartment(row.answer_compartment) if row.answer_compartment else None
    reads = kind is None or COMPARTMENTS[actor.role][kind] is not Right.NONE
    return QuestionLine(
        text=row.text,
        asked=ago(row.asked_at, at),
        answer=row.answer if reads else _("Answered. Your role does not read this kind of information."),
        answered=ago(row.answered_at, at) if row.answered_at else "",
        kind=str(kind.label) if kind else "",
        language=row.language,
        waits=row.answered_at is None and not row.void,
    )


def message_lines(rows: Iterable[Message], actor: Actor, zone: str, *, words: bool = True) -> tuple[MessageLine, ...]:
    """Messages and calls, the newest first. Of another institution's call one reads the sentence alone.

    Without `words` that holds for its messages too.
    """
    return tuple(_message_line(row, actor, zone, words=words) for row in reversed(list(rows)))


def _message_line(row: Message, actor: Actor, zone: str, *, words: bool) -> MessageLine:
    shared = row.institution_id == actor.institution_id or (words and row.kind == MessageKind.MESSAGE)
    return MessageLine(
        kind=str(MessageKind(row.kind).label),
        who=institution_name(row.institution),
        when=long_moment(row.happened_at, zone),
        phrase=str(Phrase(row.phrase).label),
        text=row.text if shared else "",
        language=row.language,
        spoke_with=row.spoke_with if shared else "",
    )


def heard_lines(rows: Iterable[OutsideAnswer], zone: str) -> tuple[SummaryRow, ...]:
    """What a country without a seat answered: what, who said so, when, under which reference."""
    return tuple(
        SummaryRow(
            str(A(row.action).label),
            row.officer,
            hint=" · ".join(part for part in (long_moment(row.answered_at, zone), row.reference) if part),
        )
        for row in rows
    )


def entries(
    events: Iterable[CaseEvent], handover: Handover, actor: Actor, side: Side, zone: str
) -> tuple[TimelineEntry, ...]:
    """The record from the offer on, as far as this side reads it."""
    since = handover.offered_at
    return tuple(
        _entry(row, actor, side, zone)
        for row in events
        if (since is None or row.at >= since) and _read(row, actor, side)
    )


def _read(row: CaseEvent, actor: Actor, side: Side) -> bool:
    if row.kind in OWN_ALONE:
        return row.institution_id == actor.institution_id
    return row.kind not in SENDERS_ALONE or side is Side.SENDER


def _entry(row: CaseEvent, actor: Actor, side: Side, zone: str) -> TimelineEntry:
    own = row.institution_id == actor.institution_id
    state = (
        "declined" if row.kind in DECLINED else "gap" if row.kind in GAPS else "open" if row.kind == A.OFFER else "done"
    )
    return TimelineEntry(
        heading=str(happened(row.kind, own=own, side=side)),
        when=long_moment(row.at, zone),
        who=institution_name(row.institution),
        text=reason_shown(row.code, side, row.kind),
        state=state,
        moment=row.at,
    )


def _yes_no(code: str) -> str:
    return str(YesNoUnknown(code).label)


def journey(handover: Handover, side: Side, zone: str) -> tuple[SummaryRow, ...]:
    """Reception, travel and arrival: what the two sides told each other on the way. Empty rows are left out."""
    is_open = handover.state in OPEN_STATES
    rows: Sequence[tuple[str, Any]] = (
        (_("Answer promised by"), handover.reply_by_at if is_open and not handover.decided_at else None),
        (_("Why not now"), DeclineReason(handover.decline_reason).label if handover.decline_reason else ""),
        (_("Could come from"), handover.not_before_at),
        (_("Why the acceptance was taken back"), RevokeReason(handover.revoke_reason).label if handover.revoke_reason else ""),
        (_("Message back"), handover.message_back),
        (
            _("Why withdrawn"),
            reason_shown(handover.withdraw_reason, side) if handover.withdraw_reason in WithdrawReason.values else "",
        ),
        (_("Meets the person"), handover.reception_contact),
        (_("Can come from"), handover.reception_from_at),
        (_("Help from the first day"), _kinds(handover.services_confirmed or ())),
        (_("Not confirmed from the first day"), _kinds(_unconfirmed(handover)) if side is Side.SENDER else ""),
        (_("Travels"), handover.travel_means),
        (_("Escort"), handover.escort or (_("Nobody travels along.") if handover.travel_means else "")),
        (_("Travel documents"), handover.travel_documents),
        (_("Certificate"), handover.certificate),
        (_("Departed"), handover.departed_at),
        (_("Expected"), handover.expected_at if not handover.arrived_at else None),
        (_("Arrived"), handover.arrived_at),
        (_("Met by"), handover.received_by),
        (_("Arrived safely"), _yes_no(handover.arrived_safely) if handover.arrived_safely else ""),
        (_("Present and content"), _yes_no(handover.person_content) if handover.person_content else ""),
        (_("Help that runs"), _kinds(handover.feedback_services)),
    )  # fmt: skip
    return tuple(
        SummaryRow(key, long_moment(value, zone) if isinstance(value, datetime) else str(value))
        for key, value in rows
        if value
    )


def _kinds(codes: Iterable[str]) -> str:
    return ", ".join(str(NeedKind(code).label) for code in codes)


def _unconfirmed(handover: Handover) -> list[str]:
    """Help that the sender asked for and the receiver did not confirm; empty where nobody was asked."""
    if handover.services_confirmed is None:
        return []
    return [kind for kind in asked_there(handover) if kind not in handover.services_confirmed]


def first_look(handover: Handover, contents: Contents) -> tuple[SummaryRow, ...]:
    """What a receiver reads of an offer before it acknowledges: enough to decide who must look at it, and nothing that was
    not sent. The corridor and what is due stand on the page already.
    """
    told = {name: value for fields in contents.values() for name, value in fields.items() if name in FIRST_LOOK}
    ages = tuple(told.get(name) for name in ("age_low", "age_high"))
    band = band_of(*ages, child=handover.child) if handover.child or any(ages) else None
    rows = (
        (_("Purpose"), Purpose(handover.purpose).label if "purpose" in told else ""),
        (_("Urgency"), Urgency(handover.urgency).label),
        (_("Age"), band.label if band else ""),
        (_("What is needed"), ", ".join(needs_of(contents))),
    )
    return tuple(SummaryRow(key, str(value)) for key, value in rows if value)
