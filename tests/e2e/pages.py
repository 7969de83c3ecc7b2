"""Every named page of the product: in whose seat it is looked at, and with which case of the prepared world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import resolve

from referral.enums import Role
from tests.accounts.test_pages import OWN, PROTECTED, PUBLIC
from tests.e2e.world import World
from tests.referral.desks import SEATS


@dataclass(frozen=True, slots=True)
class Look:
    """A page as somebody sees it. Without a seat nobody is signed in; `query` is added to the address."""

    name: str
    seat: str = "NG"
    key: str = "ready"
    query: str = ""

    def address(self, world: World) -> str:
        return world.address(self.name, self.key) + self.query

    @property
    def title(self) -> str:
        return f"{self.name}{self.query} as {self.seat or 'nobody'}"


def _in_turn(seat: str, key: str, *names: str) -> list[Look]:
    return [Look(f"referral:{name}", seat, key) for name in names]


FIRST: tuple[Look, ...] = (
    Look("home", ""),
    *_in_turn("NG", "ready", "inbox", "notices", "people", "directory", "mails", "person_new"),
    *_in_turn("NG", "ready", "person", "person_opened", "needs", "service_end", "person_handovers", "consent", "history", "shared"),
    *_in_turn("NG", "ready", "tonight", "danger", "facts", "identity_change", "screening", "risk", "whereabouts", "legal", "assign"),
    *_in_turn("NG", "ready", "need_new", "service_new", "record_consent", "start_handover", "blocked", "blocked_lift"),
    *_in_turn("NG", "newcomer", "take", "release", "child_notice"),
    *_in_turn("NG-child", "newcomer", "child"),
    *_in_turn("NG", "ready", "draft", "draft_options", "draft_sheet", "draft_care", "draft_place", "draft_information"),
    *_in_turn("NG", "ready", "draft_preview", "draft_check", "draft_discard"),
    *_in_turn("NG", "family", "family", "draft_family", "draft_without_place", "travel_alone"),
    *_in_turn("NG", "acknowledged", "handover", "sent", "recall", "stop"),
    *_in_turn("NE", "acknowledged", "decide", "ask", "holding_reply"),
    *_in_turn("NG", "NEEM", "answer"),
    *_in_turn("MR", "ALIZE", "plan_travel", "travel"),
    *_in_turn("NG", "SESAME", "receive"),
    *_in_turn("NE", "received", "feedback"),
    *_in_turn("NG", "held", "confirm_stop", "go_on"),
    *_in_turn("NG", "conditions", "conditions"),
    *_in_turn("NG", "forward", "answer_forward"),
    *_in_turn("NG", "waiting", "resume", "waive"),
    *_in_turn("NG", "accepted", "supplement", "write", "call"),
    *_in_turn("NG", "departed", "turn_back", "divert", "disengage"),
    *_in_turn("NG", "lost", "end_search"),
    *_in_turn("NG", "doubted", "answer_correction"),
    *_in_turn("NG", "abroad", "arrived_outside"),
    *_in_turn("NG", "settled", "follow_up"),
    *_in_turn("NG", "acknowledged", "hold"),
    *_in_turn("NE", "acknowledged", "propose_forward", "already_here"),
    *_in_turn("NE", "accepted", "revoke"),
    *_in_turn("NE", "departed", "death"),
    *_in_turn("NE", "received", "ask_correction"),
    *_in_turn("NE-deputy", "lost", "drop_proposal"),
    *_in_turn("NG", "SESAME", "not_arrived", "object"),
    *_in_turn("NG-child", "MORINGA", "child_answer"),
    *_in_turn("NG", "newcomer", "file", "join", "close"),
    *_in_turn("NG", "ready", "correct"),
    *_in_turn("NG", "received", "task"),
    *_in_turn("NG-child", "grown", "majority"),
    *_in_turn("NE", "ready", "enquiries", "enquiry"),
    *_in_turn("NG", "ready", "ask_enquiry", "record_enquiry", "requests", "request_new", "request", "request_sent"),
    *_in_turn("NG", "ready", "staff", "replace_officer", "digest"),
    *_in_turn(Role.SERVICE_PROVIDER, "helped", "desk", "referral", "referral_accept", "referral_decline", "referral_report"),
    *_in_turn("NG", "helped", "referrals", "referral_new", "referral_withdraw"),
    *_in_turn(Role.COMPETENT_AUTHORITY, "helped", "identification", "identify"),
    *_in_turn(Role.HEALTH_WORKER, "helped", "health", "health_new"),
    *_in_turn(Role.SURVIVOR_ADVISER, "helped", "voices", "voice_new"),
    *_in_turn(Role.DATA_PROTECTION, "helped", "audit", "audit_line"),
    *_in_turn(Role.COORDINATOR, "helped", "overdue", "overdue_stub"),
    *_in_turn("NE", "glass", "glass", "glass_new", "sealed"),
    *_in_turn("NE-deputy", "glass", "glass_request"),
)  # fmt: skip
"""Each named page once."""

FURTHER: tuple[Look, ...] = (
    Look("home", "NG", query="?seats=1"),
    Look("referral:inbox", query="?tab=others"),
    Look("referral:inbox", query="?tab=decided"),
    Look("referral:inbox", "NG-responder"),
    Look("referral:people", query="?q=nobody-like-this"),
    Look("referral:person", "NG", "received"),
    Look("referral:person", "NE", "received"),
    Look("referral:person", "NG", "newcomer"),
    Look("referral:person", "MR", "ALIZE"),
    Look("referral:handover", "NG", "MORINGA"),
    Look("referral:handover", "FR", "CORAL"),
    Look("referral:handover", "FR", "MIMOSA"),
    *(
        Look("referral:handover", seat, key)
        for key in ("conditions", "forward", "held", "waiting", "accepted", "departed", "lost", "received", "doubted")
        for seat in ("NG", "NE")
    ),
    *(Look("referral:handover", "NG", key) for key in ("abroad", "settled")),
    Look("referral:handover", "NE-deputy", "lost"),
    Look("referral:handover", "NG-child", "MORINGA"),
    Look("referral:death", "NE-deputy", "lost"),
    Look("referral:file", "NG-deputy", "joined"),
    Look("referral:file", "NG", "merged"),
    Look("referral:file", "NG", "received"),
    Look("referral:person", "NG", "merged"),
    Look("referral:person", "NG", "departed"),
    Look("referral:history", "NG", "joined"),
    Look("referral:decide", "NG", "MORINGA"),
    Look("referral:draft", "SN", "TAMARIN"),
    Look("referral:draft_check", "SN", "TAMARIN"),
    Look("referral:draft", "NG", "family"),
    Look("referral:draft_place", "NG", "family"),
    Look("referral:record_consent", query="?kind=share"),
    Look("referral:record_consent", query="?kind=legal_basis"),
    Look("referral:person_new", "NG-responder"),
    *(Look("referral:desk", role) for role in SEATS if role is not Role.SERVICE_PROVIDER),
    Look("referral:audit", Role.DATA_PROTECTION, query="?kind=two_people"),
    Look("referral:person", Role.JUSTICE_LIAISON, "helped"),
    Look("referral:child", Role.GUARDIAN, "helped"),
    Look("referral:person", "NE", "glass"),
    Look("referral:glass", "NG"),
    Look("referral:glass_request", "NG"),
    Look("referral:history", "NG", "glass"),
)
"""Pages that look quite different in another seat or state."""

NO_PAGE: Mapping[str, str] = {
    "healthz": "speaks to programs",
    "accounts:continue_as": "a button of the first page",
    "accounts:end_other_sessions": "a button of the own devices",
    "accounts:end_one_session": "a button of the own devices",
    "accounts:leave": "where the script goes when the time is over",
    "accounts:time_left": "speaks to the script of every page",
    "accounts:discard_kept": "a button beside what was typed before",
    "mfa_authenticate": "tests.accounts.test_in_the_browser looks at it in the middle of a sign-in",
    "referral:need_met": "a button of the needs",
    "referral:unassign": "a button beside the team",
    "referral:acknowledge": "a button of the inbox and of the handover",
    "referral:inbox_status": "a part of the inbox, asked for by its script",
    "referral:notice": "leads on to the page that a notice is about",
    "referral:proposal": "a button of the file",
    "referral:draft_drop_override": "a button of the page on which two people go on without a place",
    "referral:withdraw_enquiry": "a button of the enquiry",
    "referral:staff_back": "a button of the officers' page",
    "referral:take_on": "a button of the inbox and of the handover",
    "referral:let_go": "a button of the inbox and of the handover",
    "referral:referral_acknowledge": "a button of the request to a service",
    "referral:confirm_no": "a button of the identification",
    "referral:drop_no": "a button of the identification",
    "referral:identity": "opened by a button; test_access presses it",
    "referral:sent_identity": "the handover again, with what the same button shows",
    "referral:told_identity": "the request to a service again, with what the same button shows",
    "referral:sealed_identity": "what is kept sealed again, with what the same button shows",
    "referral:glass_confirm": "a button of the break-glass request",
    "referral:glass_drop": "a button of the break-glass request",
    "referral:glass_end": "a button of the break-glass request and of the banner",
}
"""Names that show no page of their own under their address, and why."""

ELSEWHERE = frozenset(match.view_name for match in map(resolve, (*PUBLIC, *OWN, *PROTECTED)))
"""Pages of accounts: tests.accounts.test_in_the_browser holds them to the same rules."""
