"""One page for both sides of a handover: where it stands, who answers, what is due, what was disclosed, what can be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.selectors import country_name
from common.components import Link, SummaryRow, TimelineEntry
from common.phrases import ago, due, long_moment
from referral.actor import Actor
from referral.enums import (
    OPEN_STATES,
    Action,
    Basis,
    Compartment,
    DeadlineKind,
    DeclineReason,
    HandoverState,
    NeedKind,
    Urgency,
    WithdrawReason,
    YesNoUnknown,
)
from referral.models import CaseEvent, Deadline, Handover, Question
from referral.pages.handover_words import (
    DECLINED,
    TONES,
    happened,
    plain,
    reason_shown,
    say,
    state_word,
    task_word,
)
from referral.pages.links import ACT_PAGES, person_url
from referral.pages.packet import PacketView, packet_view
from referral.selectors.handovers import HandoverRows
from referral.transitions import AFTER_ARRIVAL, Side

A = Action

FIRST_ACTS = (
    A.ACKNOWLEDGE,
    A.RECEIVE,
    A.ACCEPT,
    A.DECLINE,
    A.ANSWER,
    A.CONFIRM_STOP,
    A.CONTINUE,
    A.DEPART,
    A.GIVE_FEEDBACK,
)
"""Which act leads: the first possible one is the page's primary button. The others follow in the order of the table."""


@dataclass(frozen=True, slots=True)
class ActionLink:
    """One thing that can be done next; `post` is done by the button itself."""

    label: str
    url: str
    post: bool = False
    leads: bool = False


@dataclass(frozen=True, slots=True)
class DueLine:
    """What is due, who owes it, when, and on what basis."""

    label: str
    phrase: str
    when: str
    owes: str
    basis: str
    late: bool


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question with its answer, when there is one."""

    text: str
    asked: str
    answer: str
    answered: str
    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """What the viewer may read of one handover."""

    reference: str
    version: int
    code_word: str
    code: str
    person_url: str
    sender: str
    receiver: str
    state: str
    tone: str
    answers: SafeString
    urgent: bool
    child: bool
    escalated: bool
    actions: tuple[ActionLink, ...]
    due: tuple[DueLine, ...]
    plan: tuple[SummaryRow, ...]
    message: str
    packet: PacketView | None
    packet_note: SafeString | None
    questions: tuple[QuestionLine, ...]
    events: tuple[TimelineEntry, ...]
    feedback: str
    over: bool


def side_of(actor: Actor, handover: Handover) -> Side:
    """Which side the actor's institution is on."""
    return Side.SENDER if handover.sender_id == actor.institution_id else Side.RECEIVER


def code_word_of(handover: Handover, rows: HandoverRows) -> str:
    """The code word as it was sent; a draft's or an old packet's without one is the person's."""
    sent = rows.packet.contents.get(Compartment.D0, {}).get("code_word") if rows.packet else ""
    return str(sent or handover.case.person.code_word)


def handover_page(
    actor: Actor,
    handover: Handover,
    rows: HandoverRows,
    actions: Sequence[Action],
    *,
    at: datetime,
    zone: str,
    overdue: Iterable[int] = (),
) -> HandoverPage:
    """The page for this actor. `overdue` holds the keys of deadlines that are late."""
    side = side_of(actor, handover)
    word = code_word_of(handover, rows)
    sees_person = side is Side.SENDER or handover.state in AFTER_ARRIVAL
    recalled = _recalled_unread(handover) and side is Side.RECEIVER
    return HandoverPage(
        reference=handover.reference,
        version=handover.version,
        code_word=word,
        code=handover.case.person.public_code,
        person_url=person_url(handover.case.person.public_code) if sees_person else "",
        sender=_country(handover, Side.SENDER),
        receiver=_country(handover, Side.RECEIVER),
        state=str(state_word(handover.state, side)),
        tone=TONES.get(handover.state, "neutral"),
        answers=who_answers(handover, word, zone),
        urgent=handover.urgency == Urgency.URGENT,
        child=handover.child,
        escalated=handover.escalated_at is not None and handover.state in OPEN_STATES,
        actions=action_links(handover, actions),
        due=tuple(_due_line(row, side, at, zone, late=row.pk in set(overdue)) for row in rows.deadlines),
        plan=_plan(handover, side, zone),
        message="" if recalled else handover.message,
        packet=packet_view(rows.packet.contents, zone) if rows.packet and not recalled else None,
        packet_note=_packet_note(handover, side, recalled=recalled, may_ask=A.ASK in actions) if rows.packet else None,
        questions=() if recalled else tuple(_question_line(row, at) for row in rows.questions),
        events=tuple(
            _entry(row, actor, side, zone) for row in rows.events if row.at >= (handover.offered_at or row.at)
        ),
        feedback=handover.feedback,
        over=handover.state not in OPEN_STATES and handover.state != HandoverState.RECEIVED,
    )


def _country(handover: Handover, side: Side) -> str:
    institution = handover.sender if side is Side.SENDER else handover.receiver
    code = institution.country_id if institution else handover.receiver_country_id
    return country_name(code or "")


def who_answers(handover: Handover, word: str, zone: str) -> SafeString:
    """The sentence that is never left out: who answers for the person now, and until when."""
    sender, receiver = _country(handover, Side.SENDER), _country(handover, Side.RECEIVER)
    names = {"sender": sender, "receiver": receiver, "word": word}
    if handover.received_at is not None and handover.receiver_id is not None:
        names["when"] = long_moment(handover.received_at, zone)
        if handover.case.holder_id == handover.receiver_id:
            return say(_("%(receiver)s has answered for %(word)s since %(when)s."), **names)
        return say(
            _("%(receiver)s confirmed the arrival of %(word)s on %(when)s and has answered from then on."), **names
        )
    if handover.state in OPEN_STATES:
        return say(_("%(sender)s answers for %(word)s until %(receiver)s confirms the arrival."), **names)
    return say(_("This handover is over. %(sender)s went on answering for %(word)s."), **names)


def action_links(handover: Handover, actions: Sequence[Action]) -> tuple[ActionLink, ...]:
    """Acts as buttons, the leading one first; accepting and declining share one page."""
    on_the_way = handover.state in (HandoverState.DEPARTED, HandoverState.WHEREABOUTS_UNKNOWN)
    ordered = [a for a in FIRST_ACTS if a in actions] + [a for a in actions if a not in FIRST_ACTS]
    links: dict[str, ActionLink] = {}
    for action in ordered:
        if action not in ACT_PAGES:
            continue
        url = reverse(ACT_PAGES[action], args=[handover.reference])
        decides = action in (A.ACCEPT, A.DECLINE)
        label = _("Decide") if decides and A.ACCEPT in actions else str(action.label)
        leads = not links and action in FIRST_ACTS and (action is not A.RECEIVE or on_the_way)
        links.setdefault(url, ActionLink(label, url, action is A.ACKNOWLEDGE, leads))
    return tuple(links.values())


def _due_line(row: Deadline, side: Side, at: datetime, zone: str, *, late: bool) -> DueLine:
    return DueLine(
        label=str(task_word(DeadlineKind(row.kind), side)),
        phrase=due_phrase(row.due_at, at, late=late),
        when=long_moment(row.due_at, zone),
        owes=country_name(row.owes.country_id) if row.owes.country_id else row.owes.name,
        basis=row.basis_text or str(Basis(row.basis).label),
        late=late,
    )


def due_phrase(due_at: datetime, at: datetime, *, late: bool) -> str:
    """ "Overdue" only when people have had time to read; until then a passed time reads "Due now"."""
    return due(due_at if late else max(due_at, at), at)


def _question_line(row: Question, at: datetime) -> QuestionLine:
    return QuestionLine(
        text=row.text,
        asked=ago(row.asked_at, at),
        answer=row.answer,
        answered=ago(row.answered_at, at) if row.answered_at else "",
        kind=str(Compartment(row.answer_compartment).label) if row.answer_compartment else "",
        language=row.language,
    )


def _entry(row: CaseEvent, actor: Actor, side: Side, zone: str) -> TimelineEntry:
    kind = Action(row.kind)
    own = row.institution_id == actor.institution_id
    return TimelineEntry(
        heading=str(happened(kind, own=own, side=side)),
        when=long_moment(row.at, zone),
        who=_who(row),
        text=reason_shown(row.code, side),
        state="declined" if kind in DECLINED else "gap" if kind is A.LAPSE else "open" if kind is A.OFFER else "done",
        moment=row.at,
    )


def _who(row: CaseEvent) -> str:
    if row.institution is None:
        return ""
    return country_name(row.institution.country_id) if row.institution.country_id else row.institution.name


def _recalled_unread(handover: Handover) -> bool:
    """An offer that was withdrawn before anybody acknowledged it stays unread."""
    return handover.state == HandoverState.WITHDRAWN and handover.acknowledged_at is None


def _packet_note(handover: Handover, side: Side, *, recalled: bool, may_ask: bool) -> SafeString | None:
    sender, receiver = _country(handover, Side.SENDER), _country(handover, Side.RECEIVER)
    if recalled:
        return say(_("%(sender)s recalled this before it was read."), sender=sender)
    if side is Side.SENDER:
        return say(_("This is exactly what %(receiver)s sees, frozen when it was sent."), receiver=receiver)
    if handover.state in AFTER_ARRIVAL:
        return say(_("This is what %(sender)s sent. Your own records stand on the person's page."), sender=sender)
    if may_ask:
        return say(_("This is all that %(sender)s has shared. Ask when the decision needs more."), sender=sender)
    return say(_("This is all that %(sender)s has shared."), sender=sender)


def _yes_no(code: str) -> str:
    return str(YesNoUnknown(code).label)


def _plan(handover: Handover, side: Side, zone: str) -> tuple[SummaryRow, ...]:
    """Reception, travel and arrival: what the two sides told each other on the way. Empty rows are left out."""
    reason = handover.decline_reason or (handover.withdraw_reason and reason_shown(handover.withdraw_reason, side))
    rows: Sequence[tuple[str, Any]] = (
        (
            _("Answer promised by"),
            handover.reply_by_at if handover.state in OPEN_STATES and not handover.decided_at else None,
        ),
        (_("Why not now"), DeclineReason(handover.decline_reason).label if handover.decline_reason else ""),
        (_("Message back"), handover.message_back),
        (_("Why withdrawn"), reason if handover.withdraw_reason in WithdrawReason.values else ""),
        (_("Meets the person"), handover.reception_contact),
        (_("Can come from"), handover.reception_from_at),
        (_("Travels"), handover.travel_means),
        (_("Escort"), handover.escort or (_("Nobody travels along.") if handover.departed_at else "")),
        (_("Travel documents"), handover.travel_documents),
        (_("Certificate"), handover.certificate),
        (_("Departed"), handover.departed_at),
        (_("Expected"), handover.expected_at if not handover.arrived_at else None),
        (_("Arrived"), handover.arrived_at),
        (_("Met by"), handover.received_by),
        (_("Arrived safely"), _yes_no(handover.arrived_safely) if handover.arrived_safely else ""),
        (_("Present and content"), _yes_no(handover.person_content) if handover.person_content else ""),
        (_("Help that runs"), ", ".join(str(NeedKind(code).label) for code in handover.feedback_services)),
    )
    return tuple(
        SummaryRow(key, long_moment(value, zone) if isinstance(value, datetime) else str(value))
        for key, value in rows
        if value
    )


def facts_of(page: HandoverPage, link: Link | None = None) -> tuple[SummaryRow, ...]:
    """The few facts beside a form: whom it is about, between whom, and where it stands."""
    rows = (
        SummaryRow(_("Person"), say("%(word)s", word=page.code_word), hint=page.code),
        SummaryRow(pgettext("handover", "Sending country"), say("%(country)s", country=page.sender)),
        SummaryRow(pgettext("handover", "Receiving country"), say("%(country)s", country=page.receiver)),
        SummaryRow(_("State"), page.state),
    )
    return rows if link is None else (replace(rows[0], links=[link]), *rows[1:])


def names_of(page: HandoverPage) -> Mapping[str, str]:
    """The names that the words of an act may use."""
    return {"sender": page.sender, "receiver": page.receiver, "word": page.code_word}


__all__ = ["ActionLink", "HandoverPage", "handover_page", "plain"]
