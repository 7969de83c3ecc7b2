"""The history of a case in words: what happened, when in the exercise, when in real time, who."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from accounts.countries import country_name
from common.phrases import long_moment
from referral import enums
from referral.actor import Actor
from referral.enums import Action, Role
from referral.models import CaseEvent
from referral.pages.handover_words import DECLINED, happened, reason_shown
from referral.services.care.blocked import BLOCK, LIFT
from referral.transitions import Side

HAPPENED: Mapping[str, Promise] = {
    Action.OPEN_CASE: pgettext_lazy("event", "Case opened"),
    Action.TAKE_CASE: pgettext_lazy("event", "Case taken by the focal point"),
    Action.RECORD_TONIGHT: pgettext_lazy("event", "Tonight recorded"),
    "imported": pgettext_lazy("event", "Imported from a file"),
    "danger": pgettext_lazy("event", "Danger now"),
    Action.SCREEN: pgettext_lazy("event", "Screening recorded"),
    Action.RECORD_FACTS: pgettext_lazy("event", "Facts about the person recorded"),
    "add_need": pgettext_lazy("event", "Need added"),
    "meet_need": pgettext_lazy("event", "Need met"),
    "add_service": pgettext_lazy("event", "Service added"),
    "end_service": pgettext_lazy("event", "End of a service recorded"),
    Action.RECORD_RISK: pgettext_lazy("event", "Risk assessed"),
    Action.RECORD_CONSENT: pgettext_lazy("event", "Decision recorded"),
    Action.RECORD_CHILD: pgettext_lazy("event", "Child's file written"),
    Action.RECORD_LEGAL: pgettext_lazy("event", "Legal track recorded"),
    Action.RECORD_WHEREABOUTS: pgettext_lazy("event", "Whereabouts recorded"),
    Action.ASSIGN: pgettext_lazy("event", "Institution asked to work on the case"),
    "unassign": pgettext_lazy("event", "Work of an institution ended"),
    "tell_child_protection": pgettext_lazy("event", "Child protection told"),
    Action.RELEASE: pgettext_lazy("event", "Released to protection"),
    "identity_shown": pgettext_lazy("event", "Identity shown"),
    "identity_changed": pgettext_lazy("event", "Name or contact recorded"),
    "start_draft": pgettext_lazy("event", "Handover begun"),
    "save_draft": pgettext_lazy("event", "Draft saved"),
    "see_preview": pgettext_lazy("event", "Packet looked at before sending"),
    Action.ENQUIRE: pgettext_lazy("event", "Enquiry for a place"),
    Action.ANSWER_ENQUIRY: pgettext_lazy("event", "Enquiry answered"),
    Action.RECORD_ENQUIRY: pgettext_lazy("event", "Enquiry answered by telephone"),
    "withdraw_enquiry": pgettext_lazy("event", "Enquiry taken back"),
    Action.SEEK: pgettext_lazy("event", "Request about the person"),
    Action.ANSWER_REQUEST: pgettext_lazy("event", "Request about the person decided"),
    Action.TAKE_ON: pgettext_lazy("event", "Somebody is on it"),
    "let_go": pgettext_lazy("event", "Nobody is on it any more"),
    Action.REPLACE_OFFICER: pgettext_lazy("event", "Work of an officer passed on"),
    "link_people": pgettext_lazy("event", "Recorded who belongs together"),
    BLOCK: pgettext_lazy("event", "Recorded who must never learn of the situation"),
    LIFT: pgettext_lazy("event", "Somebody may learn of the situation again"),
    Action.LINK_FAMILY: pgettext_lazy("event", "Travels with others of the family"),
    "leave_family": pgettext_lazy("event", "Does not travel with the others"),
    Action.REFER: pgettext_lazy("event", "A service was asked to help"),
    "referral_acknowledged": pgettext_lazy("event", "The service has the request"),
    "referral_accepted": pgettext_lazy("event", "The service helps"),
    "referral_declined": pgettext_lazy("event", "The service cannot help now"),
    "referral_reported": pgettext_lazy("event", "The service says how the help goes"),
    "referral_withdrawn": pgettext_lazy("event", "Request to a service taken back"),
    Action.IDENTIFY: pgettext_lazy("event", "Identification"),
    Action.RECORD_HEALTH: pgettext_lazy("event", "Health entry written"),
    Action.SPEAK: pgettext_lazy("event", "What the person says was passed on"),
    "complaint": pgettext_lazy("event", "Somebody complains about the help"),
    Action.MERGE: pgettext_lazy("event", "Files of one person joined"),
    "merge_asked": pgettext_lazy("event", "Joining with another file asked for"),
    "merge_refused": pgettext_lazy("event", "Joining with another file refused"),
    Action.CLOSE_CASE: pgettext_lazy("event", "Closing the case"),
    "closing_waits": pgettext_lazy("event", "A colleague asks you to confirm that a case is closed"),
    "negative_waits": pgettext_lazy("event", "A colleague asks you to confirm a proposed no"),
    Action.MAJORITY: pgettext_lazy("event", "The person came of age"),
    Action.REVIEW_MAJORITY: pgettext_lazy("event", "Child's safeguards reviewed"),
    Action.AMEND: pgettext_lazy("event", "Entry corrected"),
    Action.CONTINUE_TASK: pgettext_lazy("event", "A task that stayed here recorded"),
    "glass_asked": pgettext_lazy("event", "Break-glass access asked for"),
    "glass_waits": pgettext_lazy("event", "A colleague asks you to confirm break-glass access"),
    "glass_opened": pgettext_lazy("event", "Opened by break-glass for sixty minutes"),
    "glass_read": pgettext_lazy("event", "Read under break-glass"),
    "glass_ended": pgettext_lazy("event", "Break-glass ended"),
    "glass_dropped": pgettext_lazy("event", "Break-glass request not gone on with"),
    "glass_refused": pgettext_lazy("event", "Break-glass refused: nothing may reach who asked"),
    "glass_nothing": pgettext_lazy("event", "A break-glass request of your side opened nothing"),
    Action.ASK_OVERDUE: pgettext_lazy("event", "The regional coordinator asks for an answer"),
    Action.REVIEW_AUDIT: pgettext_lazy("event", "Reviewed by a data protection officer"),
    "erased": pgettext_lazy("event", "What was said about the person erased, its time being over"),
}
"""Acts at home by the code of their event; those on a handover stand in `handover_words`."""

TOLD: Mapping[str, Promise] = {
    **HAPPENED,
    Action.ASSIGN: pgettext_lazy("event", "You are asked to work on the case"),
    "unassign": pgettext_lazy("event", "Your work on the case has ended"),
    "tell_child_protection": pgettext_lazy("event", "A child needs your protection"),
    "add_service": pgettext_lazy("event", "Somebody gets a place with you"),
    Action.REFER: pgettext_lazy("event", "Your service is asked to help"),
}
"""The same as whoever is told reads it, where the record speaks of a third."""

CODED_BY: Mapping[str, type] = {
    Action.OPEN_CASE: enums.FoundBy, Action.SCREEN: enums.Opinion, "add_need": enums.NeedKind, "meet_need": enums.NeedKind,
    "add_service": enums.NeedKind, "end_service": enums.NeedKind, Action.RECORD_RISK: enums.RiskLevel,
    Action.RECORD_LEGAL: enums.LegalTrackKind, Action.RECORD_WHEREABOUTS: enums.WhereaboutsKind,
    Action.ASSIGN: enums.AssignmentKind, "unassign": enums.AssignmentKind, Action.REFER: enums.NeedKind,
    Action.SEEK: enums.AskKind, Action.TAKE_ON: enums.DeadlineKind, "let_go": enums.DeadlineKind,
    "referral_acknowledged": enums.NeedKind, "referral_accepted": enums.NeedKind, "referral_reported": enums.NeedKind,
    "referral_withdrawn": enums.NeedKind, "referral_declined": enums.DeclineReason, Action.SPEAK: enums.VoiceKind,
    Action.CONTINUE_TASK: enums.LegalTrackKind, "glass_ended": enums.GlassEnd, "glass_dropped": enums.GlassState,
    Action.ASK_OVERDUE: enums.OverduePhrase,
}  # fmt: skip
"""Which enumeration the code of an event belongs to."""

READ: Mapping[str, Promise] = {
    "person": pgettext_lazy("tab", "Today"), "needs": pgettext_lazy("tab", "Needs and services"),
    "person_handovers": pgettext_lazy("tab", "Handovers"), "consent": pgettext_lazy("tab", "What the person decided"),
    "history": pgettext_lazy("tab", "History"), "shared": pgettext_lazy("tab", "What was shared"),
    "file": pgettext_lazy("tab", "File"), "identity": pgettext_lazy("tab", "Identity"), "health": pgettext_lazy("tab", "Health"),
    "sealed": pgettext_lazy("tab", "What is kept sealed"), "sealed_identity": pgettext_lazy("tab", "What is kept sealed"),
    "referrals": pgettext_lazy("tab", "Requests to services"),
    "identification": pgettext_lazy("tab", "Identification"), "voices": pgettext_lazy("tab", "What the person says"),
}  # fmt: skip
"""Which page was read, by the name of its address."""

GAPS = frozenset({"danger"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. Both times stand on it; `happened` only where the fact is older than its record."""

    heading: str
    detail: str
    who: str
    role: str
    at: str
    real: str
    happened: str
    state: str
    reference: str
    handover_url: str
    amends: int | None
    amended_by: int | None
    number: int
    correction: str = ""
    reason: str = ""
    correct_url: str = ""


def entries(
    events: Iterable[CaseEvent],
    actor: Actor,
    zone: str,
    url_of: Mapping[int, str],
    correct_url: Callable[[CaseEvent], str] = lambda _event: "",
) -> tuple[Entry, ...]:
    """Events in the order given. `url_of` has an address for each handover that the viewer may open, `correct_url` the
    page on which an entry of the viewer's own institution is put right.
    """
    return tuple(_entry(event, actor, zone, url_of, correct_url) for event in events)


def _entry(
    event: CaseEvent, actor: Actor, zone: str, url_of: Mapping[int, str], correct_url: Callable[[CaseEvent], str]
) -> Entry:
    own = event.institution is not None and event.institution.country_id == actor.country_code
    handover = event.handover
    correction = getattr(event, "amendment", None)
    side = Side.SENDER if handover is None or handover.sender_id == actor.institution_id else Side.RECEIVER
    heading = HAPPENED.get(event.kind) or happened(event.kind, own=own, side=side)
    amended = next(iter(event.amended_by.all()), None)
    return Entry(
        heading=str(heading),
        detail=_detail(event, side),
        who=event.institution.name if event.institution else _("The system, by itself"),
        role=str(Role(event.role).label) if event.role else "",
        at=long_moment(event.at, zone),
        real=long_moment(event.wall, zone),
        happened=long_moment(event.happened_at, zone) if event.happened_at != event.at else "",
        state="gap" if event.kind in GAPS else "declined" if event.kind in DECLINED else "done",
        reference=handover.reference if handover else "",
        handover_url=url_of.get(handover.pk, "") if handover else "",
        amends=event.amends.seq if event.amends else None,
        amended_by=amended.seq if amended else None,
        number=event.seq,
        correction=correction.text if correction else "",
        reason=correction.reason if correction else "",
        correct_url=correct_url(event) if event.institution_id == actor.institution_id and amended is None else "",
    )


def _detail(event: CaseEvent, side: Side) -> str:
    """The code of the event in words."""
    if not event.code:
        return ""
    if event.kind == Action.RECORD_CONSENT:
        kind, _sep, decision = event.code.partition(":")
        return _("%(kind)s: %(decision)s") % {
            "kind": enums.ConsentKind(kind).label,
            "decision": enums.ConsentDecision(decision).label,
        }
    if event.kind == Action.CLOSE_CASE:
        proposed, _sep, reason = event.code.rpartition(":")
        label = enums.ClosureReason(reason).label
        return _("%(reason)s, proposed to a second person") % {"reason": label} if proposed else str(label)
    if event.kind == Action.IDENTIFY:
        return identification_words(event.code)
    if event.kind in (Action.MERGE, Action.AMEND):
        return ""
    if event.kind in (BLOCK, LIFT):
        known_kind = event.code in enums.InstitutionKind.values
        return str(enums.InstitutionKind(event.code).label) if known_kind else country_name(event.code)
    if event.kind == "glass_read":
        return str(READ.get(event.code, ""))
    known = CODED_BY.get(event.kind)
    if known is not None:
        return str(known(event.code).label) if event.code in known.values else ""  # type: ignore[attr-defined]
    return reason_shown(event.code, side, event.kind)


IDENTIFIED: Mapping[str, Promise] = {
    "positive": pgettext_lazy("event", "yes"),
    "negative": pgettext_lazy("event", "no"),
    "proposed": pgettext_lazy("event", "a no is proposed to a second person"),
    "dropped": pgettext_lazy("event", "the proposed no is not gone on with"),
}
"""What came of a step of the identification."""


def identification_words(code: str) -> str:
    """Which decision, and what came of it; empty for an unknown code."""
    step, _sep, outcome = code.partition(":")
    if step not in enums.IdentificationStep.values or outcome not in IDENTIFIED:
        return ""
    words = {"step": enums.IdentificationStep(step).label, "outcome": IDENTIFIED[outcome]}
    return _("%(step)s: %(outcome)s") % words
