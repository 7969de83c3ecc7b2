"""What every address of the product answers to whom: pure data and one pure function. Nothing here queries.

One line per URL name says at which row it looks, which action that row must allow, and what else it asks. What follows
for a role and a standing is computed from `referral.policy`; docs/policy.md prints it, and the access matrix
(`tests/assurance`) holds every address to it, by every method, in every role and standing. An address without a line
here fails the build.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from referral.enums import Action, Compartment, Role
from referral.policy import GRANTS, Relation, faces, reads, roles_that_may

A, C, R = Action, Compartment, Relation
Standings = frozenset[Relation]
"""The relations in which an institution stands to one row."""


class Answer(StrEnum):
    """What a request gets."""

    SERVED = "served"
    REFUSED = "refused"
    NOT_FOUND = "not found"
    SIGN_IN = "to sign-in"
    NO_SUCH_METHOD = "method not allowed"


class Row(StrEnum):
    """What an address names. The value is how the document says it."""

    NONE = "nothing: the registry as a whole"
    CASE = "a person's file"
    DRAFT = "a draft of that person"
    HANDOVER = "a handover that was sent"
    REFERRAL = "a request to a service"
    ENQUIRY = "an enquiry about a place"
    HEARD = "an enquiry to a country without a seat"
    REQUEST = "a request about a person, at its holder"
    ASKED = "a request about a person, at its asker"
    NOTICE = "a line told to one reader"
    DEADLINE = "something due"
    SEAT = "a colleague's seat"
    GLASS = "a request to break the glass"
    WATCHED = "a line of the audit list"
    STUB = "something long overdue, without the person"
    ANYBODY = "nothing: anybody may open it"
    SIGNED_IN = "the reader's own account"
    OWN_LOGIN = "the reader's own login, which a shared one may not change"


NOBODY: Standings = frozenset()

SEEN_BY: Mapping[Row, tuple[Action | None, Standings]] = {
    Row.CASE: (A.VIEW_CASE, NOBODY),
    Row.DRAFT: (A.VIEW_HANDOVER, NOBODY),
    Row.HANDOVER: (A.VIEW_HANDOVER, NOBODY),
    Row.REFERRAL: (A.VIEW_REFERRAL, NOBODY),
    Row.ENQUIRY: (None, frozenset({R.SENDER, R.RECEIVER})),
    Row.HEARD: (None, frozenset({R.SENDER})),
    Row.REQUEST: (None, frozenset({R.HOLDER})),
    Row.ASKED: (None, frozenset({R.SENDER})),
    Row.NOTICE: (None, frozenset({R.HOLDER})),
    Row.DEADLINE: (A.VIEW_CASE, frozenset({R.HOLDER})),
    Row.SEAT: (None, frozenset({R.HOLDER})),
    Row.GLASS: (A.VIEW_GLASS, NOBODY),
    Row.WATCHED: (None, frozenset({R.OVERSEER})),
    Row.STUB: (None, frozenset({R.REGISTRY})),
}
"""Who finds the row at all: whoever may do this to it, or every role of an institution that stands so. Else not found."""


OWN = frozenset({Row.ANYBODY, Row.SIGNED_IN, Row.OWN_LOGIN})
"""Rows that are no matter of the policy."""


def standings_at(row: Row) -> Mapping[Relation, Standings]:
    """The relations in which somebody can stand to a row of this kind, each with what goes along with it."""
    if row is Row.NONE:
        return {R.REGISTRY: frozenset({R.REGISTRY})}
    action, standings = SEEN_BY[row]
    known = set(standings) | (set(faces(action)) if action is not None else set())
    # Whoever asked for a place answers for the person, as long as nobody else does.
    with_it = {R.SENDER: frozenset({R.SENDER, R.HOLDER})} if row in (Row.ENQUIRY, Row.HEARD) else {}
    return {relation: with_it.get(relation, frozenset({relation})) for relation in Relation if relation in known}


@dataclass(frozen=True, slots=True)
class Address:
    """What one address asks of its reader."""

    row: Row
    does: Action | None = None
    """What the row must allow."""
    door: Action | None = None
    """What the role must be able to do at all; mostly the same."""
    methods: str = "GET POST"
    whole: bool = False
    """A past holder's stub is not enough."""
    part: Compartment | None = None
    """The compartment that the role must read."""
    own: bool = False
    """Names a second row as well, which the reader's own institution (or country) must have written."""
    sender_posts: bool = False
    """Beyond finding the row, only its sender may go on."""
    tap: bool = False
    """A button alone: its page exists for a country without a seat and for nobody else."""
    hears: bool = False
    """What the person says: for the adviser who passes it on, and for whoever may refer and reads the plan."""

    @property
    def at_the_door(self) -> Action | None:
        return self.door or self.does


def _each(address: Address, names: str) -> dict[str, Address]:
    return dict.fromkeys((f"referral:{name}" for name in names.split()), address)


def _at_home(**acts: Action) -> dict[str, Address]:
    return {f"referral:{name}": Address(Row.CASE, action) for name, action in acts.items()}


def _sent(**acts: Action) -> dict[str, Address]:
    return {f"referral:{name}": Address(Row.HANDOVER, action) for name, action in acts.items()}


_READ = "GET"
_PRESS = "POST"

ADDRESSES: Mapping[str, Address] = {
    # Pages of the registry
    **_each(Address(Row.NONE, A.VIEW_INBOX, methods=_READ), "inbox inbox_status"),
    "referral:notices": Address(Row.NONE, A.VIEW_INBOX),
    "referral:people": Address(Row.NONE, A.VIEW_LIST, methods=_READ),
    "referral:person_new": Address(Row.NONE, A.OPEN_CASE),
    "referral:directory": Address(Row.NONE, A.VIEW_DIRECTORY, methods=_READ),
    "referral:mails": Address(Row.NONE, A.VIEW_MAILS, methods=_READ),
    "referral:desk": Address(Row.NONE, A.VIEW_DESK, methods=_READ),
    "referral:audit": Address(Row.NONE, A.VIEW_AUDIT, methods=_READ),
    "referral:enquiries": Address(Row.NONE, A.ANSWER_ENQUIRY, methods=_READ),
    "referral:requests": Address(Row.NONE, A.SEEK, methods=_READ),
    "referral:request_new": Address(Row.NONE, A.SEEK),
    "referral:staff": Address(Row.NONE, A.REPLACE_OFFICER),
    "referral:staff_back": Address(Row.NONE, A.REPLACE_OFFICER, methods=_PRESS),
    "referral:digest": Address(Row.NONE, A.REPLACE_OFFICER, methods=_READ),
    # A person's file
    **_each(Address(Row.CASE, A.VIEW_CASE, methods=_READ), "person file"),
    **_each(Address(Row.CASE, A.VIEW_CASE, methods=_READ, whole=True), "person_opened person_handovers history shared"),
    **_each(Address(Row.CASE, A.VIEW_CASE, methods=_READ, whole=True, part=C.D2), "needs consent"),
    "referral:identification": Address(Row.CASE, A.VIEW_CASE, methods=_READ, whole=True, part=C.D3),
    "referral:health": Address(Row.CASE, A.VIEW_CASE, methods=_READ, whole=True, part=C.D4),
    "referral:voices": Address(Row.CASE, A.VIEW_CASE, methods=_READ, whole=True, hears=True),
    "referral:identity": Address(Row.CASE, A.VIEW_IDENTITY, methods=_PRESS),
    "referral:record_consent": Address(Row.CASE, A.RECORD_CONSENT),
    "referral:correct": Address(Row.CASE, A.AMEND, whole=True, own=True),
    "referral:proposal": Address(Row.CASE, A.CLOSE_CASE, door=A.VIEW_CASE, methods=_PRESS, own=True),
    "referral:task": Address(Row.CASE, A.CONTINUE_TASK, own=True),
    "referral:unassign": Address(Row.CASE, A.ASSIGN, methods=_PRESS, own=True),
    "referral:need_met": Address(Row.CASE, A.RECORD_CARE, methods=_PRESS, own=True),
    "referral:service_end": Address(Row.CASE, A.RECORD_CARE, own=True),
    **_at_home(
        tonight=A.RECORD_TONIGHT,
        danger=A.RECORD_TONIGHT,
        facts=A.RECORD_FACTS,
        identity_change=A.RECORD_FACTS,
        screening=A.SCREEN,
        risk=A.RECORD_RISK,
        whereabouts=A.RECORD_WHEREABOUTS,
        child=A.RECORD_CHILD,
        legal=A.RECORD_LEGAL,
        assign=A.ASSIGN,
        release=A.RELEASE,
        child_notice=A.ASSIGN,
        take=A.TAKE_CASE,
        need_new=A.RECORD_CARE,
        service_new=A.RECORD_CARE,
        referral_new=A.REFER,
        identify=A.IDENTIFY,
        health_new=A.RECORD_HEALTH,
        voice_new=A.SPEAK,
        join=A.MERGE,
        close=A.CLOSE_CASE,
        majority=A.REVIEW_MAJORITY,
        start_handover=A.PREPARE,
    ),
    "referral:family": Address(Row.CASE, A.LINK_FAMILY, whole=True, part=C.D7),
    **_each(Address(Row.CASE, A.RECORD_FACTS, whole=True, part=C.D7), "blocked blocked_lift"),
    "referral:ask_enquiry": Address(Row.CASE, A.ENQUIRE, whole=True),
    "referral:referrals": Address(Row.CASE, A.REFER, methods=_READ, whole=True),
    **_each(Address(Row.CASE, A.IDENTIFY, methods=_PRESS, whole=True), "confirm_no drop_no"),
    # A draft
    **_each(Address(Row.DRAFT, A.OFFER, door=A.PREPARE, methods=_READ), "draft draft_sheet"),
    **_each(
        Address(Row.DRAFT, A.OFFER, door=A.PREPARE),
        "draft_options draft_care draft_place draft_without_place draft_family draft_information draft_preview "
        "draft_check draft_discard",
    ),
    "referral:draft_drop_override": Address(Row.DRAFT, A.OFFER, door=A.PREPARE, methods=_PRESS),
    # A handover
    "referral:handover": Address(Row.HANDOVER, A.VIEW_HANDOVER, methods=_READ),
    "referral:sent_identity": Address(Row.HANDOVER, A.VIEW_HANDOVER, methods=_PRESS),
    "referral:sent": Address(Row.HANDOVER, A.OFFER, door=A.VIEW_HANDOVER, methods=_READ),
    "referral:travel_alone": Address(Row.HANDOVER, A.OFFER, door=A.LINK_FAMILY),
    "referral:acknowledge": Address(Row.HANDOVER, A.ACKNOWLEDGE, tap=True),
    **_sent(
        decide=A.ACCEPT,
        ask=A.ASK,
        answer=A.ANSWER,
        holding_reply=A.HOLDING_REPLY,
        plan_travel=A.PLAN_TRAVEL,
        travel=A.DEPART,
        receive=A.RECEIVE,
        feedback=A.GIVE_FEEDBACK,
        recall=A.WITHDRAW,
        stop=A.STOP,
        confirm_stop=A.CONFIRM_STOP,
        go_on=A.CONTINUE,
        conditions=A.AGREE_CONDITIONS,
        propose_forward=A.PROPOSE_FORWARD,
        answer_forward=A.AGREE_FORWARD,
        revoke=A.REVOKE,
        hold=A.HOLD,
        resume=A.RESUME,
        turn_back=A.TURN_BACK,
        already_here=A.ACCEPT_AND_RECEIVE,
        not_arrived=A.REPORT_NOT_ARRIVED,
        end_search=A.END_SEARCH,
        divert=A.DIVERT,
        object=A.OBJECT,
        disengage=A.DISENGAGE,
        death=A.DEATH,
        ask_correction=A.ASK_CORRECTION,
        answer_correction=A.AGREE_CORRECTION,
        arrived_outside=A.RECEIVE_OUTSIDE,
        follow_up=A.FOLLOW_UP,
        supplement=A.SUPPLEMENT,
        child_answer=A.CHILD_ANSWER,
        waive=A.WAIVE,
        write=A.WRITE_MESSAGE,
        call=A.RECORD_CALL,
        drop_proposal=A.DROP_PROPOSAL,
    ),
    # Services, enquiries, requests
    "referral:referral": Address(Row.REFERRAL, A.VIEW_REFERRAL, methods=_READ),
    "referral:told_identity": Address(Row.REFERRAL, A.VIEW_REFERRAL, methods=_PRESS),
    "referral:referral_acknowledge": Address(Row.REFERRAL, A.ANSWER_REFERRAL, methods=_PRESS),
    **_each(Address(Row.REFERRAL, A.ANSWER_REFERRAL), "referral_accept referral_decline referral_report"),
    "referral:referral_withdraw": Address(Row.REFERRAL, A.VIEW_REFERRAL, sender_posts=True),
    "referral:enquiry": Address(Row.ENQUIRY, A.ANSWER_ENQUIRY),
    "referral:record_enquiry": Address(Row.HEARD, A.RECORD_ENQUIRY),
    "referral:withdraw_enquiry": Address(Row.ENQUIRY, A.ENQUIRE, methods=_PRESS, sender_posts=True),
    "referral:request": Address(Row.REQUEST, A.ANSWER_REQUEST),
    "referral:request_sent": Address(Row.ASKED, A.SEEK, methods=_READ),
    # What is told and due, and seats
    "referral:notice": Address(Row.NOTICE, A.VIEW_INBOX, methods=_READ),
    **_each(Address(Row.DEADLINE, A.TAKE_ON, methods=_PRESS), "take_on let_go"),
    "referral:replace_officer": Address(Row.SEAT, A.REPLACE_OFFICER),
    # Break-glass, and who watches over the registry
    "referral:glass": Address(Row.NONE, A.ASK_GLASS, methods=_READ),
    "referral:glass_new": Address(Row.NONE, A.ASK_GLASS),
    "referral:glass_request": Address(Row.GLASS, A.VIEW_GLASS, methods=_READ),
    **_each(Address(Row.GLASS, A.CONFIRM_GLASS, methods=_PRESS), "glass_confirm glass_drop"),
    "referral:glass_end": Address(Row.GLASS, A.END_GLASS, methods=_PRESS),
    "referral:sealed": Address(Row.CASE, A.VIEW_SEAL, methods=_READ, whole=True),
    "referral:sealed_identity": Address(Row.CASE, A.VIEW_SEAL, methods=_PRESS, whole=True),
    "referral:audit_line": Address(Row.WATCHED, A.REVIEW_AUDIT),
    "referral:overdue": Address(Row.NONE, A.VIEW_STUBS, methods=_READ),
    "referral:overdue_stub": Address(Row.STUB, A.ASK_OVERDUE),
    # Everybody's and one's own
    **dict.fromkeys(("home", "healthz"), Address(Row.ANYBODY, methods=_READ)),
    **dict.fromkeys(
        (
            "account_login", "account_reset_password", "account_reset_password_done", "accounts:language",
            "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_authenticate",
        ),
        Address(Row.ANYBODY),
    ),
    **dict.fromkeys(
        ("accounts:help", "accounts:about", "accounts:accessibility", "accounts:privacy"),
        Address(Row.ANYBODY, methods=_READ),
    ),
    "accounts:continue_as": Address(Row.ANYBODY, methods=_PRESS),
    "account_logout": Address(Row.SIGNED_IN),
    "accounts:profile": Address(Row.SIGNED_IN),
    **dict.fromkeys(("accounts:leave", "accounts:discard_kept"), Address(Row.SIGNED_IN, methods=_PRESS)),
    **dict.fromkeys(("accounts:time_left", "accounts:second_factor_needed"), Address(Row.SIGNED_IN, methods=_READ)),
    **dict.fromkeys(
        ("accounts:end_other_sessions", "accounts:end_one_session"), Address(Row.OWN_LOGIN, methods=_PRESS)
    ),
    "accounts:devices": Address(Row.OWN_LOGIN, methods=_READ),
    **dict.fromkeys(
        (
            "account_reauthenticate", "mfa_reauthenticate", "account_change_password", "mfa_index", "mfa_activate_totp",
            "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
        ),
        Address(Row.OWN_LOGIN),
    ),
}  # fmt: skip
"""URL name → what it asks."""


def granted(action: Action, role: Role, stands: Standings) -> bool:
    """Whether the table of grants gives this to the role in one of these standings."""
    return any(
        role in grant.roles and (grant.relation is Relation.REGISTRY or grant.relation in stands)
        for grant in GRANTS[action]
    )


def finds(row: Row, role: Role, stands: Standings) -> bool:
    """Whether the row exists for the role in these standings."""
    if row not in SEEN_BY:
        return True
    action, standings = SEEN_BY[row]
    return bool(standings & stands) or (action is not None and granted(action, role, stands))


def in_full(role: Role, stands: Standings) -> bool:
    """Whether the role reads the case beyond the stub of a past holder."""
    return granted(A.VIEW_CASE, role, stands - {R.PAST_HOLDER})


def _hears(role: Role, stands: Standings) -> bool:
    return granted(A.SPEAK, role, stands) or (reads(role, C.D2) and granted(A.REFER, role, stands))


def _refused_at_the_row(address: Address, role: Role, stands: Standings) -> bool:
    return (
        (address.does is not None and not granted(address.does, role, stands))
        or (address.whole and not in_full(role, stands))
        or (address.row is Row.DEADLINE and R.HOLDER not in stands and not in_full(role, stands))
        or (address.part is not None and not reads(role, address.part))
        or (address.hears and not _hears(role, stands))
        or (address.sender_posts and R.SENDER not in stands)
    )


def answer(address: Address, method: str, role: Role, stands: Standings, *, own: bool = True) -> Answer:
    """What a member of this role gets, whose institution stands so to the row.

    `own` says whether the second row that the address names is one of the reader's own, where it names one.
    """
    if address.at_the_door is not None and role not in roles_that_may(address.at_the_door):
        return Answer.REFUSED
    if method not in address.methods.split():
        return Answer.NO_SUCH_METHOD
    if not finds(address.row, role, stands):
        return Answer.NOT_FOUND
    if address.own and address.door and not own:
        return Answer.NOT_FOUND
    if _refused_at_the_row(address, role, stands):
        return Answer.REFUSED
    if address.own and not own:
        return Answer.NOT_FOUND
    if address.tap and method == "GET" and R.OUTSIDE not in stands:
        return Answer.NO_SUCH_METHOD
    return Answer.SERVED
