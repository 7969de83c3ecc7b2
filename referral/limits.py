"""How long each step may take: the defaults of `domain.md` sections 2 and 3, each with its basis.

Agreements and rule packs override them. Hours always run; working days are those of the institution that owes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from common.working_time import Limit
from referral.enums import AgreementKind, Basis, DeadlineKind, RiskLevel


@dataclass(frozen=True, slots=True)
class Rule:
    """The time allowed for a step, by kind of case. A missing value falls back to `standard`."""

    standard: Limit
    urgent: Limit | None = None
    child: Limit | None = None
    urgent_child: Limit | None = None
    basis: Basis = Basis.DEFAULT


LIMITS: Mapping[DeadlineKind, Rule] = {
    DeadlineKind.TONIGHT: Rule(Limit(hours=4), urgent=Limit(hours=2), child=Limit(hours=2)),
    DeadlineKind.TAKE: Rule(Limit(hours=24), urgent=Limit(hours=4), child=Limit(hours=4)),
    DeadlineKind.RELEASE: Rule(Limit(hours=4)),
    DeadlineKind.SCREEN: Rule(Limit(hours=24)),
    DeadlineKind.CENTRE: Rule(Limit(hours=72)),
    DeadlineKind.CHILD_NOTICE: Rule(Limit(hours=24)),
    DeadlineKind.ACKNOWLEDGE: Rule(
        Limit(hours=48), urgent=Limit(hours=4), child=Limit(hours=24), urgent_child=Limit(hours=4)
    ),
    DeadlineKind.ANSWER_ENQUIRY: Rule(Limit(working_days=5), urgent=Limit(hours=24), child=Limit(working_days=3)),
    DeadlineKind.DECIDE: Rule(Limit(working_days=10), urgent=Limit(hours=48), child=Limit(working_days=10)),
    DeadlineKind.ANSWER: Rule(Limit(working_days=5), urgent=Limit(hours=24), child=Limit(working_days=5)),
    DeadlineKind.CONFIRM_ARRIVAL: Rule(Limit(hours=24), urgent=Limit(hours=2), child=Limit(hours=2)),
    DeadlineKind.FEEDBACK: Rule(Limit(days=7)),
    DeadlineKind.CONFIRM_STOP: Rule(Limit(hours=24)),
    DeadlineKind.STALE_DRAFT: Rule(Limit(working_days=10)),
    DeadlineKind.CONDITIONS: Rule(Limit(working_days=5), urgent=Limit(hours=24), child=Limit(working_days=5)),
    DeadlineKind.FORWARD: Rule(Limit(working_days=5), urgent=Limit(hours=24)),
    DeadlineKind.SEARCH: Rule(Limit(hours=24), urgent=Limit(hours=2), child=Limit(hours=2)),
    DeadlineKind.OBJECTION: Rule(Limit(hours=24)),
    DeadlineKind.CORRECTION: Rule(Limit(hours=24)),
    DeadlineKind.CHILD_ANSWER: Rule(Limit(hours=48)),
    DeadlineKind.FOLLOW_UP_30: Rule(Limit(days=30)),
    DeadlineKind.FOLLOW_UP_90: Rule(Limit(days=90)),
    DeadlineKind.REQUEST: Rule(Limit(working_days=5), urgent=Limit(hours=24)),
    DeadlineKind.REFERRAL: Rule(Limit(hours=24), urgent=Limit(hours=4), child=Limit(hours=4)),
    DeadlineKind.REFERRAL_REPORT: Rule(Limit(days=7)),
    DeadlineKind.IDENTIFY: Rule(Limit(working_days=5)),
    DeadlineKind.REVIEW_CHILD: Rule(Limit(hours=72)),
}

BINDING = (AgreementKind.REGIONAL, AgreementKind.MEMORANDUM, AgreementKind.AD_HOC)
"""Kinds of agreement whose limits count and that let information cross a border; an intention binds nobody."""

ERASE_AFTER_CLOSING = timedelta(days=365)
"""Exercise time from the closing of a case to its erasure (exercise default)."""
ERASE_AFTER_THE_END = timedelta(days=30)
"""Real time from the last act in a registry that has ended to the erasure of all its cases (exercise default)."""

TRAVEL_PLAN_BEFORE_DEPARTURE = Limit(hours=72)
"""A standard or child travel plan is exchanged 72 h before departure, an urgent one before departure (exercise default)."""

NOT_ARRIVED_AFTER = Limit(hours=6)
NOT_ARRIVED_AFTER_CHILD_OR_RISK = Limit(hours=2)
"""How long after the expected arrival it may be reported that the person has not arrived (exercise default)."""

CORRECT_RECEIPT_WITHIN = Limit(hours=24)
"""A receipt may be corrected within a day of its recording (exercise default)."""

RISK_VALID: Mapping[RiskLevel, Limit] = {
    RiskLevel.HIGH: Limit(days=7),
    RiskLevel.MEDIUM: Limit(days=30),
    RiskLevel.LOW: Limit(days=90),
}
"""How long a risk assessment may be relied on (exercise default)."""


def limit_for(kind: DeadlineKind, *, urgent: bool, child: bool) -> Limit:
    """The default limit of a step. For an urgent child the shorter of the two applies where the table says so."""
    rule = LIMITS[kind]
    if urgent and child:
        return rule.urgent_child or rule.urgent or rule.child or rule.standard
    if child:
        return rule.child or rule.standard
    if urgent:
        return rule.urgent or rule.standard
    return rule.standard
