"""The tables of the registry, one file per aggregate."""

from referral.models.care import Need, Release, Service
from referral.models.case import Assignment, Case, RiskAssessment, Screening, Whereabouts
from referral.models.child import ChildFile
from referral.models.consent import Consent
from referral.models.custody import Custody
from referral.models.deadline import Deadline, Reminder
from referral.models.disclosure import Disclosure, Packet, Seal
from referral.models.event import CaseEvent, EventPayload
from referral.models.handover import Enquiry, Handover, PullRequest, Question
from referral.models.legal import LegalTrack
from referral.models.notice import Mail, Notice
from referral.models.person import BlockedRecipient, Person, PersonIdentity, PersonLink
from referral.models.registry import Agreement, Capacity, ClockSegment, Institution, Membership, Registry, RulePack

__all__ = [
    "Agreement",
    "Assignment",
    "BlockedRecipient",
    "Capacity",
    "Case",
    "CaseEvent",
    "ChildFile",
    "ClockSegment",
    "Consent",
    "Custody",
    "Deadline",
    "Disclosure",
    "Enquiry",
    "EventPayload",
    "Handover",
    "Institution",
    "LegalTrack",
    "Mail",
    "Membership",
    "Need",
    "Notice",
    "Packet",
    "Person",
    "PersonIdentity",
    "PersonLink",
    "PullRequest",
    "Question",
    "Registry",
    "Release",
    "Reminder",
    "RiskAssessment",
    "RulePack",
    "Screening",
    "Seal",
    "Service",
    "Whereabouts",
]
