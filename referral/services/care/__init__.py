"""Looking after a person at home."""

from referral.services.care.assessment import assess_risk, record_legal, record_screening
from referral.services.care.blocked import block_recipient, lift_block
from referral.services.care.child import record_child, review_majority, tell_child_protection
from referral.services.care.support import add_need, add_service, assign, end_service, meet_need, unassign
from referral.services.care.tonight import raise_danger, record_person, record_tonight, record_whereabouts

__all__ = [
    "add_need",
    "add_service",
    "assess_risk",
    "assign",
    "block_recipient",
    "end_service",
    "lift_block",
    "meet_need",
    "raise_danger",
    "record_child",
    "record_legal",
    "record_person",
    "record_screening",
    "record_tonight",
    "record_whereabouts",
    "review_majority",
    "tell_child_protection",
    "unassign",
]
