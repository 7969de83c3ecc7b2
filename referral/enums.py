"""Every code that the registry stores, with its words. The words live here and nowhere else."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RegistryKind(TextChoices):
    DEMONSTRATION = "demonstration", _("Demonstration")
    WORKSHOP = "workshop", _("Workshop")
    LIVE = "live", _("Live")


class RegistryState(TextChoices):
    OPEN = "open", pgettext_lazy("registry", "Open")
    ENDED = "ended", pgettext_lazy("registry", "Ended")


class Basis(TextChoices):
    """What a limit or a rule rests on. The product never lets a trainee take one for the other."""

    LAW = "law", pgettext_lazy("basis", "Law")
    GUIDELINE = "guideline", pgettext_lazy("basis", "Guideline")
    NATIONAL = "national", pgettext_lazy("basis", "National procedure")
    AGREEMENT = "agreement", pgettext_lazy("basis", "Agreement")
    DEFAULT = "default", pgettext_lazy("basis", "Exercise default")


class InstitutionKind(TextChoices):
    FOCAL_POINT = "focal_point", _("National focal point")
    POLICE = "police", _("Police")
    BORDER = "border", _("Border service")
    PROSECUTION = "prosecution", _("Prosecution")
    CHILD_PROTECTION = "child_protection", _("Child protection")
    SOCIAL_SERVICE = "social_service", _("Social service")
    SHELTER = "shelter", _("Shelter")
    HEALTH = "health", _("Health service")
    LEGAL_AID = "legal_aid", _("Legal aid")
    ASYLUM = "asylum", _("Asylum authority")
    CONSULATE = "consulate", _("Consulate")
    LABOUR_INSPECTION = "labour_inspection", _("Labour inspection")
    SCHOOL = "school", _("School")
    TRADE_UNION = "trade_union", _("Trade union")
    NGO = "ngo", _("Non-governmental organisation")
    SURVIVOR_LED = "survivor_led", _("Survivor-led organisation")
    REINTEGRATION = "reintegration", _("Reintegration agency")
    INTERNATIONAL = "international", _("International organisation")


class Role(TextChoices):
    FOCAL_POINT = "focal_point", _("Focal point")
    DEPUTY = "deputy", _("Deputy focal point")
    FIRST_RESPONDER = "first_responder", _("First responder")
    CASE_MANAGER = "case_manager", _("Case manager")
    COMPETENT_AUTHORITY = "competent_authority", _("Competent authority")
    CHILD_PROTECTION = "child_protection", _("Child protection officer")
    GUARDIAN = "guardian", _("Guardian")
    HEALTH_WORKER = "health_worker", _("Health worker")
    SERVICE_PROVIDER = "service_provider", _("Service provider")
    ASYLUM_LIAISON = "asylum_liaison", _("Asylum liaison")
    JUSTICE_LIAISON = "justice_liaison", _("Justice liaison")
    CONSULAR_OFFICER = "consular_officer", _("Consular officer")
    COORDINATOR = "coordinator", _("Regional coordinator")
    SURVIVOR_ADVISER = "survivor_adviser", _("Survivor adviser")
    DATA_PROTECTION = "data_protection", _("Data protection officer")
    FACILITATOR = "facilitator", _("Facilitator")
    OBSERVER = "observer", _("Observer")


class Compartment(TextChoices):
    """Classes of data with their own access rule (`referral.fieldmap`, `referral.policy`)."""

    D0 = "D0", _("Reference and state")
    D1 = "D1", _("Identity")
    D2 = "D2", _("Needs and plan")
    D3 = "D3", _("What happened and indicators")
    D4 = "D4", _("Health")
    D5 = "D5", _("Migration and asylum")
    D6 = "D6", _("Justice")
    D7 = "D7", _("Family")
    D8 = "D8", _("Exact location")


class AgreementKind(TextChoices):
    REGIONAL = "regional", _("Regional mechanism")
    MEMORANDUM = "memorandum", _("Memorandum of understanding")
    DECLARATION = "declaration", _("Declaration of intent")
    AD_HOC = "ad_hoc", _("Arrangement for one case")


class AgreementState(TextChoices):
    IN_FORCE = "in_force", _("In force")
    SUSPENDED = "suspended", _("Suspended")


class Population(TextChoices):
    """Whom a place is for."""

    WOMEN = "women", _("Women")
    MEN = "men", _("Men")
    GIRLS = "girls", _("Girls")
    BOYS = "boys", _("Boys")
    FAMILIES = "families", _("Families")


class Sex(TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", pgettext_lazy("sex", "Other")
    UNKNOWN = "unknown", pgettext_lazy("sex", "Not known")


class AgeBasis(TextChoices):
    DOCUMENT = "document", pgettext_lazy("age basis", "A document")
    STATEMENT = "statement", pgettext_lazy("age basis", "What the person says")
    ESTIMATE = "estimate", pgettext_lazy("age basis", "An estimate")
    DISPUTED = "disputed", pgettext_lazy("age basis", "Disputed")
    UNKNOWN = "unknown", pgettext_lazy("age basis", "Not known")


class YesNoUnknown(TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Not known yet")


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
    UNDER_IDENTIFICATION = (
        "under_identification",
        pgettext_lazy("stage", "Under identification"),
    )
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
    RETRAFFICKING = (
        "retrafficking",
        pgettext_lazy("risk domain", "Being trafficked again"),
    )
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
    RECRUITED_ONLINE = (
        "recruited_online",
        _("Was recruited online by someone never met before"),
    )
    DOCUMENTS_TAKEN = (
        "documents_taken",
        _("Somebody else keeps the person's documents or phone"),
    )
    CANNOT_LEAVE = "cannot_leave", _("Could not leave, or was watched or locked in")
    DEBT = "debt", _("Owes a debt that grows or cannot be checked")
    WAGES_WITHHELD = "wages_withheld", _("Was paid little or nothing for work done")
    VIOLENCE = "violence", _("Was hurt, or somebody close was hurt")
    THREATS = "threats", _("Was threatened, or family was threatened")
    FORCED_OFFENCE = "forced_offence", _("Was made to break the law")
    SPOKEN_FOR = (
        "spoken_for",
        _("Somebody else speaks for the person or answers in the person's place"),
    )
    CHILD_WORKING = (
        "child_working",
        _("Is a child who works, begs or lives with an unrelated adult"),
    )
    FEAR = "fear", _("Is afraid of somebody and cannot say why")


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
    LEGAL_TRANSFER = (
        "legal_transfer",
        pgettext_lazy("purpose", "Asylum or legal transfer"),
    )
    WITNESS = "witness", pgettext_lazy("purpose", "Relocation as a witness")


class Option(TextChoices):
    """What was put to the person; "stay" is always among them."""

    STAY = "stay", pgettext_lazy("option", "Stay here")
    RETURN = "return", pgettext_lazy("option", "Go back to the home country")
    MOVE = "move", pgettext_lazy("option", "Move to the receiving country")
    ELSEWHERE = "elsewhere", pgettext_lazy("option", "Move to another country")


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


class AssignmentKind(TextChoices):
    FIRST_RESPONDER = "first_responder", pgettext_lazy("assignment", "First responder")
    FOCAL_POINT = "focal_point", pgettext_lazy("assignment", "Focal point")
    CASE_MANAGER = "case_manager", pgettext_lazy("assignment", "Case manager")
    SHELTER = "shelter", pgettext_lazy("assignment", "Shelter place")
    CHILD_PROTECTION = (
        "child_protection",
        pgettext_lazy("assignment", "Child protection"),
    )
    HEALTH = "health", pgettext_lazy("assignment", "Health worker")


class CustodyReason(TextChoices):
    INTAKE = "intake", pgettext_lazy("custody", "Found in this country")
    RECEIVED = "received", pgettext_lazy("custody", "Arrival confirmed")
    CORRECTED = "corrected", pgettext_lazy("custody", "Receipt corrected")
    MERGED = (
        "merged",
        pgettext_lazy("custody", "Continues in another file of the same person"),
    )
    CLOSED = "closed", pgettext_lazy("custody", "Closed")


class HandoverState(TextChoices):
    DRAFT = "draft", pgettext_lazy("handover", "Draft")
    OFFERED = "offered", pgettext_lazy("handover", "Sent, not acknowledged")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("handover", "Acknowledged")
    CLARIFYING = "clarifying", pgettext_lazy("handover", "Question open")
    CONDITIONS_PUT = "conditions_put", pgettext_lazy("handover", "Conditions put")
    ACCEPTED = "accepted", pgettext_lazy("handover", "Accepted, not arrived")
    HELD = "held", pgettext_lazy("handover", "On hold")
    DEPARTED = "departed", pgettext_lazy("handover", "On the way")
    WHEREABOUTS_UNKNOWN = (
        "whereabouts_unknown",
        pgettext_lazy("handover", "Whereabouts not known"),
    )
    RECEIVED = "received", pgettext_lazy("handover", "Arrival confirmed")
    COMPLETED = "completed", pgettext_lazy("handover", "Completed")
    RECEIVED_OUTSIDE = (
        "received_outside",
        pgettext_lazy("handover", "Arrived outside the system"),
    )
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
    SERVICE_MISSING = (
        "service_missing",
        pgettext_lazy("decline", "A needed service is not available here"),
    )
    NOT_SAFE_HERE = (
        "not_safe_here",
        pgettext_lazy("decline", "The person would not be safe here"),
    )
    LEGAL_OBSTACLE = "legal_obstacle", pgettext_lazy("decline", "A legal obstacle")
    IDENTITY = "identity", pgettext_lazy("decline", "Identity not established")
    OTHER_COUNTRY = (
        "other_country",
        pgettext_lazy("decline", "Another country is better placed"),
    )
    NOT_BEFORE = (
        "not_before",
        pgettext_lazy("decline", "Our own national: a later date is proposed"),
    )


class WithdrawReason(TextChoices):
    PERSON = "person", pgettext_lazy("withdraw", "The person no longer wants this")
    BETTER_HERE = "better_here", pgettext_lazy("withdraw", "Help was found here")
    RISK = "risk", pgettext_lazy("withdraw", "The risk has changed")
    SENT_IN_ERROR = (
        "sent_in_error",
        pgettext_lazy("withdraw", "Sent to the wrong country"),
    )
    NO_ANSWER = "no_answer", pgettext_lazy("withdraw", "No answer came")


class DeadlineKind(TextChoices):
    TONIGHT = "tonight", _("Make the person safe tonight")
    TAKE = "take", _("Take the case")
    RELEASE = "release", _("Release to protection")
    SCREEN = "screen", _("Screen")
    CHILD_NOTICE = "child_notice", _("Tell child protection")
    ACKNOWLEDGE = "acknowledge", _("Acknowledge")
    DECIDE = "decide", _("Decide")
    ANSWER = "answer", _("Answer the question")
    TRAVEL_PLAN = "travel_plan", _("Send the travel plan")
    CONFIRM_ARRIVAL = "confirm_arrival", _("Confirm arrival")
    FEEDBACK = "feedback", _("Give feedback")
    CONFIRM_STOP = "confirm_stop", _("Ask the person in private")
    REVIEW_RISK = "review_risk", _("Review the risk")
    STALE_DRAFT = "stale_draft", _("Finish or discard the draft")
    ANSWER_ENQUIRY = "answer_enquiry", _("Answer the enquiry")


class DeadlineState(TextChoices):
    """Running, soon and overdue are computed from the clock and never stored."""

    OPEN = "open", pgettext_lazy("deadline", "Open")
    MET = "met", pgettext_lazy("deadline", "Met")
    MET_LATE = "met_late", pgettext_lazy("deadline", "Met late")
    WAIVED = "waived", pgettext_lazy("deadline", "Waived")
    CANCELLED = "cancelled", pgettext_lazy("deadline", "No longer needed")
    CENSORED = "censored", pgettext_lazy("deadline", "Exercise ended first")


class Rung(TextChoices):
    """The ladder of `domain.md` section 4, as parts of the time allowed."""

    HALF = "half", pgettext_lazy("reminder", "Half of the time has passed")
    NINE_TENTHS = "nine_tenths", pgettext_lazy("reminder", "Little time is left")
    OVERDUE = "overdue", pgettext_lazy("reminder", "The time has passed")
    DEPUTY = "deputy", pgettext_lazy("reminder", "The deputy is told")
    COORDINATOR = (
        "coordinator",
        pgettext_lazy("reminder", "The regional coordinator is told"),
    )


class ReminderState(TextChoices):
    PENDING = "pending", pgettext_lazy("reminder", "Waiting")
    FIRED = "fired", pgettext_lazy("reminder", "Sent")
    CANCELLED = "cancelled", pgettext_lazy("reminder", "Not needed")


class MailState(TextChoices):
    PENDING = "pending", pgettext_lazy("mail", "Waiting")
    SENT = "sent", pgettext_lazy("mail", "Sent")
    DEAD = "dead", pgettext_lazy("mail", "Could not be sent")
    CANCELLED = "cancelled", pgettext_lazy("mail", "Cancelled")


class EnquiryState(TextChoices):
    OPEN = "open", pgettext_lazy("enquiry", "Waiting for an answer")
    YES = "yes", pgettext_lazy("enquiry", "Yes")
    NO = "no", pgettext_lazy("enquiry", "No")
    LAPSED = "lapsed", pgettext_lazy("enquiry", "No answer")


class PullState(TextChoices):
    OPEN = "open", pgettext_lazy("pull request", "Waiting for the holder")
    AGREED = "agreed", pgettext_lazy("pull request", "Agreed")
    REFUSED = "refused", pgettext_lazy("pull request", "Answered")


class LegalTrackKind(TextChoices):
    ASYLUM = "asylum", pgettext_lazy("legal track", "Asylum")
    REFLECTION = "reflection", pgettext_lazy("legal track", "Recovery and reflection")
    PERMIT = "permit", pgettext_lazy("legal track", "Residence permit")
    COOPERATION = (
        "cooperation",
        pgettext_lazy("legal track", "Cooperation, never a condition"),
    )
    WITNESS = "witness", pgettext_lazy("legal track", "Witness protection")
    OFFENCE = (
        "offence",
        pgettext_lazy("legal track", "Offence linked to the trafficking"),
    )
    CLAIM = "claim", pgettext_lazy("legal track", "Compensation or wages")


class LegalTrackState(TextChoices):
    INTENDED = "intended", pgettext_lazy("legal track", "Intended")
    OPEN = "open", pgettext_lazy("legal track", "Open")
    APPEAL = "appeal", pgettext_lazy("legal track", "On appeal")
    GRANTED = "granted", pgettext_lazy("legal track", "Granted")
    ENDED = "ended", pgettext_lazy("legal track", "Ended")


class Safeguard(TextChoices):
    """Computed, shown, carried by every packet, impossible to lose (`domain.md` section 6)."""

    PRESUMED_MINOR = (
        "presumed_minor",
        pgettext_lazy("safeguard", "Presumed to be a child"),
    )
    UNACCOMPANIED = "unaccompanied", pgettext_lazy("safeguard", "Child without family")
    SIBLINGS = "siblings", pgettext_lazy("safeguard", "Keep siblings together")
    REFLECTION = (
        "reflection",
        pgettext_lazy("safeguard", "Recovery and reflection running"),
    )
    ASYLUM = "asylum", pgettext_lazy("safeguard", "Asylum track")
    NON_PUNISHMENT = "non_punishment", pgettext_lazy("safeguard", "Not to be punished")
    WITNESS = "witness", pgettext_lazy("safeguard", "Witness protection")
    HIGH_RISK = "high_risk", pgettext_lazy("safeguard", "High risk")
    NO_FAMILY_CONTACT = (
        "no_family_contact",
        pgettext_lazy("safeguard", "Do not contact the family"),
    )
    NO_LOCATION = "no_location", pgettext_lazy("safeguard", "Do not share the location")
    MEDICAL = "medical", pgettext_lazy("safeguard", "Medical continuity")
    DISABILITY = "disability", pgettext_lazy("safeguard", "Adapted support")
    INTERPRETER = "interpreter", pgettext_lazy("safeguard", "Needs an interpreter")


class Action(TextChoices):
    """Everything that somebody may do. `referral.policy` says who; `referral.transitions` what it does to a handover."""

    VIEW_INBOX = "view_inbox", pgettext_lazy("action", "See what waits")
    VIEW_LIST = "view_list", pgettext_lazy("action", "See the list of people")
    VIEW_DIRECTORY = "view_directory", pgettext_lazy("action", "See the directory")
    VIEW_MAILS = "view_mails", pgettext_lazy("action", "See the mails sent")
    VIEW_CASE = "view_case", pgettext_lazy("action", "See the person's page")
    VIEW_IDENTITY = "view_identity", pgettext_lazy("action", "Show the identity")
    VIEW_HANDOVER = "view_handover", pgettext_lazy("action", "See the handover")
    OPEN_CASE = "open_case", pgettext_lazy("action", "Open a case")
    TAKE_CASE = "take_case", pgettext_lazy("action", "Take the case")
    RECORD_TONIGHT = "record_tonight", pgettext_lazy("action", "Record tonight")
    SCREEN = "screen", pgettext_lazy("action", "Screen")
    RECORD_FACTS = (
        "record_facts",
        pgettext_lazy("action", "Record facts about the person"),
    )
    RECORD_CARE = "record_care", pgettext_lazy("action", "Record needs and services")
    RECORD_RISK = "record_risk", pgettext_lazy("action", "Assess the risk")
    RECORD_CONSENT = (
        "record_consent",
        pgettext_lazy("action", "Record what the person decided"),
    )
    RECORD_CHILD = "record_child", pgettext_lazy("action", "Write the child's file")
    RECORD_LEGAL = "record_legal", pgettext_lazy("action", "Record a legal track")
    RECORD_WHEREABOUTS = (
        "record_whereabouts",
        pgettext_lazy("action", "Record where the person is"),
    )
    ASSIGN = "assign", pgettext_lazy("action", "Ask a service to work on the case")
    RELEASE = "release", pgettext_lazy("action", "Release to protection")
    PREPARE = "prepare", pgettext_lazy("action", "Prepare a handover")
    OFFER = "offer", pgettext_lazy("action", "Send the handover")
    DISCARD = "discard", pgettext_lazy("action", "Discard the draft")
    ACKNOWLEDGE = "acknowledge", pgettext_lazy("action", "Acknowledge")
    ASK = "ask", pgettext_lazy("action", "Ask a question")
    ANSWER = "answer", pgettext_lazy("action", "Answer")
    HOLDING_REPLY = (
        "holding_reply",
        pgettext_lazy("action", "Say when the answer comes"),
    )
    ACCEPT = "accept", pgettext_lazy("action", "Accept")
    DECLINE = "decline", pgettext_lazy("action", "Say that you cannot receive now")
    WITHDRAW = "withdraw", pgettext_lazy("action", "Withdraw")
    DEPART = "depart", pgettext_lazy("action", "Record the departure")
    RECEIVE = "receive", pgettext_lazy("action", "Confirm arrival")
    GIVE_FEEDBACK = "give_feedback", pgettext_lazy("action", "Give feedback")
    STOP = "stop", pgettext_lazy("action", "The person wants to stop")
    CONFIRM_STOP = "confirm_stop", pgettext_lazy("action", "Confirm the stop")
    CONTINUE = "continue", pgettext_lazy("action", "The person wants to go on")
    LAPSE = "lapse", pgettext_lazy("action", "Escalate")


class Gate(TextChoices):
    """The conditions of a handover (`domain.md` section 3), in its numbering; 5 and 7 join with their data."""

    AGREEMENT = "1", pgettext_lazy("gate", "The person agrees to be moved")
    RISK = "2", pgettext_lazy("gate", "The risk is assessed")
    PERMISSION = "3", pgettext_lazy("gate", "The person permits the sharing")
    ORIGIN = "4", pgettext_lazy("gate", "Nothing reaches a state the person fears")
    CAPACITY = "6", pgettext_lazy("gate", "There is a place")
    PREVIEW = "8", pgettext_lazy("gate", "You have seen what will be sent")
    CARE = "9", pgettext_lazy("gate", "The time between is planned")


class NotCovered(TextChoices):
    """Why a person is not covered now."""

    UNKNOWN = (
        "unknown",
        pgettext_lazy("not covered", "Nobody has recorded where the person is"),
    )
    NO_SAFE_PLACE = (
        "no_safe_place",
        pgettext_lazy("not covered", "No safe place tonight"),
    )
    BED_ENDED = "bed_ended", pgettext_lazy("not covered", "The bed was only until now")
    NO_SUPPORT = "no_support", pgettext_lazy("not covered", "No support is running")
    ALONE = "alone", pgettext_lazy("not covered", "Travelling without an escort")
    ELSEWHERE = (
        "elsewhere",
        pgettext_lazy("not covered", "In another country, with nobody"),
    )
    NOT_RECEIVED = (
        "not_received",
        pgettext_lazy("not covered", "Arrived, but nobody has confirmed it"),
    )
    DETAINED = "detained", pgettext_lazy("not covered", "Detained")
    MISSING = "missing", pgettext_lazy("not covered", "Missing")
    LEFT = "left", pgettext_lazy("not covered", "Left, whereabouts not known")
