"""Consent and the handover."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class ConsentKind(TextChoices):
    """Agreement to be moved and permission to share are two decisions; the legal basis is a third thing."""

    MOVE = "move", pgettext_lazy("consent", "Agreement to be moved")
    SHARE = "share", pgettext_lazy("consent", "Permission to share")
    LEGAL_BASIS = "legal_basis", pgettext_lazy("consent", "Legal basis without consent")


class ConsentDecision(TextChoices):
    GIVEN = "given", pgettext_lazy("consent", "Yes")
    REFUSED = "refused", pgettext_lazy("consent", "No")
    WITHDRAWN = "withdrawn", pgettext_lazy("consent", "Taken back")


class GivenBy(TextChoices):
    PERSON = "person", pgettext_lazy("consent given by", "The person")
    GUARDIAN = "guardian", pgettext_lazy("consent given by", "The guardian")


class Purpose(TextChoices):
    """Why a person would move; gates vary with it."""

    RETURN_CHOSEN = "return_chosen", pgettext_lazy("purpose", "Return the person chose")
    SAFETY = "safety", pgettext_lazy("purpose", "Safety elsewhere")
    FAMILY_UNITY = "family_unity", pgettext_lazy("purpose", "Family unity")
    SERVICES = "services", pgettext_lazy("purpose", "Services not available here")
    LEGAL_TRANSFER = ("legal_transfer", pgettext_lazy("purpose", "Asylum or legal transfer"))
    WITNESS = "witness", pgettext_lazy("purpose", "Relocation as a witness")


class Option(TextChoices):
    """What was put to the person; "stay" is always among them."""

    STAY = "stay", pgettext_lazy("option", "Stay here")
    RETURN = "return", pgettext_lazy("option", "Go back to the home country")
    MOVE = "move", pgettext_lazy("option", "Move to the receiving country")
    ELSEWHERE = "elsewhere", pgettext_lazy("option", "Move to another country")


class HandoverState(TextChoices):
    DRAFT = "draft", pgettext_lazy("handover", "Draft")
    OFFERED = "offered", pgettext_lazy("handover", "Sent, not acknowledged")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("handover", "Acknowledged")
    CLARIFYING = "clarifying", pgettext_lazy("handover", "Question open")
    CONDITIONS_PUT = "conditions_put", pgettext_lazy("handover", "Conditions put")
    ACCEPTED = "accepted", pgettext_lazy("handover", "Accepted, not arrived")
    HELD = "held", pgettext_lazy("handover", "On hold")
    DEPARTED = "departed", pgettext_lazy("handover", "On the way")
    WHEREABOUTS_UNKNOWN = ("whereabouts_unknown", pgettext_lazy("handover", "Whereabouts not known"))
    RECEIVED = "received", pgettext_lazy("handover", "Arrival confirmed")
    COMPLETED = "completed", pgettext_lazy("handover", "Completed")
    RECEIVED_OUTSIDE = ("received_outside", pgettext_lazy("handover", "Arrived outside the system"))
    DECLINED = "declined", pgettext_lazy("handover", "Cannot receive now")
    WITHDRAWN = "withdrawn", pgettext_lazy("handover", "Withdrawn")
    FORWARDED = "forwarded", pgettext_lazy("handover", "Sent on to another country")
    DIVERTED = "diverted", pgettext_lazy("handover", "Diverted")
    STOPPED = "stopped", pgettext_lazy("handover", "Stopped by the person")
    FAILED = "failed", pgettext_lazy("handover", "Not arrived, search ended")
    ENDED = "ended", pgettext_lazy("handover", "Ended")
    DISCARDED = "discarded", pgettext_lazy("handover", "Draft discarded")


OPEN_STATES: frozenset[HandoverState] = frozenset(
    {
        HandoverState.OFFERED,
        HandoverState.ACKNOWLEDGED,
        HandoverState.CLARIFYING,
        HandoverState.CONDITIONS_PUT,
        HandoverState.ACCEPTED,
        HandoverState.HELD,
        HandoverState.DEPARTED,
        HandoverState.WHEREABOUTS_UNKNOWN,
    }
)
"""One open handover per case (`domain.md` section 3); the database refuses a second."""


class DeclineReason(TextChoices):
    NO_CAPACITY = "no_capacity", pgettext_lazy("decline", "No suitable place now")
    SERVICE_MISSING = ("service_missing", pgettext_lazy("decline", "A needed service is not available here"))
    NOT_SAFE_HERE = ("not_safe_here", pgettext_lazy("decline", "The person would not be safe here"))
    LEGAL_OBSTACLE = "legal_obstacle", pgettext_lazy("decline", "A legal obstacle")
    IDENTITY = "identity", pgettext_lazy("decline", "Identity not established")
    OTHER_COUNTRY = ("other_country", pgettext_lazy("decline", "Another country is better placed"))
    NOT_BEFORE = ("not_before", pgettext_lazy("decline", "Our own national: a later date is proposed"))


class WithdrawReason(TextChoices):
    PERSON = "person", pgettext_lazy("withdraw", "The person no longer wants this")
    BETTER_HERE = "better_here", pgettext_lazy("withdraw", "Help was found here")
    RISK = "risk", pgettext_lazy("withdraw", "The risk has changed")
    SENT_IN_ERROR = ("sent_in_error", pgettext_lazy("withdraw", "Sent to the wrong country"))
    NO_ANSWER = "no_answer", pgettext_lazy("withdraw", "No answer came")


class EnquiryState(TextChoices):
    OPEN = "open", pgettext_lazy("enquiry", "Waiting for an answer")
    YES = "yes", pgettext_lazy("enquiry", "Yes")
    NO = "no", pgettext_lazy("enquiry", "No")
    LAPSED = "lapsed", pgettext_lazy("enquiry", "No answer")


class PullState(TextChoices):
    OPEN = "open", pgettext_lazy("pull request", "Waiting for the holder")
    AGREED = "agreed", pgettext_lazy("pull request", "Agreed")
    REFUSED = "refused", pgettext_lazy("pull request", "Answered")


class Gate(TextChoices):
    """The conditions of a handover (`domain.md` section 3), in its numbering; 5 and 7 join with their data."""

    AGREEMENT = "1", pgettext_lazy("gate", "The person agrees to be moved")
    RISK = "2", pgettext_lazy("gate", "The risk is assessed")
    PERMISSION = "3", pgettext_lazy("gate", "The person permits the sharing")
    ORIGIN = "4", pgettext_lazy("gate", "Nothing reaches a state the person fears")
    CAPACITY = "6", pgettext_lazy("gate", "There is a place")
    PREVIEW = "8", pgettext_lazy("gate", "You have seen what will be sent")
    CARE = "9", pgettext_lazy("gate", "The time between is planned")
