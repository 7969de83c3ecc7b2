"""Where things are: the page that fixes a gate, meets a deadline, or does an act. One place for all addresses."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from common.addresses import address
from referral.enums import Action, DeadlineKind, Gate, HandoverState
from referral.models import Deadline, Handover
from referral.purposes import Asked

D = DeadlineKind
A = Action

HOME_PAGES: Mapping[DeadlineKind, str] = {
    D.TONIGHT: "referral:tonight",
    D.TAKE: "referral:take",
    D.RELEASE: "referral:release",
    D.SCREEN: "referral:screening",
    D.CENTRE: "referral:whereabouts",
    D.CHILD_NOTICE: "referral:child_notice",
    D.REVIEW_RISK: "referral:risk",
    D.IDENTIFY: "referral:identification",
    D.REVIEW_CHILD: "referral:child",
    D.SEARCH: "referral:whereabouts",
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
    A.PLAN_TRAVEL: "referral:plan_travel",
    A.DEPART: "referral:travel",
    A.RECEIVE: "referral:receive",
    A.GIVE_FEEDBACK: "referral:feedback",
    A.STOP: "referral:stop",
    A.CONFIRM_STOP: "referral:confirm_stop",
    A.CONTINUE: "referral:go_on",
    A.PUT_CONDITIONS: "referral:decide",
    A.AGREE_CONDITIONS: "referral:conditions",
    A.REFUSE_CONDITIONS: "referral:conditions",
    A.PROPOSE_FORWARD: "referral:propose_forward",
    A.AGREE_FORWARD: "referral:answer_forward",
    A.REFUSE_FORWARD: "referral:answer_forward",
    A.REVOKE: "referral:revoke",
    A.HOLD: "referral:hold",
    A.RESUME: "referral:resume",
    A.TURN_BACK: "referral:turn_back",
    A.ACCEPT_AND_RECEIVE: "referral:already_here",
    A.REPORT_NOT_ARRIVED: "referral:not_arrived",
    A.END_SEARCH: "referral:end_search",
    A.DIVERT: "referral:divert",
    A.OBJECT: "referral:object",
    A.DISENGAGE: "referral:disengage",
    A.DEATH: "referral:death",
    A.ASK_CORRECTION: "referral:ask_correction",
    A.AGREE_CORRECTION: "referral:answer_correction",
    A.REFUSE_CORRECTION: "referral:answer_correction",
    A.RECEIVE_OUTSIDE: "referral:arrived_outside",
    A.FOLLOW_UP: "referral:follow_up",
    A.SUPPLEMENT: "referral:supplement",
    A.CHILD_ANSWER: "referral:child_answer",
    A.WAIVE: "referral:waive",
    A.WRITE_MESSAGE: "referral:write",
    A.RECORD_CALL: "referral:call",
    A.DROP_PROPOSAL: "referral:drop_proposal",
}
"""The page of a handover on which an act is done."""


def person_url(code: str) -> str:
    """The person's page."""
    return address("referral:person", code)


def handover_url(reference: str) -> str:
    """The page of a handover that was sent."""
    return address("referral:handover", reference)


def sent_url(reference: str) -> str:
    """The confirmation after sending."""
    return address("referral:sent", reference)


def draft_url(handover: Handover, step: str = "") -> str:
    """The task list of a draft, or one of its steps."""
    name = f"referral:draft_{step}" if step else "referral:draft"
    return address(name, handover.case.person.public_code, handover.reference)


def alone_url(reference: str) -> str:
    """Where it is said that somebody does not travel with the family."""
    return address("referral:travel_alone", reference)


def place_of(handover: Handover) -> str:
    """A draft's task list, or the page of a handover that was sent."""
    return draft_url(handover) if handover.state == HandoverState.DRAFT else handover_url(handover.reference)


def home_task_url(kind: DeadlineKind, code: str) -> str:
    """Where a task at home is done."""
    return address(HOME_PAGES[kind], code)


GATE_STEPS: Mapping[Gate, str] = {
    Gate.ORIGIN: "options",
    Gate.REFLECTION: "options",
    Gate.CAPACITY: "place",
    Gate.LEGAL_BASIS: "information",
    Gate.PREVIEW: "preview",
    Gate.CARE: "care",
}
"""The step of a draft on which a gate is put right."""


def referral_url(reference: str) -> str:
    """The page of a request to a service at home."""
    return address("referral:referral", reference)


NOTICE_PAGES: Mapping[str, str] = {
    A.ENQUIRE: "referral:enquiries",
    "withdraw_enquiry": "referral:enquiries",
    A.SEEK: "referral:requests",
    A.REPLACE_OFFICER: "referral:digest",
}
"""Where a notice leads that is about no case that its reader may know, or about more than one."""

CASE_NOTICE_PAGES: Mapping[str, str] = {
    "closing_waits": "referral:file",
    "merge_asked": "referral:file",
    "negative_waits": "referral:identification",
}
"""Where a notice about a file asks for an answer; any other leads to the person's first page."""


def task_url(deadline: Deadline) -> str:
    """Where what is due is done, whatever it is about."""
    if deadline.enquiry is not None:
        return address("referral:enquiry", deadline.enquiry.reference)
    if deadline.request is not None:
        return address("referral:request", deadline.request.reference)
    if deadline.referral is not None:
        return referral_url(deadline.referral.reference)
    if deadline.handover is not None:
        return place_of(deadline.handover)
    kind, code = DeadlineKind(deadline.kind), deadline.case.person.public_code
    return home_task_url(kind, code) if kind in HOME_PAGES else person_url(code)


ASKED_PAGES: Mapping[Asked, str] = {
    Asked.NEED: "referral:needs",
    Asked.STATUS_TRACK: "referral:legal",
    Asked.WITNESS_TRACK: "referral:legal",
}
"""Where a purpose asks for something that is not put right on the page of its gate."""


def gate_url(gate: Gate, handover: Handover, asked: Asked | None = None) -> str:
    """The page on which what a gate, or the purpose, asks for can be put right."""
    code = handover.case.person.public_code
    if asked is not None and asked in ASKED_PAGES:
        return address(ASKED_PAGES[asked], code)
    if gate is Gate.RISK:
        return address("referral:risk", code)
    if gate is Gate.CARE and handover.state != HandoverState.DRAFT:
        return address("referral:needs", code)
    if gate in (Gate.AGREEMENT, Gate.PERMISSION):
        kind = "move" if gate is Gate.AGREEMENT else "share"
        about = {"kind": kind, "country": handover.receiver_country_id, "purpose": handover.purpose}
        return f"{address('referral:record_consent', code)}?{urlencode(about)}"
    return draft_url(handover, GATE_STEPS[gate])


def identity_url(reference: str) -> str:
    """Where the identity in what was sent with a handover is shown."""
    return address("referral:sent_identity", reference)
