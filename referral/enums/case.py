"""The case: how it began, its stage, screening, risk, care and law."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FoundBy(TextChoices):
    """How the person came to be seen: HTCDS speaks of identification channels."""

    BORDER = "border", pgettext_lazy("found by", "Border check or disembarkation")
    POLICE = "police", pgettext_lazy("found by", "Police or labour inspection")
    HEALTH = "health", pgettext_lazy("found by", "Health worker")
    SCHOOL = "school", pgettext_lazy("found by", "School")
    NGO = "ngo", pgettext_lazy("found by", "Organisation or community")
    SELF = "self", pgettext_lazy("found by", "The person asked for help")
    HOTLINE = "hotline", pgettext_lazy("found by", "Helpline")
    OTHER_COUNTRY = "other_country", pgettext_lazy("found by", "Another country")


class CaseStage(TextChoices):
    """The main thread of a case (`domain.md` section 2); tracks run beside it and it may go back."""

    DETECTED = "detected", pgettext_lazy("stage", "Found")
    SCREENED = "screened", pgettext_lazy("stage", "Screened")
    UNDER_IDENTIFICATION = ("under_identification", pgettext_lazy("stage", "Under identification"))
    REFLECTION = "reflection", pgettext_lazy("stage", "Recovery and reflection")
    STATUS_DECIDED = "status_decided", pgettext_lazy("stage", "Status decided")
    SUPPORTED = "supported", pgettext_lazy("stage", "Supported")
    REINTEGRATION = "reintegration", pgettext_lazy("stage", "Reintegration")
    MONITORED = "monitored", pgettext_lazy("stage", "Followed up")
    MISSING = "missing", pgettext_lazy("stage", "Missing")
    REOPENED = "reopened", pgettext_lazy("stage", "Reopened")
    CLOSED = "closed", pgettext_lazy("stage", "Closed")


class TraffickingStatus(TextChoices):
    NOT_ASSESSED = "not_assessed", _("Not assessed yet")
    PRESUMED = "presumed", _("Presumed trafficked")
    REASONABLE_GROUNDS = "reasonable_grounds", _("Reasonable grounds")
    IDENTIFIED = "identified", _("Identified")
    NOT_IDENTIFIED = "not_identified", _("Not trafficked")


class RiskLevel(TextChoices):
    """Valid for 7, 30 and 90 days (exercise default)."""

    HIGH = "high", pgettext_lazy("risk", "High")
    MEDIUM = "medium", pgettext_lazy("risk", "Medium")
    LOW = "low", pgettext_lazy("risk", "Low")


class RiskDomain(TextChoices):
    TRAFFICKERS = "traffickers", pgettext_lazy("risk domain", "Traffickers")
    FAMILY = "family", pgettext_lazy("risk domain", "Family and community")
    HEALTH = "health", pgettext_lazy("risk domain", "Health")
    SELF_HARM = "self_harm", pgettext_lazy("risk domain", "Self-harm")
    RETRAFFICKING = ("retrafficking", pgettext_lazy("risk domain", "Being trafficked again"))
    TRAVEL = "travel", pgettext_lazy("risk domain", "Travel")
    RECEIVING = "receiving", pgettext_lazy("risk domain", "Receiving country")


class Opinion(TextChoices):
    """A screening is an aid, never a decision."""

    POSSIBLE = "possible", _("Trafficking is possible")
    UNLIKELY = "unlikely", _("Trafficking is unlikely")
    UNCLEAR = "unclear", _("Unclear")


class Indicator(TextChoices):
    """The short list for first responders, our own wording after the ILO/EC indicators of 2009."""

    DECEIVED = "deceived", _("Was promised something that turned out to be untrue")
    RECRUITED_ONLINE = ("recruited_online", _("Was recruited online by someone never met before"))
    DOCUMENTS_TAKEN = ("documents_taken", _("Somebody else keeps the person's documents or phone"))
    CANNOT_LEAVE = "cannot_leave", _("Could not leave, or was watched or locked in")
    DEBT = "debt", _("Owes a debt that grows or cannot be checked")
    WAGES_WITHHELD = "wages_withheld", _("Was paid little or nothing for work done")
    VIOLENCE = "violence", _("Was hurt, or somebody close was hurt")
    THREATS = "threats", _("Was threatened, or family was threatened")
    FORCED_OFFENCE = "forced_offence", _("Was made to break the law")
    SPOKEN_FOR = ("spoken_for", _("Somebody else speaks for the person or answers in the person's place"))
    CHILD_WORKING = ("child_working", _("Is a child who works, begs or lives with an unrelated adult"))
    FEAR = "fear", _("Is afraid of somebody and cannot say why")


class WhereaboutsKind(TextChoices):
    """Where the person is, as known. `covered` is derived from it: `referral.coverage`."""

    SAFE_PLACE = "safe_place", _("In safe accommodation")
    SUPPORTED_PLACE = "supported_place", _("In a safe place with support running")
    ESCORTED = "escorted", _("Travelling with a named escort")
    ALONE = "alone", _("Travelling alone")
    NO_SAFE_PLACE = "no_safe_place", _("No safe place tonight")
    DETAINED = "detained", _("Detained")
    MISSING = "missing", _("Missing")
    LEFT_BY_CHOICE = "left_by_choice", _("Left by own choice")
    ELSEWHERE = "elsewhere", _("In another country, with nobody")
    ARRIVED = "arrived", _("Arrived in the receiving country")
    DIED = "died", _("Has died")


class AssignmentKind(TextChoices):
    FIRST_RESPONDER = "first_responder", pgettext_lazy("assignment", "First responder")
    FOCAL_POINT = "focal_point", pgettext_lazy("assignment", "Focal point")
    CASE_MANAGER = "case_manager", pgettext_lazy("assignment", "Case manager")
    SHELTER = "shelter", pgettext_lazy("assignment", "Shelter place")
    CHILD_PROTECTION = ("child_protection", pgettext_lazy("assignment", "Child protection"))
    HEALTH = "health", pgettext_lazy("assignment", "Health worker")
    GUARDIAN = "guardian", pgettext_lazy("assignment", "Guardian")
    AUTHORITY = "authority", pgettext_lazy("assignment", "Competent authority")
    ASYLUM = "asylum", pgettext_lazy("assignment", "Asylum liaison")
    JUSTICE = "justice", pgettext_lazy("assignment", "Justice liaison")
    CONSULATE = "consulate", pgettext_lazy("assignment", "Consular officer")
    ADVISER = "adviser", pgettext_lazy("assignment", "Survivor adviser")
    PROVIDER = "provider", pgettext_lazy("assignment", "Service provider")


class CustodyReason(TextChoices):
    INTAKE = "intake", pgettext_lazy("custody", "Found in this country")
    RECEIVED = "received", pgettext_lazy("custody", "Arrival confirmed")
    CORRECTED = "corrected", pgettext_lazy("custody", "Receipt corrected")
    MERGED = ("merged", pgettext_lazy("custody", "Continues in another file of the same person"))
    CLOSED = "closed", pgettext_lazy("custody", "Closed")


class NeedKind(TextChoices):
    SHELTER = "shelter", pgettext_lazy("need", "A safe place")
    MEDICAL = "medical", pgettext_lazy("need", "Medical care")
    COUNSELLING = "counselling", pgettext_lazy("need", "Counselling")
    LEGAL = "legal", pgettext_lazy("need", "Legal aid")
    DOCUMENTS = "documents", pgettext_lazy("need", "Documents")
    FAMILY = "family", pgettext_lazy("need", "Family contact")
    INCOME = "income", pgettext_lazy("need", "Education, work and income")


class Urgency(TextChoices):
    URGENT = "urgent", pgettext_lazy("urgency", "Urgent")
    STANDARD = "standard", pgettext_lazy("urgency", "Standard")


class ServiceState(TextChoices):
    PLANNED = "planned", pgettext_lazy("service", "Planned")
    CONFIRMED = "confirmed", pgettext_lazy("service", "Confirmed")
    RUNNING = "running", pgettext_lazy("service", "Running")
    ENDED = "ended", pgettext_lazy("service", "Ended")


class LegalTrackKind(TextChoices):
    ASYLUM = "asylum", pgettext_lazy("legal track", "Asylum")
    REFLECTION = "reflection", pgettext_lazy("legal track", "Recovery and reflection")
    PERMIT = "permit", pgettext_lazy("legal track", "Residence permit")
    COOPERATION = ("cooperation", pgettext_lazy("legal track", "Cooperation, never a condition"))
    WITNESS = "witness", pgettext_lazy("legal track", "Witness protection")
    OFFENCE = ("offence", pgettext_lazy("legal track", "Offence linked to the trafficking"))
    CLAIM = "claim", pgettext_lazy("legal track", "Compensation or wages")


class LegalTrackState(TextChoices):
    INTENDED = "intended", pgettext_lazy("legal track", "Intended")
    OPEN = "open", pgettext_lazy("legal track", "Open")
    APPEAL = "appeal", pgettext_lazy("legal track", "On appeal")
    GRANTED = "granted", pgettext_lazy("legal track", "Granted")
    ENDED = "ended", pgettext_lazy("legal track", "Ended")


class ClosureReason(TextChoices):
    """Why a case is closed. A missing child is never closed (`domain.md` section 2)."""

    WISH = "wish", pgettext_lazy("closure", "The person wishes it")
    FOLLOWED_UP = "followed_up", pgettext_lazy("closure", "The last follow-up is done")
    LOST_CONTACT = "lost_contact", pgettext_lazy("closure", "Contact lost: three attempts and 90 days")
    OUTSIDE = "outside", pgettext_lazy("closure", "Goes on outside the system")
    DIED = "died", pgettext_lazy("closure", "Died")
    DUPLICATE = "duplicate", pgettext_lazy("closure", "Continues in another file of the same person")
    NOT_TRAFFICKED = "not_trafficked", pgettext_lazy("closure", "Not trafficked, and helped elsewhere")


class ReferralState(TextChoices):
    """A request for help to a service at home. Custody does not move."""

    SENT = "sent", pgettext_lazy("referral", "Sent")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("referral", "Acknowledged")
    ACCEPTED = "accepted", pgettext_lazy("referral", "Help begins")
    DECLINED = "declined", pgettext_lazy("referral", "Cannot help now")
    REPORTED = "reported", pgettext_lazy("referral", "Help reported")
    WITHDRAWN = "withdrawn", pgettext_lazy("referral", "Taken back")


class IdentificationStep(TextChoices):
    REASONABLE_GROUNDS = "reasonable_grounds", pgettext_lazy("identification", "Reasonable grounds")
    FINAL = "final", pgettext_lazy("identification", "Final decision")


class IdentificationDecision(TextChoices):
    POSITIVE = "positive", pgettext_lazy("identification", "Yes")
    NEGATIVE = "negative", pgettext_lazy("identification", "No")


class VoiceKind(TextChoices):
    """What a survivor adviser passes on, with the person's permission only."""

    WITHDRAW = "withdraw", pgettext_lazy("voice", "Take a permission back")
    CORRECT = "correct", pgettext_lazy("voice", "Something written is wrong")
    COMPLAIN = "complain", pgettext_lazy("voice", "Complain")
    RATE = "rate", pgettext_lazy("voice", "Say how the help was")
