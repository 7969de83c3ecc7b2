"""The tables of the registry, one file per aggregate."""

from referral.models.care import Need, Release, Service
from referral.models.case import Assignment, Case, RiskAssessment, Screening, Whereabouts
from referral.models.child import ChildFile
from referral.models.consent import Consent
from referral.models.custody import Custody
from referral.models.deadline import Deadline, Reminder
from referral.models.disclosure import Disclosure, FrozenIdentity, Packet, Seal, Supplement
from referral.models.enquiry import Enquiry, PullRequest
from referral.models.event import Amendment, CaseEvent, EventPayload
from referral.models.handover import Handover, Message, OutsideAnswer, Question
from referral.models.home import ContinuingTask, HealthEntry, HomeReferral, Identification, Voice
from referral.models.legal import LegalTrack
from referral.models.notice import Mail, Notice
from referral.models.oversight import AuditReview, BreakGlass, Denial, OverdueAsk
from referral.models.person import BlockedRecipient, Person, PersonIdentity, PersonLink
from referral.models.reach import CaseReach
from referral.models.registry import Agreement, Capacity, ClockSegment, Institution, Membership, Registry, RulePack
from referral.models.second_person import Proposal

__all__ = [
    "Agreement",
    "Amendment",
    "Assignment",
    "AuditReview",
    "BlockedRecipient",
    "BreakGlass",
    "Capacity",
    "Case",
    "CaseEvent",
    "CaseReach",
    "ChildFile",
    "ClockSegment",
    "Consent",
    "ContinuingTask",
    "Custody",
    "Deadline",
    "Denial",
    "Disclosure",
    "Enquiry",
    "EventPayload",
    "FrozenIdentity",
    "Handover",
    "HealthEntry",
    "HomeReferral",
    "Identification",
    "Institution",
    "LegalTrack",
    "Mail",
    "Membership",
    "Message",
    "Need",
    "Notice",
    "OutsideAnswer",
    "OverdueAsk",
    "Packet",
    "Person",
    "PersonIdentity",
    "PersonLink",
    "Proposal",
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
    "Supplement",
    "Voice",
    "Whereabouts",
]
