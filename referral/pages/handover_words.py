"""The words of a handover: what happened, what to do, where it stands, each as one sentence of its own."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.countries import country_name
from common.phrases import isolate
from common.templatetags.ui import bdi
from referral.enums import (
    CHILD_PROTECTION_DECIDES,
    Action,
    DeadlineKind,
    DeclineReason,
    Gate,
    HandoverState,
    HoldReason,
    Phrase,
    RevokeReason,
    SearchEnd,
    WithdrawReason,
    YesNoUnknown,
)
from referral.transitions import Side

A = Action
S = HandoverState
Sentence = str | Promise

HAPPENED: Mapping[str, Sentence] = {
    A.OFFER: pgettext_lazy("event", "Sent"),
    A.DISCARD: pgettext_lazy("event", "Draft discarded"),
    A.ACKNOWLEDGE: pgettext_lazy("event", "Acknowledged"),
    A.ASK: pgettext_lazy("event", "Question asked"),
    A.ANSWER: pgettext_lazy("event", "Question answered"),
    A.HOLDING_REPLY: pgettext_lazy("event", "Answer promised"),
    A.ACCEPT: pgettext_lazy("event", "Accepted"),
    A.DECLINE: pgettext_lazy("event", "Cannot receive now"),
    A.WITHDRAW: pgettext_lazy("event", "Withdrawn"),
    A.PLAN_TRAVEL: pgettext_lazy("event", "Travel plan sent"),
    A.DEPART: pgettext_lazy("event", "Departed"),
    A.RECEIVE: pgettext_lazy("event", "Arrival confirmed"),
    A.GIVE_FEEDBACK: pgettext_lazy("event", "Feedback given"),
    A.STOP: pgettext_lazy("event", "The person wants to stop"),
    A.CONFIRM_STOP: pgettext_lazy("event", "Stopped by the person"),
    A.CONTINUE: pgettext_lazy("event", "The person wants to go on"),
    A.LAPSE: pgettext_lazy("event", "The regional coordinator was told"),
    A.PUT_CONDITIONS: pgettext_lazy("event", "Accepted with conditions"),
    A.AGREE_CONDITIONS: pgettext_lazy("event", "Conditions agreed"),
    A.REFUSE_CONDITIONS: pgettext_lazy("event", "Conditions refused"),
    A.PROPOSE_FORWARD: pgettext_lazy("event", "Another country proposed"),
    A.AGREE_FORWARD: pgettext_lazy("event", "Other country agreed; a new handover is prepared"),
    A.REFUSE_FORWARD: pgettext_lazy("event", "Kept to this country"),
    A.REVOKE: pgettext_lazy("event", "Acceptance taken back"),
    A.HOLD: pgettext_lazy("event", "Put on hold"),
    A.RESUME: pgettext_lazy("event", "Hold ended"),
    A.TURN_BACK: pgettext_lazy("event", "The person is back in the sending country"),
    A.ACCEPT_AND_RECEIVE: pgettext_lazy("event", "Already there: arrival confirmed"),
    A.REPORT_NOT_ARRIVED: pgettext_lazy("event", "Not arrived; a search began"),
    A.END_SEARCH: pgettext_lazy("event", "Search ended"),
    A.REPORT_PRESENCE: pgettext_lazy("event", "Another country says that the person is there"),
    A.DIVERT: pgettext_lazy("event", "A handover to another country is prepared instead"),
    A.OBJECT: pgettext_lazy("event", "The person no longer wants to go on"),
    A.DISENGAGE: pgettext_lazy("event", "The person left by choice"),
    A.DEATH: pgettext_lazy("event", "A death was recorded"),
    A.ASK_CORRECTION: pgettext_lazy("event", "Asked to correct the receipt"),
    A.AGREE_CORRECTION: pgettext_lazy("event", "Receipt corrected: the person has not arrived"),
    A.REFUSE_CORRECTION: pgettext_lazy("event", "Receipt left as it is"),
    A.RECEIVE_OUTSIDE: pgettext_lazy("event", "Arrived in a country without a seat"),
    A.FOLLOW_UP: pgettext_lazy("event", "Asked how the person is"),
    A.SUPPLEMENT: pgettext_lazy("event", "More information sent"),
    A.CHILD_ANSWER: pgettext_lazy("event", "Child protection answered"),
    A.OVERRIDE: pgettext_lazy("event", "Going on without a confirmed place"),
    A.WAIVE: pgettext_lazy("event", "A deadline was waived"),
    A.WRITE_MESSAGE: pgettext_lazy("event", "Message written"),
    A.RECORD_CALL: pgettext_lazy("event", "Call recorded"),
    A.PROPOSE: pgettext_lazy("event", "Proposed to a second person"),
    A.DROP_PROPOSAL: pgettext_lazy("event", "Proposal not gone on with"),
    A.MAJORITY: pgettext_lazy("event", "The person has come of age"),
}
"""An act as it stands in the record, by the code of its event."""

NEUTRAL: Mapping[str, Sentence] = {
    A.STOP: pgettext_lazy("event", "Put on hold"),
    A.CONFIRM_STOP: pgettext_lazy("event", "Ended by the sending country"),
    A.CONTINUE: pgettext_lazy("event", "Goes on"),
    A.OBJECT: pgettext_lazy("event", "Less is shown until the arrival"),
    A.DISENGAGE: pgettext_lazy("event", "Ended by the sending country"),
}
"""What the other side reads when a person stops: a neutral code (`domain.md` section 3)."""

SENDERS_ALONE = frozenset({A.REPORT_PRESENCE})
"""What nobody on the other side reads: where a person was seen is for whoever answers for the person."""

OWN_ALONE = frozenset({A.PROPOSE, A.DROP_PROPOSAL, A.RECORD_CALL})
"""What stays within the institution that did it."""

GAPS = frozenset({A.LAPSE, A.REPORT_NOT_ARRIVED})
"""Acts that the timeline marks as a gap."""

DECLINED = frozenset({
    A.DECLINE, A.WITHDRAW, A.CONFIRM_STOP, A.DISCARD, A.REVOKE, A.REFUSE_CONDITIONS, A.DISENGAGE, A.END_SEARCH, A.DEATH,
})  # fmt: skip
"""Acts that the timeline marks with a cross."""

VERBS: Mapping[DeadlineKind, Sentence] = {
    DeadlineKind.TONIGHT: pgettext_lazy("inbox verb", "Make safe tonight"),
    DeadlineKind.TAKE: pgettext_lazy("inbox verb", "Take"),
    DeadlineKind.RELEASE: pgettext_lazy("inbox verb", "Release"),
    DeadlineKind.SCREEN: pgettext_lazy("inbox verb", "Screen"),
    DeadlineKind.CENTRE: pgettext_lazy("inbox verb", "Find the way on"),
    DeadlineKind.CHILD_NOTICE: pgettext_lazy("inbox verb", "Tell child protection"),
    DeadlineKind.ACKNOWLEDGE: pgettext_lazy("inbox verb", "Acknowledge"),
    DeadlineKind.DECIDE: pgettext_lazy("inbox verb", "Decide"),
    DeadlineKind.ANSWER: pgettext_lazy("inbox verb", "Answer"),
    DeadlineKind.TRAVEL_PLAN: pgettext_lazy("inbox verb", "Plan the journey or record the departure"),
    DeadlineKind.CONFIRM_ARRIVAL: pgettext_lazy("inbox verb", "Confirm arrival"),
    DeadlineKind.FEEDBACK: pgettext_lazy("inbox verb", "Give feedback"),
    DeadlineKind.CONFIRM_STOP: pgettext_lazy("inbox verb", "Ask in private"),
    DeadlineKind.REVIEW_RISK: pgettext_lazy("inbox verb", "Review risk"),
    DeadlineKind.STALE_DRAFT: pgettext_lazy("inbox verb", "Finish the draft"),
    DeadlineKind.ANSWER_ENQUIRY: pgettext_lazy("inbox verb", "Answer the enquiry"),
    DeadlineKind.CONDITIONS: pgettext_lazy("inbox verb", "Answer the conditions"),
    DeadlineKind.FORWARD: pgettext_lazy("inbox verb", "Answer about another country"),
    DeadlineKind.SEARCH: pgettext_lazy("inbox verb", "Search"),
    DeadlineKind.OBJECTION: pgettext_lazy("inbox verb", "Hear the person"),
    DeadlineKind.CORRECTION: pgettext_lazy("inbox verb", "Answer about the receipt"),
    DeadlineKind.CHILD_ANSWER: pgettext_lazy("inbox verb", "Give the answer of child protection"),
    DeadlineKind.FOLLOW_UP_30: pgettext_lazy("inbox verb", "Ask how the person is"),
    DeadlineKind.FOLLOW_UP_90: pgettext_lazy("inbox verb", "Ask again how the person is"),
    DeadlineKind.REQUEST: pgettext_lazy("inbox verb", "Decide about the request"),
    DeadlineKind.REFERRAL: pgettext_lazy("inbox verb", "Answer the referral"),
    DeadlineKind.REFERRAL_REPORT: pgettext_lazy("inbox verb", "Say how the help goes"),
    DeadlineKind.IDENTIFY: pgettext_lazy("inbox verb", "Decide on the identification"),
    DeadlineKind.REVIEW_CHILD: pgettext_lazy("inbox verb", "Make the determination"),
}
NEUTRAL_TASKS: Mapping[DeadlineKind, Sentence] = {
    DeadlineKind.CONFIRM_STOP: pgettext_lazy("inbox verb", "Say how it goes on"),
}
"""What the other side reads while a person is asked in private."""

LOOK = pgettext_lazy("inbox verb", "See")

TONES: Mapping[str, str] = {
    S.DRAFT: "neutral",
    S.OFFERED: "waiting",
    S.ACKNOWLEDGED: "waiting",
    S.CLARIFYING: "information",
    S.CONDITIONS_PUT: "information",
    S.ACCEPTED: "protected",
    S.HELD: "waiting",
    S.DEPARTED: "information",
    S.WHEREABOUTS_UNKNOWN: "gap",
    S.RECEIVED: "protected",
    S.COMPLETED: "protected",
    S.RECEIVED_OUTSIDE: "protected",
}
"""Tone of a state's tag; any other state is over and neutral."""

ENDED_BY_SENDER = pgettext_lazy("handover", "Ended by the sending country")
NOT_COVERED = _("Not covered now")
COVERED = _("Covered")


def say(sentence: Sentence, **names: object) -> SafeString:
    """A sentence with names and codes in their own direction, ready for a page."""
    marked = {name: bdi(value) for name, value in names.items()}
    return mark_safe(escape(str(sentence)) % marked)  # noqa: S308 - sentence and names are escaped


def plain(sentence: Sentence, **names: object) -> str:
    """The same for titles, messages and attributes, where marks take the place of elements."""
    return str(sentence) % {name: isolate(value) for name, value in names.items()}


def state_word(state: str, side: Side) -> Sentence:
    """The state as this side reads it."""
    if state == S.STOPPED and side is Side.RECEIVER:
        return ENDED_BY_SENDER
    return S(state).label


def task_word(kind: DeadlineKind, side: Side) -> Sentence:
    """What is due, as this side reads it."""
    return NEUTRAL_TASKS.get(kind, VERBS[kind]) if side is Side.RECEIVER else VERBS[kind]


def happened(kind: str, *, own: bool, side: Side) -> Sentence:
    """What an event says to this side; `own` when this side did it."""
    if kind in NEUTRAL and side is Side.RECEIVER and not own:
        return NEUTRAL[kind]
    return HAPPENED.get(kind, kind)


CODED: Mapping[str, type[TextChoices]] = {
    A.DECLINE: DeclineReason,
    A.WITHDRAW: WithdrawReason,
    A.REVOKE: RevokeReason,
    A.HOLD: HoldReason,
    A.END_SEARCH: SearchEnd,
    A.CHILD_ANSWER: YesNoUnknown,
    A.WRITE_MESSAGE: Phrase,
    A.RECORD_CALL: Phrase,
    A.FOLLOW_UP: Phrase,
    A.OVERRIDE: Gate,
}
"""Which enumeration the code of an event belongs to."""

HIDDEN_FROM_RECEIVER: Mapping[str, frozenset[str]] = {
    A.WITHDRAW: frozenset({WithdrawReason.PERSON}),
    A.HOLD: frozenset(CHILD_PROTECTION_DECIDES),
    A.END_SEARCH: frozenset(SearchEnd),
}
"""Codes that say what the person said or did: they stay with the sender."""


def reason_shown(code: str, side: Side, kind: str = A.WITHDRAW) -> str:
    """The code of an act of this kind in words, as this side reads it; empty where it says nothing to it."""
    if side is Side.RECEIVER and code in HIDDEN_FROM_RECEIVER.get(kind, ()):
        return ""
    if kind == A.PROPOSE_FORWARD or (kind == A.DIVERT and side is Side.SENDER):
        return country_name(code)
    known = CODED.get(kind)
    return str(known(code).label) if known is not None and code in known.values else ""
