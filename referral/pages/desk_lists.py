"""The lists that desks are made of: each asks its selector once and says its rows in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from accounts.countries import country_name
from common.addresses import address
from common.components import Task
from common.phrases import isolate
from referral.enums import (
    Action,
    Compartment,
    ConsentKind,
    DeadlineKind,
    HandoverState,
    HoldReason,
    NeedKind,
    NotCovered,
    ReferralState,
    Urgency,
)
from referral.models import Case, Service
from referral.pages.desk_rows import At, Find, Rows, entries, item, page_of
from referral.pages.handover_words import COVERED, LOOK, NOT_COVERED, TONES, Sentence
from referral.pages.inbox import Entry, entry
from referral.pages.links import handover_url, person_url, place_of, referral_url
from referral.pages.referrals import TONES as REFERRAL_TONES
from referral.policy import reads
from referral.selectors import desk as rows
from referral.selectors import inbox
from referral.selectors.cases import standings
from referral.selectors.facts import is_child
from referral.service_states import standing

CHILD_ANSWER = (DeadlineKind.CHILD_ANSWER,)


def due(*kinds: DeadlineKind) -> Find:
    """What is due from the reader, by due time; some kinds, or all."""

    def find(at: At) -> Rows:
        found = inbox.waiting(at.actor, at.now, kinds=kinds)
        return Rows(
            tuple(entry(thing, at.actor, at.now.at) for thing in found.rows),
            all_url=address("referral:inbox") if found.more else "",
        )

    return find


def uncovered(at: At) -> Rows:
    """People whom the reader can make safe and who are not covered now."""
    found = inbox.uncovered_people(at.actor, at.now)
    return Rows(
        tuple(entry(thing, at.actor, at.now.at) for thing in found.rows),
        all_url=address("referral:inbox") if found.more else "",
    )


def people(at: At) -> Rows:
    """Everybody with whom the reader works, who is not covered first; why, only where the role reads it.

    Whom the reader can make safe stands among those who are not covered already.
    """
    found = inbox.people_worked_with(at.actor, at.now)
    above = bool(standings(at.actor, Action.RECORD_TONIGHT))
    shown = tuple(_person(thing.case, thing.gap, at) for thing in found.rows if thing.gap is None or not above)
    return Rows(shown, all_url=address("referral:people") if found.more else "")


def _person(case: Case, gap: NotCovered | None, at: At) -> Entry:
    person, told = case.person, reads(at.actor.role, Compartment.D2)
    note = str(gap.label) if gap and told else "" if case.taken_at else _("Not taken by the focal point yet")
    shown = is_child(case) and told
    tone, status = ("protected", COVERED) if gap is None else ("gap", NOT_COVERED)
    return item(person, LOOK, person_url(person.public_code), tone, status, note, child=shown)


def child_answers(at: At) -> Rows:
    """Handovers of children for which child protection of this country owes its answer."""
    found = inbox.waiting(at.actor, at.now, kinds=CHILD_ANSWER)
    return entries(_to_answer(entry(thing, at.actor, at.now.at)) for thing in found.rows)


def _to_answer(found: Entry) -> Entry:
    return replace(found, item=replace(found.item, url=address("referral:child_answer", found.item.reference)))


def services_ending(at: At) -> Rows:
    """Services that end soon, or whose money does."""
    return entries(
        item(
            row.case.person, pgettext("desk verb", "Plan"), page_of("needs", row.case.person), "waiting",
            NeedKind(row.kind).label, _ends(row, at),
        )
        for row in rows.services_ending(at.actor, at.now.at)
    )  # fmt: skip


def _ends(row: Service, at: At) -> str:
    money = row.funded_until_at is not None and (row.until_at is None or row.funded_until_at < row.until_at)
    words = _("%(provider)s, money until %(when)s") if money else _("%(provider)s, until %(when)s")
    return words % {
        "provider": isolate(row.provider.name),
        "when": at.moment(row.funded_until_at if money else row.until_at),
    }


def needs_unmet(*kinds: NeedKind) -> Find:
    """Needs that nobody has met."""

    def find(at: At) -> Rows:
        place = "referral_new" if standings(at.actor, Action.REFER) else "person"
        return entries(
            item(
                row.case.person, pgettext("desk verb", "Find help"), page_of(place, row.case.person),
                "waiting" if row.urgency == Urgency.URGENT else "information",
                NeedKind(row.kind).label, str(Urgency(row.urgency).label),
            )
            for row in rows.needs_unmet(at.actor, kinds or tuple(NeedKind))
        )  # fmt: skip

    return find


def beds(at: At) -> Rows:
    """Who has a place here, and until when."""
    return entries(
        item(
            row.case.person, LOOK, person_url(row.case.person.public_code),
            "protected", standing(row, at.now.at).label,
            _("Until %(when)s") % {"when": at.moment(row.until_at)} if row.until_at else _("No end planned"),
        )
        for row in rows.beds(at.actor, at.now.at)
    )  # fmt: skip


REFERRAL_VERBS = {
    ReferralState.SENT: pgettext_lazy("desk verb", "Say that you have it"),
    ReferralState.ACKNOWLEDGED: pgettext_lazy("desk verb", "Say whether you can help"),
    ReferralState.ACCEPTED: pgettext_lazy("desk verb", "Say how the help goes"),
}


def referrals_received(at: At) -> Rows:
    """Requests to which the reader's service owes its next word."""
    return entries(
        item(
            row.case.person, REFERRAL_VERBS[ReferralState(row.state)], referral_url(row.reference),
            REFERRAL_TONES[row.state], NeedKind(row.kind).label, row.sender.name,
            due_at=row.due_at, reference=row.reference, sent_at=row.sent_at,  # type: ignore[attr-defined]
        )
        for row in rows.referrals_received(at.actor)
    )  # fmt: skip


def referrals_sent(at: At) -> Rows:
    """Requests that a service still has to answer or to report on."""
    return entries(
        item(
            row.case.person, LOOK, referral_url(row.reference), REFERRAL_TONES[row.state],
            ReferralState(row.state).label, row.provider.name,
            due_at=row.due_at, reference=row.reference, sent_at=row.sent_at,  # type: ignore[attr-defined]
        )
        for row in rows.referrals_sent(at.actor)
    )  # fmt: skip


def children_not_told(at: At) -> Rows:
    """That there are children of whom child protection has not been told; nothing about them."""
    count = rows.children_not_told(at.actor)
    if not count:
        return Rows()
    words = ngettext(
        "%(count)d child in your country of whom you have not been told yet",
        "%(count)d children in your country of whom you have not been told yet",
        count,
    )
    hint = _("The focal point is reminded by itself. You may call it.")
    return Rows(tasks=(Task(words % {"count": count}, address("referral:directory"), hint, _("Not told"), "waiting"),))


FILE_PARTS: tuple[tuple[str, Sentence], ...] = (
    ("guardian", gettext_lazy("guardian")),
    ("guardian_conflict_checked", gettext_lazy("check for a conflict of interest")),
    ("child_view", gettext_lazy("the child's own view")),
    ("assessment_at", gettext_lazy("assessment")),
    ("determination_at", gettext_lazy("determination")),
)


def child_files(at: At) -> Rows:
    """Children whose file is not complete, and what is missing."""
    place = "child" if standings(at.actor, Action.RECORD_CHILD) else "person"
    return entries(
        item(
            case.person, pgettext("desk verb", "Complete the file"), page_of(place, case.person), "waiting",
            pgettext("child's file", "Not complete"), _("Missing: %(parts)s") % {"parts": ", ".join(_missing(case))},
            child=True,
        )
        for case in rows.child_files_incomplete(at.actor)
    )  # fmt: skip


def _missing(case: Case) -> list[str]:
    file = getattr(case, "child_file", None)
    return [str(words) for name, words in FILE_PARTS if file is None or not getattr(file, name)]


def child_views(at: At) -> Rows:
    """Children whose own view nobody has written down; each leads to the page on which the guardian does."""
    return entries(
        item(
            case.person, pgettext("desk verb", "Ask"), page_of("child", case.person), "waiting",
            _("The child's view is missing"), _("Hear the child alone, and write down what the child says."),
            child=True,
        )
        for case in rows.child_views_missing(at.actor)
    )  # fmt: skip


OBJECTS = gettext_lazy("The child objects. Nothing moves until it was heard.")
OBJECTING: Mapping[str, Sentence] = {
    HoldReason.PERSON: gettext_lazy("The child wants to stop. Nothing moves until it was heard."),
    HoldReason.UNCONFIRMED: gettext_lazy("The agreement was taken back. Nothing moves until the child was heard."),
}
"""What is said of a hold that is no objection."""


def objections(at: At) -> Rows:
    """Children who object to going on, want to stop, or took their agreement back."""
    return entries(
        item(
            row.case.person, pgettext("desk verb", "Hear the child"), handover_url(row.reference), "gap",
            HandoverState(row.state).label, str(OBJECTING.get(row.hold_reason, OBJECTS)),
            sender=country_name(row.sender.country_id or ""), receiver=country_name(row.receiver_country_id),
            reference=row.reference, child=True,
        )
        for row in rows.objections(at.actor)
    )  # fmt: skip


def consents_missing(at: At) -> Rows:
    """Journeys to which the guardian has not said yes."""
    return entries(
        item(
            row.case.person, pgettext("desk verb", "Decide"),
            page_of("record_consent", row.case.person, kind=ConsentKind.MOVE.value, country=row.receiver_country_id, purpose=row.purpose),
            "waiting", _("No decision by the guardian"), _("Silence is no. The child's view is written down with it."),
            sender=country_name(row.sender.country_id or ""), receiver=country_name(row.receiver_country_id), child=True,
        )
        for row in rows.consents_missing(at.actor)
    )  # fmt: skip


def medicine(at: At) -> Rows:
    """Whose medicine ends soon; each leads to the entry in which it is said until when it lasts now."""
    return entries(
        item(
            case.person, pgettext("desk verb", "See to the medicine"), page_of("health_new", case.person),
            "gap" if case.person.medicine_until_at and case.person.medicine_until_at <= at.now.at else "waiting",
            _("Medicine ends"), _("Until %(when)s") % {"when": at.moment(case.person.medicine_until_at)},
        )
        for case in rows.medicine_ending(at.actor, at.now.at)
    )  # fmt: skip


def health_entries(at: At) -> Rows:
    """What the service wrote last: about whom and when, not what."""
    return entries(
        item(
            row.case.person, LOOK, page_of("health", row.case.person), "information",
            _("Also for the case manager") if row.for_case_manager else _("Only your service"),
            at.moment(row.recorded_at),
        )
        for row in rows.health_entries_of(at.actor)
    )  # fmt: skip


def away(at: At) -> Rows:
    """Who is away, and until when (real time)."""
    return Rows(
        tasks=tuple(
            Task(
                row.user.display_name or row.user.email,
                address("accounts:profile") if row.user_id == at.actor.user_id else "",
                _("Until %(when)s, real time. You stand in.") % {"when": at.moment(row.away_until_wall)},
                row.get_role_display(),
                "neutral",
            )
            for row in rows.away(at.actor, at.now.wall)
        )
    )


def escalated(at: At) -> Rows:
    """Handovers of which the regional coordinator was told."""
    return entries(
        item(
            row.case.person, LOOK, place_of(row), TONES.get(row.state, "neutral"), HandoverState(row.state).label,
            _("The regional coordinator was told on %(when)s.") % {"when": at.moment(row.escalated_at)},
            sender=country_name(row.sender.country_id or ""), receiver=country_name(row.receiver_country_id),
            reference=row.reference,
        )
        for row in rows.escalated(at.actor)
    )  # fmt: skip
