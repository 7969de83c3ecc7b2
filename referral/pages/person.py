"""The person's page: tonight, what the person wants, who answers, covered or not and why, what is due next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.countries import country_name
from common.components import Link, SummaryRow, Tile
from referral.enums import (
    Action,
    AgeBasis,
    Basis,
    CaseStage,
    Compartment,
    DeadlineKind,
    FoundBy,
    HandoverState,
    NotCovered,
    Opinion,
    RiskLevel,
    TraffickingStatus,
    YesNoUnknown,
)
from referral.languages import language_list
from referral.models import Deadline, Handover, RiskAssessment
from referral.pages.blocked import recipient_name
from referral.pages.handover_words import TONES, VERBS
from referral.pages.home_help import more_pages
from referral.pages.links import HOME_PAGES, home_task_url, place_of, task_url
from referral.pages.viewed import Viewed
from referral.pages.words import Toned, age
from referral.selectors import person as rows
from referral.selectors.due import ACT_OF
from referral.selectors.facts import gap_now, is_child
from referral.selectors.families import links_of

C = Compartment
RISK_TONES = {RiskLevel.HIGH: "gap", RiskLevel.MEDIUM: "waiting", RiskLevel.LOW: "protected"}
SAFE_TONES = {YesNoUnknown.YES: "protected", YesNoUnknown.NO: "gap", YesNoUnknown.UNKNOWN: "waiting"}


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due: by whom, until when, resting on what."""

    label: str
    due_at: datetime
    overdue: bool
    who: str
    ours: bool
    basis: Basis
    basis_text: str
    url: str


def _place_of(view: Viewed, row: Deadline) -> str:
    """Where it is done, when the viewer's country owes it and she may."""
    kind = DeadlineKind(row.kind)
    if row.handover is not None:
        row.handover.case = view.case
        return place_of(row.handover)
    if row.enquiry is not None or row.request is not None:
        return task_url(row) if view.may(Action.ANSWER_REQUEST) else ""
    action = ACT_OF.get(kind)
    return home_task_url(kind, view.code) if kind in HOME_PAGES and action is not None and view.may(action) else ""


@dataclass(frozen=True, slots=True)
class Tonight:
    """Safe? Bed until, medicine until, who to call."""

    tiles: tuple[Tile, ...]
    change_url: str


@dataclass(frozen=True, slots=True)
class OpenHandover:
    """The handover that is open, or the viewer's own draft."""

    reference: str
    url: str
    sender: str
    receiver: str
    state: HandoverState
    tone: str
    draft: bool


@dataclass(frozen=True, slots=True)
class Today:
    """The first page of a person."""

    covered: bool
    died: bool
    """Recorded as dead, for a reader whose role may know it: then nobody is called covered or not."""
    gap: str
    """Why the person is not covered, where the viewer's role may know it."""
    tonight: Tonight | None
    wishes: str
    wishes_url: str
    answers: str
    answers_here: bool
    answers_since: datetime | None
    taken: bool
    take_url: str
    release_url: str
    child_notice_url: str
    due: tuple[Due, ...]
    handover: OpenHandover | None
    facts: tuple[SummaryRow, ...]
    care_url: str
    handover_url: str
    enquiry_url: str
    danger_url: str
    whereabouts_url: str
    identity_url: str
    identity_change_url: str
    more: tuple[Link, ...]


def today(view: Viewed) -> Today:
    """What is known now, each part only where the viewer's role reads it and may act on it."""
    case, person = view.case, view.case.person
    links = [link for link in rows.chain(case) if link.until is None]
    opened = rows.open_handover(view.actor, case)
    file = rows.child_file(view.actor, case)
    told = file is not None and file.told_child_protection_at is not None
    gap = gap_now(case, view.at)
    return Today(
        covered=gap is None,
        died=gap is NotCovered.DIED and view.reads(C.D2),
        gap=str(gap.label) if gap and view.reads(C.D2) else "",
        tonight=_tonight(view) if view.reads(C.D2) else None,
        wishes=person.wishes if view.reads(C.D2) else "",
        wishes_url=_to(view, "facts", Action.RECORD_FACTS),
        answers=case.holder.name if case.holder else "",
        answers_here=case.holder is not None and case.holder.country_id == view.actor.country_code,
        answers_since=links[0].since if links else None,
        taken=case.taken_at is not None,
        take_url=_to(view, "take", Action.TAKE_CASE) if case.taken_at is None else "",
        release_url=_to(view, "release", Action.RELEASE) if rows.open_release(view.actor, case) else "",
        child_notice_url=_to(view, "child_notice", Action.ASSIGN) if is_child(case) and not told else "",
        due=tuple(_due(view, row) for row in rows.owed(view.actor, case) if _told_of(view, row)),
        handover=_open_handover(opened) if opened else None,
        facts=tuple(_facts(view)),
        care_url=_to(view, "needs", Action.RECORD_CARE),
        handover_url=_to(view, "start_handover", Action.PREPARE) if opened is None else "",
        enquiry_url=_to(view, "ask_enquiry", Action.ENQUIRE) if case.taken_at else "",
        danger_url=_to(view, "danger", Action.RECORD_TONIGHT),
        whereabouts_url=_to(view, "whereabouts", Action.RECORD_WHEREABOUTS),
        identity_url=_to(view, "identity", Action.VIEW_IDENTITY),
        identity_change_url=_to(view, "identity_change", Action.RECORD_FACTS),
        more=more_pages(view),
    )


def _told_of(view: Viewed, row: Deadline) -> bool:
    """Whether the viewer may know that this is due: what her own institution owes, the rest as far as her role reads."""
    if row.owes_id == view.actor.institution_id:
        return True
    return view.reads(C.D2) and (row.owes.country_id == view.actor.country_code or not view.route_hidden)


def start_url(view: Viewed) -> str:
    """Where a handover is begun; empty where the viewer may not, or one is open."""
    return "" if rows.open_handover(view.actor, view.case) else _to(view, "start_handover", Action.PREPARE)


def _to(view: Viewed, name: str, action: Action) -> str:
    """The address, where the viewer may do what it is for."""
    return view.url(name) if view.may(action) else ""


def _tonight(view: Viewed) -> Tonight:
    person = view.case.person
    safe = YesNoUnknown(person.safe_tonight)
    unknown = _("Not recorded")

    def until(label: str, at: datetime | None) -> Tile:
        passed = at is not None and at <= view.at
        return Tile(label, view.moment(at) or unknown, tag=Toned(_("This has passed"), "waiting") if passed else None)

    return Tonight(
        tiles=(
            Tile(_("Safe tonight?"), tag=Toned(str(safe.label), SAFE_TONES[safe])),
            until(_("Bed until"), person.bed_until_at),
            until(_("Medicine until"), person.medicine_until_at),
            Tile(_("Who to call"), person.call_tonight or unknown),
        ),
        change_url=_to(view, "tonight", Action.RECORD_TONIGHT),
    )


def _due(view: Viewed, row: Deadline) -> Due:
    ours = row.owes.country_id == view.actor.country_code
    return Due(
        label=str(VERBS.get(DeadlineKind(row.kind), DeadlineKind(row.kind).label)),
        due_at=row.due_at,
        overdue=view.late(row),
        who=row.owes.name,
        ours=ours,
        basis=Basis(row.basis),
        basis_text=row.basis_text,
        url=_place_of(view, row),
    )


def _open_handover(row: Handover) -> OpenHandover:
    return OpenHandover(
        reference=row.reference,
        url=place_of(row),
        sender=country_name(row.sender.country_id or ""),
        receiver=country_name(row.receiver_country_id),
        state=HandoverState(row.state),
        tone=TONES.get(row.state, "neutral"),
        draft=row.state == HandoverState.DRAFT,
    )


def _facts(view: Viewed) -> Sequence[SummaryRow]:
    """Key facts, each with "Change" where the viewer may record anew."""
    case, person = view.case, view.case.person
    known = view.reads(C.D0)
    found = [SummaryRow(_("Stage"), CaseStage(case.stage).label), SummaryRow(_("Found"), _found(view))] if known else []
    if view.reads(C.D2):
        age_rests_on = AgeBasis(person.age_basis).label
        found.append(
            SummaryRow(
                _("Age"),
                age(person) or _("Not known"),
                hint=_age_hint(view, str(age_rests_on)),
                links=_change(view, "facts", Action.RECORD_FACTS, _("the age")),
            )
        )
        found.append(
            SummaryRow(
                _("Languages"),
                language_list(person.languages) or _("Not recorded"),
                links=_change(view, "facts", Action.RECORD_FACTS, _("the languages")),
            )
        )
        found.append(
            SummaryRow(
                _("Contact"),
                person.safe_contact or _("Not recorded"),
                links=_change(view, "facts", Action.RECORD_FACTS, _("the safe contact")),
            )
        )
        found.append(_risk_row(view, rows.latest_risk(view.actor, case)))
    if view.reads(C.D3):
        screening = rows.latest_screening(view.actor, case)
        value = Opinion(screening.opinion).label if screening else _("Not screened here")
        found.append(
            SummaryRow(
                _("Screening"),
                value,
                hint=view.moment(screening.at) if screening else "",
                links=_change(view, "screening", Action.SCREEN, _("the screening"), again=True),
            )
        )
        found.append(SummaryRow(_("Status"), TraffickingStatus(case.status).label))
    if view.reads(C.D5) or view.reads(C.D6):
        tracks = rows.legal_tracks(view.actor, case)
        words = " · ".join(f"{track.get_kind_display()}: {track.get_state_display()}" for track in tracks)
        found.append(
            SummaryRow(
                _("Law"),
                words or _("No track open"),
                links=_change(view, "legal", Action.RECORD_LEGAL, _("a legal track"), again=True),
            )
        )
    if view.reads(C.D5):
        countries = " · ".join(country_name(code) for code in person.citizenships)
        found.append(SummaryRow(_("Citizenship"), countries or _("Not recorded")))
    if view.reads(C.D7):
        found += [_family_row(view), _blocked_row(view)]
    if view.reads(C.D7) and is_child(case):
        found.append(_child_row(view))
    if not view.reads(C.D2):
        return found  # a shelter's name tells where the person is, a liaison's which law she turned to
    team = " · ".join(f"{row.institution.name} ({row.get_kind_display()})" for row in rows.working(view.actor, case))
    found.append(
        SummaryRow(
            _("Works on the case"),
            team or _("Nobody yet"),
            links=_change(view, "assign", Action.ASSIGN, _("an institution"), add=True),
        )
    )
    return found


def _found(view: Viewed) -> str:
    return pgettext("found by, when", "%(by)s, %(when)s") % {
        "by": FoundBy(view.case.found_by).label, "when": view.moment(view.case.opened_at),
    }  # fmt: skip


def _age_hint(view: Viewed, rests_on: str) -> str:
    if is_child(view.case):
        return _("Rests on: %(basis)s. Presumed to be a child until a named authority finds otherwise.") % {
            "basis": rests_on
        }
    return _("Rests on: %(basis)s.") % {"basis": rests_on}


def _risk_row(view: Viewed, risk: RiskAssessment | None) -> SummaryRow:
    links = _change(view, "risk", Action.RECORD_RISK, _("the risk"), again=True)
    if risk is None:
        return SummaryRow(_("Risk"), _("Not assessed here"), links=links)
    past = risk.valid_until_at <= view.at
    sentence = _("Out of date since %(when)s.") if past else _("Valid until %(when)s.")
    hint = sentence % {"when": view.moment(risk.valid_until_at)}
    return SummaryRow(_("Risk"), RiskLevel(risk.level).label, hint=hint, links=links)


def _child_row(view: Viewed) -> SummaryRow:
    file = rows.child_file(view.actor, view.case)
    done = [
        word
        for word, held in (
            (_("guardian named"), bool(file and file.guardian)),
            (_("assessment written"), bool(file and file.assessment_at)),
            (_("determination made"), bool(file and file.determination_at)),
        )
        if held
    ]
    return SummaryRow(
        _("Child's file"),
        " · ".join(done) or _("Empty"),
        links=_change(view, "child", Action.RECORD_CHILD, _("the child's file")),
    )


def _family_row(view: Viewed) -> SummaryRow:
    """How many people belong to this one; who they are stands on the page of the family."""
    at_home = view.case.opened_by.country_id == view.actor.country_code
    count = len(view.case.person.links.all() if at_home else links_of(view.case, view.actor))
    value = (
        ngettext("%(count)d person", "%(count)d people", count) % {"count": count} if count else _("Nobody recorded")
    )
    return SummaryRow(
        _("Belongs together with"), value, links=_change(view, "family", Action.LINK_FAMILY, _("the family"), add=True)
    )


def _blocked_row(view: Viewed) -> SummaryRow:
    """Who must never learn of the situation; why stands on the page of its own."""
    names = " · ".join(recipient_name(row) for row in rows.blocked(view.actor, view.case))
    return SummaryRow(
        _("Must never learn of it"),
        names or _("Nobody named"),
        links=_change(view, "blocked", Action.RECORD_FACTS, _("who must never learn of it")),
    )


def _change(
    view: Viewed, name: str, action: Action, hidden: str, *, again: bool = False, add: bool = False
) -> tuple[Link, ...]:
    """The link of a fact. What is never changed but recorded anew says so."""
    if not view.may(action):
        return ()
    label = pgettext("fact", "Add") if add else pgettext("fact", "Record anew") if again else pgettext("fact", "Change")
    return (Link(label, view.url(name), hidden),)
