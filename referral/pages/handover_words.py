"""The words of a handover: what happened, what to do, where it stands, each as one sentence of its own."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.phrases import isolate
from common.templatetags.ui import bdi
from referral.enums import Action, DeadlineKind, DeclineReason, HandoverState, WithdrawReason
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
    A.DEPART: pgettext_lazy("event", "Departed"),
    A.RECEIVE: pgettext_lazy("event", "Arrival confirmed"),
    A.GIVE_FEEDBACK: pgettext_lazy("event", "Feedback given"),
    A.STOP: pgettext_lazy("event", "The person wants to stop"),
    A.CONFIRM_STOP: pgettext_lazy("event", "Stopped by the person"),
    A.CONTINUE: pgettext_lazy("event", "The person wants to go on"),
    A.LAPSE: pgettext_lazy("event", "The regional coordinator was told"),
}
"""An act as it stands in the record, by the code of its event."""

NEUTRAL: Mapping[str, Sentence] = {
    A.STOP: pgettext_lazy("event", "Put on hold"),
    A.CONFIRM_STOP: pgettext_lazy("event", "Ended by the sending country"),
    A.CONTINUE: pgettext_lazy("event", "Goes on"),
}
"""What the other side reads when a person stops: a neutral code (`domain.md` section 3)."""

DECLINED = frozenset({A.DECLINE, A.WITHDRAW, A.CONFIRM_STOP, A.DISCARD})
"""Acts that the timeline marks with a cross."""

VERBS: Mapping[DeadlineKind, Sentence] = {
    DeadlineKind.TONIGHT: pgettext_lazy("inbox verb", "Make safe tonight"),
    DeadlineKind.TAKE: pgettext_lazy("inbox verb", "Take"),
    DeadlineKind.RELEASE: pgettext_lazy("inbox verb", "Release"),
    DeadlineKind.SCREEN: pgettext_lazy("inbox verb", "Screen"),
    DeadlineKind.CHILD_NOTICE: pgettext_lazy("inbox verb", "Tell child protection"),
    DeadlineKind.ACKNOWLEDGE: pgettext_lazy("inbox verb", "Acknowledge"),
    DeadlineKind.DECIDE: pgettext_lazy("inbox verb", "Decide"),
    DeadlineKind.ANSWER: pgettext_lazy("inbox verb", "Answer"),
    DeadlineKind.TRAVEL_PLAN: pgettext_lazy("inbox verb", "Record the departure"),
    DeadlineKind.CONFIRM_ARRIVAL: pgettext_lazy("inbox verb", "Confirm arrival"),
    DeadlineKind.FEEDBACK: pgettext_lazy("inbox verb", "Give feedback"),
    DeadlineKind.CONFIRM_STOP: pgettext_lazy("inbox verb", "Ask in private"),
    DeadlineKind.REVIEW_RISK: pgettext_lazy("inbox verb", "Review risk"),
    DeadlineKind.STALE_DRAFT: pgettext_lazy("inbox verb", "Finish the draft"),
    DeadlineKind.ANSWER_ENQUIRY: pgettext_lazy("inbox verb", "Answer the enquiry"),
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


def reason_shown(code: str, side: Side) -> str:
    """A coded reason in words. That the person no longer wants it stays with the sender."""
    if code == WithdrawReason.PERSON and side is Side.RECEIVER:
        return ""
    for reasons in (DeclineReason, WithdrawReason):
        if code in reasons.values:
            return str(reasons(code).label)
    return ""
