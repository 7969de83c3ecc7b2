"""Asking a service at home to help: the states of a referral, what each step needs, and what may be told. Pure data.

Custody never moves here (`domain.md` section 1). The service answers; whoever asked may take the request back until then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from referral.enums import AssignmentKind, Compartment, DeadlineKind, InstitutionKind, ReferralState, Role
from referral.packet import SHAREABLE
from referral.policy import COMPARTMENTS, Right

S = ReferralState
D = DeadlineKind
K = InstitutionKind


class Answer(StrEnum):
    """What may be done with a referral after it was sent."""

    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    DECLINE = "decline"
    REPORT = "report"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Step:
    """One row: from which states to which, by whom, with which facts, and what falls due or is met."""

    sources: frozenset[ReferralState]
    target: ReferralState
    by_provider: bool
    needs: tuple[str, ...] = ()
    opens: tuple[DeadlineKind, ...] = ()
    closes: tuple[DeadlineKind, ...] = ()
    moot: bool = False
    """Whether what it closes is no longer needed, instead of met."""


STEPS: Mapping[Answer, Step] = {
    Answer.ACKNOWLEDGE: Step(frozenset({S.SENT}), S.ACKNOWLEDGED, by_provider=True),
    Answer.ACCEPT: Step(
        frozenset({S.SENT, S.ACKNOWLEDGED}),
        S.ACCEPTED,
        by_provider=True,
        opens=(D.REFERRAL_REPORT,),
        closes=(D.REFERRAL,),
    ),
    Answer.DECLINE: Step(
        frozenset({S.SENT, S.ACKNOWLEDGED}),
        S.DECLINED,
        by_provider=True,
        needs=("decline_reason",),
        closes=(D.REFERRAL,),
    ),
    Answer.REPORT: Step(
        frozenset({S.ACCEPTED}), S.REPORTED, by_provider=True, needs=("feedback",), closes=(D.REFERRAL_REPORT,)
    ),
    Answer.WITHDRAW: Step(
        frozenset({S.SENT, S.ACKNOWLEDGED}), S.WITHDRAWN, by_provider=False, closes=(D.REFERRAL,), moot=True
    ),
}
"""Every step after sending. Sending itself begins at `sent` and opens the deadline to answer."""

EVENTS: Mapping[Answer, str] = {
    Answer.ACKNOWLEDGE: "referral_acknowledged",
    Answer.ACCEPT: "referral_accepted",
    Answer.DECLINE: "referral_declined",
    Answer.REPORT: "referral_reported",
    Answer.WITHDRAW: "referral_withdrawn",
}
"""The kind of event of each step in the record of the case."""

WAITING = frozenset({S.SENT, S.ACKNOWLEDGED})
"""States in which the service has not said whether it helps."""

PROVIDERS: tuple[InstitutionKind, ...] = (
    K.SHELTER, K.HEALTH, K.LEGAL_AID, K.SOCIAL_SERVICE, K.CHILD_PROTECTION, K.NGO, K.SURVIVOR_LED, K.REINTEGRATION,
    K.SCHOOL, K.TRADE_UNION, K.INTERNATIONAL,
)  # fmt: skip
"""Who may be asked for help. Police, border, prosecution and inspection never get a person's facts this way (firewall)."""

WORK_OF: Mapping[InstitutionKind, AssignmentKind] = {
    K.SHELTER: AssignmentKind.SHELTER,
    K.HEALTH: AssignmentKind.HEALTH,
    K.CHILD_PROTECTION: AssignmentKind.CHILD_PROTECTION,
}
ROLE_OF: Mapping[InstitutionKind, Role] = {K.HEALTH: Role.HEALTH_WORKER, K.CHILD_PROTECTION: Role.CHILD_PROTECTION}


def work_of(kind: str) -> AssignmentKind:
    """As what a service of this kind works on the case once it helps."""
    return WORK_OF.get(InstitutionKind(kind), AssignmentKind.PROVIDER)


def may_be_told(kind: str) -> tuple[Compartment, ...]:
    """Compartments that a referral to a service of this kind can disclose: what its role reads, or gets by a packet."""
    rights = COMPARTMENTS[ROLE_OF.get(InstitutionKind(kind), Role.SERVICE_PROVIDER)]
    return tuple(c for c in SHAREABLE if rights[c] is not Right.NONE)


def possible(state: str, *, provider: bool) -> tuple[Answer, ...]:
    """The steps that this side can take from this state."""
    return tuple(
        answer
        for answer, step in STEPS.items()
        if ReferralState(state) in step.sources and step.by_provider is provider
    )
