"""Officers of one's institution in words, and the digest: what answers to you, what is due, what must not be shared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.countries import country_name
from common.addresses import address
from common.phrases import due as due_phrase
from referral.actor import Actor
from referral.enums import Action, DeadlineKind, NotCovered, Role, Safeguard
from referral.models import Case, Deadline, Membership
from referral.pages.handover_words import VERBS
from referral.pages.links import person_url, task_url
from referral.policy import role_may
from referral.selectors.facts import contact_view
from referral.selectors.people import gap_listed
from referral.services.readers import ANSWERING


@dataclass(frozen=True, slots=True)
class Officer:
    """One seat of the institution."""

    name: str
    role: Role
    away_until: datetime | None
    own: bool
    replace_url: str


@dataclass(frozen=True, slots=True)
class DueTask:
    """One thing that is due in a case."""

    label: str
    url: str
    phrase: str
    late: bool
    handled: str


@dataclass(frozen=True, slots=True)
class DigestCase:
    """What a new officer has to know of one person."""

    code_word: str
    code: str
    url: str
    gap: NotCovered | None
    wishes: str
    due: tuple[DueTask, ...]
    silent: tuple[str, ...]
    """What must not be shared, each a sentence."""


def officers(rows: Iterable[Membership], actor: Actor, wall: datetime) -> list[Officer]:
    """Everybody who works here. A seat that answers for the country can be given to a colleague."""
    return [
        Officer(
            name=str(row.user),
            role=Role(row.role),
            away_until=row.away_until_wall if row.away_until_wall and row.away_until_wall > wall else None,
            own=row.pk == actor.membership_id,
            replace_url=address("referral:replace_officer", row.pk) if row.role in ANSWERING else "",
        )
        for row in rows
    ]


def colleagues(rows: Iterable[Membership], leaving: Membership) -> list[tuple[int, str]]:
    """Who could take over, each person once."""
    found = {row.user_id: str(row.user) for row in rows if row.user_id != leaving.user_id}
    return list(found.items())


def digest(rows: Sequence[Case], at: datetime) -> list[DigestCase]:
    """Each case of the page. Reads prefetched rows alone."""
    return [_case(case, at) for case in rows]


def _case(case: Case, at: datetime) -> DigestCase:
    person = case.person
    return DigestCase(
        code_word=person.code_word,
        code=person.public_code,
        url=person_url(person.public_code),
        gap=gap_listed(case, at),
        wishes=person.wishes,
        due=tuple(_due(row, case, at) for row in case.due),  # type: ignore[attr-defined]
        silent=tuple(_silent(case)),
    )


def _due(row: Deadline, case: Case, at: datetime) -> DueTask:
    row.case = case
    if row.handover is not None:
        row.handover.case = case
    return DueTask(
        label=str(VERBS[DeadlineKind(row.kind)]),
        url=task_url(row),
        phrase=due_phrase(row.due_at, at),
        late=row.due_at <= at,
        handled=handled(row),
    )


@dataclass(frozen=True, slots=True)
class Hand:
    """Who is on it, and what the viewer may say about that. `seen` keeps who was named when the page was made."""

    name: str
    own: bool
    seen: int
    take_url: str
    leave_url: str


def hand(row: Deadline, actor: Actor) -> Hand | None:
    """The "I am on it" of a deadline; None where it is not the viewer's institution that owes it."""
    if row.owes_id != actor.institution_id or not role_may(actor.role, Action.TAKE_ON):
        return None
    own = row.handled_by_id == actor.membership_id
    return Hand(
        name=handled(row),
        own=own,
        seen=row.handled_by_id or 0,
        take_url="" if own else address("referral:take_on", row.pk),
        leave_url=address("referral:let_go", row.pk) if own else "",
    )


def handled(row: Deadline) -> str:
    """Who said: I am on it; empty when nobody did."""
    return str(row.handled_by.user) if row.handled_by is not None else ""


def _silent(case: Case) -> Iterable[str]:
    """Countries, family, place: in the order in which a mistake does most harm."""
    facts = contact_view(case)
    for country in sorted(facts.feared | (facts.origins if facts.asylum else frozenset())):
        yield _("Nothing to %(country)s") % {"country": country_name(country)}
    for blocked in case.person.blocked.all():
        name = blocked.institution.name if blocked.institution else country_name(blocked.country_id or "")
        yield _("Nothing to %(country)s") % {"country": name}
    if case.person.no_family_contact:
        yield str(Safeguard.NO_FAMILY_CONTACT.label)
    if case.person.no_location:
        yield str(Safeguard.NO_LOCATION.label)
    if facts.asylum:
        yield str(Safeguard.ASYLUM.label)
