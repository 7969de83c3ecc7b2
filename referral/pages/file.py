"""The file of a case: whether it is open, what it was joined with, what waits for a second person, what stayed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from accounts.selectors import country_name
from common.phrases import long_moment
from referral.enums import Action, ClosureReason, LegalTrackKind, LegalTrackState
from referral.models import Case, ContinuingTask, Custody, Proposal
from referral.pages.acts_on_the_file import FILE_ACTS
from referral.pages.viewed import Viewed


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that one person proposed; `yes_url` and `no_url` for who may decide, `mine` for who proposed it."""

    sentence: str
    reason: str
    when: str
    mine: bool
    yes_url: str
    no_url: str
    submission: UUID


@dataclass(frozen=True, slots=True)
class Stayed:
    """A task of a former holder."""

    kind: str
    state: str
    reference: str
    since: str
    url: str


@dataclass(frozen=True, slots=True)
class FilePage:
    closed: str
    contact_later: str
    joined: tuple[str, ...]
    overlap: tuple[str, ...]
    waiting: tuple[Waiting, ...]
    tasks: tuple[Stayed, ...]
    links: tuple[tuple[str, str], ...]


def file_page(
    view: Viewed,
    proposals: Sequence[Proposal],
    tasks: Sequence[ContinuingTask],
    joined: Sequence[tuple[Case, Sequence[Custody]]],
) -> FilePage:
    """What the viewer sees of the file. `joined` holds files that ended in this one, each with its custody chain."""
    case = view.case
    closed = str(ClosureReason(case.closure_reason).label) if case.closure_reason else ""
    return FilePage(
        closed=closed,
        contact_later=case.contact_later.name if case.contact_later else "",
        joined=tuple(other.person.public_code for other, _chain in joined),
        overlap=tuple(_overlap_line(other, chain, view) for other, chain in joined),
        waiting=tuple(_waiting(row, view) for row in proposals),
        tasks=tuple(stayed(task, view) for task in tasks),
        links=tuple(
            (str(act.heading), view.url(name)) for name, act in FILE_ACTS.items() if _possible(view, name, act.action)
        ),
    )


def _possible(view: Viewed, name: str, action: Action) -> bool:
    if not view.may(action) or view.case.closed_at is not None:
        return False
    return name != "majority" or (
        view.case.person.of_age_at is not None and view.case.person.adult_confirmed_by_id is None
    )


def _overlap_line(other: Case, chain: Sequence[Custody], view: Viewed) -> str:
    """Who answered in the other file, from when to when: the past overlap is shown, never smoothed."""
    first, last = chain[0], chain[-1]
    holder = chain[-2].institution if len(chain) > 1 else first.institution
    country = holder.country_id or "" if holder is not None else ""
    if view.route_hidden and country != view.actor.country_code:
        # Where else an asylum seeker was is D5; that there was another file, and when, is not.
        return _("%(code)s: another country answered there from %(start)s to %(end)s.") % {
            "code": other.person.public_code,
            "start": long_moment(first.since_at, view.zone),
            "end": long_moment(last.since_at, view.zone),
        }
    return _("%(code)s: %(country)s answered there from %(start)s to %(end)s.") % {
        "code": other.person.public_code,
        "country": country_name(country) if country else "",
        "start": long_moment(first.since_at, view.zone),
        "end": long_moment(last.since_at, view.zone),
    }


def _waiting(row: Proposal, view: Viewed) -> Waiting:
    merging = row.action == Action.MERGE
    mine = row.proposed_by_id == view.actor.user_id
    sentence = (
        _("Another institution says that its file %(code)s is about the same person, and asks to end it here.")
        % {"code": row.case.person.public_code}
        if merging
        else _("A colleague proposes to close the case: %(reason)s. A second person confirms.")
        % {"reason": ClosureReason(row.facts["reason"]).label}
    )
    return Waiting(
        sentence=sentence,
        reason=str(row.facts.get("reason", "")) if merging else "",
        when=long_moment(row.proposed_at, view.zone),
        mine=mine,
        yes_url="" if mine else view.url("proposal", row.pk, "yes"),
        no_url=view.url("proposal", row.pk, "no"),
        submission=uuid4(),
    )


def stayed(task: ContinuingTask, view: Viewed) -> Stayed:
    """A task that stayed with the viewer's institution, with that compartment only."""
    return Stayed(
        kind=str(LegalTrackKind(task.track.kind).label),
        state=str(LegalTrackState(task.track.state).label),
        reference=task.track.reference,
        since=long_moment(task.since_at, view.zone),
        url=view.url("task", task.pk) if view.may(Action.CONTINUE_TASK) and task.until_at is None else "",
    )
