"""One page for both sides of a handover: where it stands, who answers, what is due, what was disclosed, what can be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.selectors import country_name
from common.components import Link, SummaryRow, TimelineEntry
from common.phrases import long_moment
from referral.actor import Actor
from referral.enums import OPEN_STATES, Action, Compartment, HandoverState, Urgency
from referral.models import Handover, Institution, Packet, Supplement
from referral.pages.handover_buttons import ActGroup, ActionLink, act_groups, action_links, offered
from referral.pages.handover_lines import (
    DueLine,
    MessageLine,
    QuestionLine,
    due_line,
    entries,
    first_look,
    heard_lines,
    journey,
    message_lines,
    question_lines,
    waive_url,
)
from referral.pages.handover_panels import Panel, Reading, panels
from referral.pages.handover_standing import next_beside, what_next, who_answers
from referral.pages.handover_words import TONES, say, state_word
from referral.pages.links import identity_url, person_url
from referral.pages.packet import PacketView, cut, packet_view
from referral.pages.staff import hand
from referral.selectors.exchange import Exchange
from referral.selectors.handovers import HandoverRows
from referral.transitions import AFTER_ARRIVAL, Side

A = Action

OPENED = frozenset({
    HandoverState.ACKNOWLEDGED, HandoverState.CLARIFYING, HandoverState.CONDITIONS_PUT, HandoverState.ACCEPTED,
    HandoverState.DEPARTED, HandoverState.WHEREABOUTS_UNKNOWN, *AFTER_ARRIVAL,
})  # fmt: skip
"""States that no handover comes to unread: whoever says that the person is there already has opened it by that."""


@dataclass(frozen=True, slots=True)
class SentLater:
    """A supplement: when it was sent, why, and what it holds."""

    when: str
    note: str
    packet: PacketView


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
    next: SafeString
    urgent: bool
    child: bool
    outside: bool
    escalated: bool
    actions: tuple[ActionLink, ...]
    groups: tuple[ActGroup, ...]
    panels: tuple[Panel, ...]
    due: tuple[DueLine, ...]
    plan: tuple[SummaryRow, ...]
    message: str
    packet: PacketView | None
    packet_note: SafeString | None
    first_look: tuple[SummaryRow, ...]
    """What is read of the packet before it is acknowledged; empty once it is open."""
    supplements: tuple[SentLater, ...]
    covered: frozenset[str]
    """The identity fields in packet and supplements that are not shown."""
    identity_url: str
    """Where they are shown; empty where there are none."""
    questions: tuple[QuestionLine, ...]
    messages: tuple[MessageLine, ...]
    heard: tuple[SummaryRow, ...]
    events: tuple[TimelineEntry, ...]
    feedback: str
    over: bool


def side_of(actor: Actor, handover: Handover) -> Side:
    """Which side the actor is on; whoever works with the person in the sending country is on the sender's."""
    return _side(handover, actor.institution_id, actor.country_code)


def side_of_institution(institution: Institution, handover: Handover) -> Side:
    """The same of whoever works there."""
    return _side(handover, institution.pk, institution.country_id)


def _side(handover: Handover, institution_id: int, country: str | None) -> Side:
    at_home = handover.sender.country_id is not None and handover.sender.country_id == country
    return Side.SENDER if at_home or handover.sender_id == institution_id else Side.RECEIVER


def code_word_of(handover: Handover, packet: Packet | None) -> str:
    """The code word as it was sent; a draft's or an old packet's without one is the person's."""
    sent = packet.contents.get(Compartment.D0, {}).get("code_word") if packet else ""
    return str(sent or handover.case.person.code_word)


def names_in(handover: Handover, packet: Packet | None) -> dict[str, str]:
    """The names that sentences about this handover may use: both countries and the code word."""
    return {
        "sender": _country(handover, Side.SENDER),
        "receiver": _country(handover, Side.RECEIVER),
        "word": code_word_of(handover, packet),
    }


def narrowed(handover: Handover, side: Side) -> bool:
    """A person who objects on the way is met, kept safe and looked after; more is read only after the arrival."""
    return side is Side.RECEIVER and handover.objected and handover.state not in AFTER_ARRIVAL


def unopened(handover: Handover, side: Side) -> bool:
    """Nobody of the receiving country has acknowledged it: what was sent stays closed to that side until somebody does.

    An offer that ends so is recalled unread.
    """
    return side is Side.RECEIVER and handover.acknowledged_at is None and handover.state not in OPENED


def handover_page(
    actor: Actor,
    handover: Handover,
    rows: HandoverRows,
    said: Exchange,
    actions: Sequence[Action],
    *,
    at: datetime,
    zone: str,
    overdue: Iterable[int] = (),
    opened: Mapping[str, Any] | None = None,
) -> HandoverPage:
    """The page for this actor. `overdue` holds the keys of deadlines that are late, `opened` the identity that is shown."""
    side = side_of(actor, handover)
    names = names_in(handover, rows.packet)
    asked = {row.action for row in said.proposals}
    possible = tuple(action for action in offered(actor, handover, actions) if action not in asked)
    late, heard = set(overdue), handover.outside and handover.sender_id == actor.institution_id
    party = actor.institution_id in (handover.sender_id, handover.receiver_id)
    sees_person = side is Side.SENDER or handover.state in AFTER_ARRIVAL
    closed, meeting_alone = unopened(handover, side), narrowed(handover, side)
    hidden, recalled = closed or meeting_alone, closed and handover.state == HandoverState.WITHDRAWN
    contents = cut(rows.packet.contents, actor.role, meeting_alone=meeting_alone) if rows.packet else {}
    sent = packet_view(contents, zone, opened) if rows.packet and not closed else None
    later = tuple(_sent_later(row, actor, zone, opened) for row in said.supplements) if not hidden else ()
    parts = [*([sent] if sent else []), *(more.packet for more in later)]
    covered = frozenset[str]().union(*(part.covered for part in parts))
    return HandoverPage(
        reference=handover.reference,
        version=handover.version,
        code_word=names["word"],
        code=handover.case.person.public_code,
        person_url=person_url(handover.case.person.public_code) if sees_person else "",
        sender=names["sender"],
        receiver=names["receiver"],
        state=str(state_word(handover.state, side)),
        tone=TONES.get(handover.state, "neutral"),
        answers=who_answers(handover, names, zone),
        next=what_next(handover, side, names) if party else next_beside(() if closed else possible, names),
        urgent=handover.urgency == Urgency.URGENT,
        child=handover.child,
        outside=handover.outside,
        escalated=handover.escalated_at is not None and handover.state in OPEN_STATES,
        actions=action_links(handover, possible, heard=heard),
        groups=act_groups(handover, possible, heard=heard),
        panels=panels(Reading(actor, handover, side, names, zone, said, rows.events)),
        due=tuple(
            due_line(
                row,
                side,
                at,
                zone,
                late=row.pk in late,
                waive_url=waive_url(handover, row, actor, possible),
                on_it=hand(row, actor),
            )
            for row in rows.deadlines
        ),
        plan=journey(handover, side, zone),
        message="" if hidden else handover.message,
        packet=sent,
        packet_note=_packet_note(handover, side, names, actions) if rows.packet else None,
        first_look=first_look(handover, contents) if closed and handover.state in OPEN_STATES else (),
        supplements=later,
        covered=covered,
        identity_url=identity_url(handover.reference) if covered else "",
        questions=question_lines(rows.questions, actor, at, hidden=hidden),
        messages=message_lines(said.messages, actor, zone, words=not hidden) if party and not recalled else (),
        heard=heard_lines(said.heard, zone) if side is Side.SENDER else (),
        events=entries(rows.events, handover, actor, side, zone),
        feedback=handover.feedback,
        over=handover.state not in OPEN_STATES
        and handover.state not in (HandoverState.RECEIVED, HandoverState.RECEIVED_OUTSIDE),
    )


def _country(handover: Handover, side: Side) -> str:
    institution = handover.sender if side is Side.SENDER else handover.receiver
    code = institution.country_id if institution else handover.receiver_country_id
    return country_name(code or "")


def _sent_later(row: Supplement, actor: Actor, zone: str, opened: Mapping[str, Any] | None) -> SentLater:
    packet = packet_view(cut(row.contents, actor.role), zone, opened)
    return SentLater(long_moment(row.frozen_at, zone), row.note, packet)


def _packet_note(
    handover: Handover, side: Side, names: Mapping[str, str], actions: Sequence[Action]
) -> SafeString | None:
    if unopened(handover, side):
        return say(_still_closed(handover, actions), **names)
    if side is Side.SENDER and handover.outside:
        return say(
            _("This is what %(receiver)s may be told, frozen when it was sent. Tell no more than this."), **names
        )
    if side is Side.SENDER and unopened(handover, Side.RECEIVER) and handover.state in OPEN_STATES:
        return say(
            _(
                "This is exactly what %(receiver)s sees once it has acknowledged. Until then you can take it back unread."
            ),
            **names,
        )
    if side is Side.SENDER:
        return say(_("This is exactly what %(receiver)s sees, frozen when it was sent."), **names)
    if narrowed(handover, side):
        return say(_("For now you read only what meeting the person safely needs."))
    if handover.state in AFTER_ARRIVAL:
        return say(_("This is what %(sender)s sent. Your own records stand on the person's page."), **names)
    if A.ASK in actions:
        return say(_("This is all that %(sender)s has shared. Ask when the decision needs more."), **names)
    return say(_("This is all that %(sender)s has shared."), **names)


def _still_closed(handover: Handover, actions: Sequence[Action]) -> str:
    """Why the receiving side reads no more than a first look, and what opens the rest."""
    if handover.state == HandoverState.WITHDRAWN:
        return _("%(sender)s recalled this before it was read.")
    if handover.state not in OPEN_STATES:
        return _("This ended before it was opened. It stays unread.")
    if A.ACKNOWLEDGE in actions:
        return _("Acknowledge it to open what %(sender)s has shared. Until then it can be taken back unread.")
    return _("What %(sender)s has shared opens when the focal point of %(receiver)s has acknowledged it.")


def facts_of(page: HandoverPage, link: Link | None = None) -> tuple[SummaryRow, ...]:
    """The few facts beside a form: whom it is about, between whom, where it stands, and the first look while it is closed."""
    rows = (
        SummaryRow(_("Person"), say("%(word)s", word=page.code_word), hint=page.code),
        SummaryRow(pgettext("handover", "Sending country"), say("%(country)s", country=page.sender)),
        SummaryRow(pgettext("handover", "Receiving country"), say("%(country)s", country=page.receiver)),
        SummaryRow(_("State"), page.state),
        *page.first_look,
    )
    return rows if link is None else (replace(rows[0], links=[link]), *rows[1:])


def names_of(page: HandoverPage) -> Mapping[str, str]:
    """The names that the words of an act may use."""
    return {"sender": page.sender, "receiver": page.receiver, "word": page.code_word}
