"""Lists of authority, liaisons, adviser and coordinator: their own part of a case, or none of it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.countries import country_name
from common import phrases
from common.addresses import address
from common.components import Task
from referral.enums import (
    Action,
    CaseStage,
    Compartment,
    IdentificationStep,
    LegalTrackKind,
    LegalTrackState,
    VoiceKind,
)
from referral.forms.audit import KINDS
from referral.pages.audit import AuditRow, audit_row
from referral.pages.desk_rows import At, Rows, entries, item, page_of
from referral.pages.home_help import SAID
from referral.policy import reads
from referral.selectors import audit, stubs
from referral.selectors import desk as rows
from referral.selectors.cases import standings


def negatives(at: At) -> Rows:
    """A no that waits for a second person."""
    return entries(
        item(
            row.case.person, pgettext("desk verb", "Look at a proposed no"), page_of("identification", row.case.person),
            "waiting", IdentificationStep(row.facts["step"]).label,
            _("You have proposed it; somebody else confirms it.")
            if row.proposed_by_id == at.actor.user_id
            else _("A colleague has proposed it. Read the reasons, then confirm it or not."),
        )
        for row in rows.negatives_proposed(at.actor)
    )  # fmt: skip


def tracks(at: At) -> Rows:
    """The tracks of the reader's own law, each with where it stands; then people without one."""
    running = [
        item(
            row.case.person, pgettext("desk verb", "Record where it stands"), page_of("legal", row.case.person), "information",
            LegalTrackKind(row.kind).label,
            " · ".join(word for word in (str(LegalTrackState(row.state).label), row.reference) if word),
            due_at=row.runs_until_at,
        )
        for row in rows.tracks(at.actor)
    ]  # fmt: skip
    waiting = [
        item(
            case.person,
            pgettext("desk verb", "Open a track"),
            page_of("legal", case.person),
            "waiting",
            _("No track yet"),
        )
        for case in rows.cases_without_track(at.actor)
    ]
    return entries([*waiting, *running])


def voices(at: At) -> Rows:
    """What people said last."""
    return entries(
        item(
            row.case.person, pgettext("desk verb", "Read"), page_of("voices", row.case.person), "information",
            SAID[VoiceKind(row.kind)], at.moment(row.recorded_at),
        )
        for row in rows.voices_of(at.actor)
    )  # fmt: skip


def with_adviser(at: At) -> Rows:
    """People who permitted that the adviser is there for them."""
    may = bool(standings(at.actor, Action.SPEAK))
    return entries(
        item(
            case.person, pgettext("desk verb", "Pass something on"), page_of("voice_new" if may else "person", case.person),
            "neutral", CaseStage(case.stage).label if reads(at.actor.role, Compartment.D0) else _("Permits your help"),
        )
        for case in rows.cases_worked_with(at.actor).order_by("pk")[: rows.SHOWN]
    )  # fmt: skip


def overdue_stubs(at: At) -> Rows:
    """What is long overdue: a number, what, between which countries, how late. Each leads to its coded phrases."""
    return Rows(tasks=tuple(_stub(row, at) for row in stubs.overdue(at.actor)))


def _stub(row: stubs.Stub, at: At) -> Task:
    owes = country_name(row.owes) if row.owes else _("An institution without a country")
    words = (
        _("%(owes)s owes this, %(waits)s waits for it")
        if row.waits and row.waits != row.owes
        else _("%(owes)s owes this")
    )
    hint = words % {"owes": owes, "waits": country_name(row.waits) if row.waits else ""}
    label = pgettext("stub", "%(kind)s, number %(reference)s") % {
        "kind": row.kind.label,
        "reference": phrases.isolate(row.reference),
    }
    return Task(label, address("referral:overdue_stub", row.pk), hint, phrases.due(row.due_at, at.now.at), "gap")


def overdue_counts(at: At) -> Rows:
    """How much is overdue, by kind of work. Countries are not compared."""
    return Rows(
        tasks=tuple(
            Task(str(kind.label), "", "", str(number) if number is not None else _("fewer than %(count)d") % {"count": stubs.SMALL}, "neutral")
            for kind, number in stubs.counts(at.actor, at.now.at)
        )
    )  # fmt: skip


def not_reviewed(at: At) -> Rows:
    """The newest lines of the audit list that nobody of the reader's office has reviewed, each leading to its review."""
    found = audit.not_reviewed(at.actor)
    return Rows(
        tasks=tuple(_line(kind, audit_row(kind, row), at) for kind, row in found[: audit.HANDFUL]),
        all_url=address("referral:audit") if len(found) > audit.HANDFUL else "",
    )


def _line(kind: audit.Kind, line: AuditRow, at: At) -> Task:
    told = (at.moment(line.at), line.who, line.about, line.recipient, line.rests_on)
    return Task(
        " · ".join(word for word in (str(KINDS[kind]), line.in_short) if word),
        line.url,
        " · ".join(phrases.isolate(word) for word in told if word),
    )


def complaints(at: At) -> Rows:
    """That somebody complains, and where."""
    return Rows(
        tasks=tuple(
            Task(
                pgettext("stub", "Complaint about help in %(country)s, number %(reference)s")
                % {"country": country_name(row.country) if row.country else "–", "reference": row.reference},
                "",
                at.moment(row.at),
            )
            for row in stubs.complaints(at.actor)
        )
    )
