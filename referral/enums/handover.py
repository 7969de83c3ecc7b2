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

OVER_STATES: tuple[HandoverState, ...] = tuple(
    state
    for state in HandoverState
    if state not in OPEN_STATES and state not in (HandoverState.DRAFT, HandoverState.DISCARDED)
)
"""What was sent and is decided: nothing more happens before arrival. The inbox reads it through an index of its own."""


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


class Condition(TextChoices):
    """What a receiver may ask for before it accepts. Some are never allowed: `FORBIDDEN_CONDITIONS`."""

    LATER = "later", pgettext_lazy("condition", "A later date")
    ESCORT = "escort", pgettext_lazy("condition", "Somebody travels along")
    MEDICINE = "medicine", pgettext_lazy("condition", "Medicine for the first weeks")
    INTERPRETER = "interpreter", pgettext_lazy("condition", "An interpreter for the first days")
    DOCUMENTS = "documents", pgettext_lazy("condition", "Copies of papers that the person permits")
    HOME_STUDY = "home_study", pgettext_lazy("condition", "A home study first")
    TESTIMONY = "testimony", pgettext_lazy("condition", "The person testifies")
    TEST = "test", pgettext_lazy("condition", "An age test or a medical test")
    WAIVER = "waiver", pgettext_lazy("condition", "The person gives up a right or what is owed")
    PAYMENT = "payment", pgettext_lazy("condition", "Somebody pays")


FORBIDDEN_CONDITIONS: frozenset[Condition] = frozenset(
    {Condition.TESTIMONY, Condition.TEST, Condition.WAIVER, Condition.PAYMENT}
)
"""Help never depends on these (`domain.md` section 3)."""


class RevokeReason(TextChoices):
    """Why a receiver takes its acceptance back; never once the person has departed."""

    CAPACITY = "capacity", pgettext_lazy("revoke", "The place is no longer free")
    BORDER = "border", pgettext_lazy("revoke", "The border is closed")
    SAFETY = "safety", pgettext_lazy("revoke", "The person would not be safe here now")


class HoldReason(TextChoices):
    """Why nothing moves for now. Who placed a hold, or child protection, ends it."""

    PERSON = "person", pgettext_lazy("hold", "The person wants to stop; to be asked in private")
    UNCONFIRMED = "unconfirmed", pgettext_lazy("hold", "The person took the agreement back; to be asked in private")
    CHILD_OBJECTS = "child_objects", pgettext_lazy("hold", "The child objects; child protection decides")
    MISSING = "missing", pgettext_lazy("hold", "Nobody knows where the person is")
    AGREEMENT = "agreement", pgettext_lazy("hold", "The agreement between the countries is suspended")
    RISK = "risk", pgettext_lazy("hold", "The risk has changed")
    PRACTICAL = "practical", pgettext_lazy("hold", "Travel or papers are not ready")


ASKED_IN_PRIVATE: frozenset[HoldReason] = frozenset({HoldReason.PERSON, HoldReason.UNCONFIRMED})
"""Holds that end when the person was asked in private."""
CHILD_PROTECTION_DECIDES: frozenset[HoldReason] = ASKED_IN_PRIVATE | {HoldReason.CHILD_OBJECTS}
"""Holds of a child that nobody but child protection ends."""


class Alert(TextChoices):
    """How loud a search is. An adult who leaves by choice is not missing: alert only with signs of danger."""

    QUIET = "quiet", pgettext_lazy("alert", "Quiet search: institutions only")
    URGENT = "urgent", pgettext_lazy("alert", "Urgent search: a child, or signs of danger")


class SearchEnd(TextChoices):
    LOST = "lost", pgettext_lazy("search end", "Three attempts, and no contact")
    OWN_CHOICE = "own_choice", pgettext_lazy("search end", "Left by own choice, and safe as far as is known")
    ELSEWHERE = "elsewhere", pgettext_lazy("search end", "Found by others, outside this handover")


class ReflectionAnswer(TextChoices):
    """How a handover keeps the time of recovery and reflection (gate 5)."""

    CONTINUES = "continues", pgettext_lazy("reflection", "The remaining days go on in the receiving country")
    ASKED = "asked", pgettext_lazy("reflection", "The person asked, after advice, to move before the days are over")


class TransferBasis(TextChoices):
    """What lets the information cross this border (gate 7). An intention or a justice arrangement is none."""

    ECOWAS = "ecowas", pgettext_lazy("transfer basis", "ECOWAS act on personal data")
    MALABO = "malabo", pgettext_lazy("transfer basis", "Malabo Convention")
    GDPR = "gdpr", pgettext_lazy("transfer basis", "Same data protection law (GDPR)")
    AGREEMENT = "agreement", pgettext_lazy("transfer basis", "Agreement in force")
    VITAL = "vital", pgettext_lazy("transfer basis", "Vital interests of the person")


class ProposalState(TextChoices):
    """What a second person has said."""

    OPEN = "open", pgettext_lazy("proposal", "Waits for a second person")
    CONFIRMED = "confirmed", pgettext_lazy("proposal", "Confirmed")
    DROPPED = "dropped", pgettext_lazy("proposal", "Not gone on with")


class MessageKind(TextChoices):
    MESSAGE = "message", pgettext_lazy("message", "Message")
    CALL = "call", pgettext_lazy("message", "Call")


class Phrase(TextChoices):
    """Coded phrases: each reader sees them in the own language."""

    CALL_BACK = "call_back", pgettext_lazy("phrase", "Please call our office about this person.")
    WORKING = "working", pgettext_lazy("phrase", "We are working on it.")
    PLACE_SOON = "place_soon", pgettext_lazy("phrase", "A place becomes free soon.")
    NEEDS_INTERPRETER = "needs_interpreter", pgettext_lazy("phrase", "Please have an interpreter ready.")
    NEEDS_DOCTOR = "needs_doctor", pgettext_lazy("phrase", "Please have a doctor ready.")
    DELAYED = "delayed", pgettext_lazy("phrase", "The journey is delayed.")
    PERSON_WELL = "person_well", pgettext_lazy("phrase", "The person is well.")
    PERSON_ASKS = "person_asks", pgettext_lazy("phrase", "The person asks for news.")
    THANKS = "thanks", pgettext_lazy("phrase", "Thank you. We have what we need.")
    NO_ANSWER = "no_answer", pgettext_lazy("phrase", "We called and reached nobody.")


class AskKind(TextChoices):
    """What an institution asks about a person who may be in somebody else's care. The asker is told nothing."""

    SEARCH = "search", pgettext_lazy("request", "We are looking for this person")
    PRESENCE = "presence", pgettext_lazy("request", "This person is with us")
    PULL = "pull", pgettext_lazy("request", "We ask to answer for this person")


class EnquiryState(TextChoices):
    OPEN = "open", pgettext_lazy("enquiry", "Waiting for an answer")
    YES = "yes", pgettext_lazy("enquiry", "Yes")
    NO = "no", pgettext_lazy("enquiry", "No")
    LAPSED = "lapsed", pgettext_lazy("enquiry", "No answer")
    WITHDRAWN = "withdrawn", pgettext_lazy("enquiry", "Taken back")


class PullState(TextChoices):
    OPEN = "open", pgettext_lazy("pull request", "Waiting for the holder")
    AGREED = "agreed", pgettext_lazy("pull request", "Agreed")
    REFUSED = "refused", pgettext_lazy("pull request", "Answered")


class Gate(TextChoices):
    """The nine conditions of a handover (`domain.md` section 3), in its numbering."""

    AGREEMENT = "1", pgettext_lazy("gate", "The person agrees to be moved")
    RISK = "2", pgettext_lazy("gate", "The risk is assessed")
    PERMISSION = "3", pgettext_lazy("gate", "The person permits the sharing")
    ORIGIN = "4", pgettext_lazy("gate", "Nothing reaches a state the person fears")
    REFLECTION = "5", pgettext_lazy("gate", "The time of reflection is kept")
    CAPACITY = "6", pgettext_lazy("gate", "There is a place")
    LEGAL_BASIS = "7", pgettext_lazy("gate", "The information may cross this border")
    PREVIEW = "8", pgettext_lazy("gate", "You have seen what will be sent")
    CARE = "9", pgettext_lazy("gate", "The time between is planned")
