"""Where things are: the page that fixes a gate, meets a deadline, or does an act. One place for all addresses."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse

from referral.enums import Action, DeadlineKind, Gate, HandoverState
from referral.models import Handover

D = DeadlineKind
A = Action

HOME_PAGES: Mapping[DeadlineKind, str] = {
    D.TONIGHT: "referral:tonight",
    D.TAKE: "referral:take",
    D.RELEASE: "referral:release",
    D.SCREEN: "referral:screening",
    D.CHILD_NOTICE: "referral:child_notice",
    D.REVIEW_RISK: "referral:risk",
}
"""The page of the person on which a task at home is done."""

ACT_PAGES: Mapping[Action, str] = {
    A.ACKNOWLEDGE: "referral:acknowledge",
    A.ACCEPT: "referral:decide",
    A.DECLINE: "referral:decide",
    A.ASK: "referral:ask",
    A.ANSWER: "referral:answer",
    A.HOLDING_REPLY: "referral:holding_reply",
    A.WITHDRAW: "referral:recall",
    A.DEPART: "referral:travel",
    A.RECEIVE: "referral:receive",
    A.GIVE_FEEDBACK: "referral:feedback",
    A.STOP: "referral:stop",
    A.CONFIRM_STOP: "referral:confirm_stop",
    A.CONTINUE: "referral:go_on",
}
"""The page of a handover on which an act is done."""


def person_url(code: str) -> str:
    """The person's page."""
    return reverse("referral:person", args=[code])


def handover_url(reference: str) -> str:
    """The page of a handover that was sent."""
    return reverse("referral:handover", args=[reference])


def sent_url(reference: str) -> str:
    """The confirmation after sending."""
    return reverse("referral:sent", args=[reference])


def draft_url(handover: Handover, step: str = "") -> str:
    """The task list of a draft, or one of its steps."""
    name = f"referral:draft_{step}" if step else "referral:draft"
    return reverse(name, args=[handover.case.person.public_code, handover.reference])


def place_of(handover: Handover) -> str:
    """A draft's task list, or the page of a handover that was sent."""
    return draft_url(handover) if handover.state == HandoverState.DRAFT else handover_url(handover.reference)


def home_task_url(kind: DeadlineKind, code: str) -> str:
    """Where a task at home is done."""
    return reverse(HOME_PAGES[kind], args=[code])


GATE_STEPS: Mapping[Gate, str] = {
    Gate.ORIGIN: "options",
    Gate.REFLECTION: "options",
    Gate.CAPACITY: "place",
    Gate.LEGAL_BASIS: "information",
    Gate.PREVIEW: "preview",
    Gate.CARE: "care",
}
"""The step of a draft on which a gate is put right."""


def gate_url(gate: Gate, handover: Handover) -> str:
    """The page on which what a gate asks for can be put right."""
    code = handover.case.person.public_code
    if gate is Gate.RISK:
        return reverse("referral:risk", args=[code])
    if gate in (Gate.AGREEMENT, Gate.PERMISSION):
        kind = "move" if gate is Gate.AGREEMENT else "share"
        about = {"kind": kind, "country": handover.receiver_country_id, "purpose": handover.purpose}
        return f"{reverse('referral:record_consent', args=[code])}?{urlencode(about)}"
    return draft_url(handover, GATE_STEPS[gate])
