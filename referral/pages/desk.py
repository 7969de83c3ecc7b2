"""The first screen of every role: which lists stand on it, in which order, and what it says when there is nothing to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.addresses import address
from common.components import Link
from referral.actor import Actor
from referral.enums import DeadlineKind, NeedKind, Role
from referral.pages import desk_lists as lists
from referral.pages import desk_specialists as special
from referral.pages import proposed
from referral.pages.desk_rows import At, Find, Rows
from referral.pages.handover_words import Sentence

D = DeadlineKind


@dataclass(frozen=True, slots=True)
class List:
    """One list of a desk. `counts` says whether its rows are things to do; `empty` what stands there without any."""

    heading: Sentence
    find: Find
    next: Sentence = ""
    empty: Sentence = ""
    counts: bool = True


DUE = List(
    gettext_lazy("What is due"), lists.due(), gettext_lazy("The next first. An item leaves when the work is done.")
)
UNCOVERED = List(
    gettext_lazy("Not covered now"), lists.uncovered, gettext_lazy("A safe place comes before everything else.")
)
PEOPLE = List(
    gettext_lazy("People you work with"), lists.people, counts=False,
    empty=gettext_lazy("Nobody yet. Whoever needs you is put here by the focal point of your country."),
)  # fmt: skip
RECEIVED = List(
    gettext_lazy("Requests to your service"), lists.referrals_received,
    gettext_lazy("Say that you have it, then whether you can help. A no is an answer too."),
)  # fmt: skip
SENT = List(
    gettext_lazy("Help that you asked for"),
    lists.referrals_sent,
    gettext_lazy("The service is reminded by itself."),
    counts=False,
)
VOICES = List(
    gettext_lazy("What people say about the help"),
    special.voices,
    gettext_lazy("Answer the person, in a language that they speak."),
    counts=False,
)
TRACKS = List(
    gettext_lazy("Your tracks"),
    special.tracks,
    gettext_lazy("You see code words and your own tracks, nothing else."),
    counts=False,
)
FILES = List(
    gettext_lazy("Files that are not complete"),
    lists.child_files,
    gettext_lazy("No child crosses a border without them."),
)
OBJECTIONS = List(
    gettext_lazy("Children who object or want to stop"),
    lists.objections,
    gettext_lazy("Hear the child alone and in a language it speaks."),
)

DESKS: Mapping[Role, tuple[List, ...]] = {
    Role.DEPUTY: (
        List(gettext_lazy("Who is away"), lists.away, gettext_lazy("You stand in for them."), counts=False),
        UNCOVERED,
        List(gettext_lazy("Waits for a second person"), proposed.to_confirm, gettext_lazy("What one person proposes, another one confirms or not. Until then nothing happens.")),
        List(gettext_lazy("Long overdue"), lists.escalated, gettext_lazy("Call the other side; silence never counts as a yes.")),
        DUE,
    ),
    Role.CASE_MANAGER: (
        UNCOVERED, DUE,
        List(gettext_lazy("Services that end soon"), lists.services_ending, gettext_lazy("Within a week. Find who goes on, before it ends.")),
        List(gettext_lazy("Needs that nobody meets"), lists.needs_unmet(), gettext_lazy("Ask a service, or meet the need yourself.")),
        SENT, VOICES, PEOPLE,
    ),
    Role.FIRST_RESPONDER: (
        UNCOVERED, DUE,
        List(
            gettext_lazy("People you found"), lists.people, gettext_lazy("You see them until the focal point takes the case."), counts=False,
            empty=gettext_lazy("Nobody at the moment. When you find somebody, open a case: safety first, questions later."),
        ),
    ),
    Role.SERVICE_PROVIDER: (
        RECEIVED, UNCOVERED,
        List(gettext_lazy("Who has a place here"), lists.beds, gettext_lazy("Say in time when a place ends, so that nobody is left without."), counts=False),
        PEOPLE,
    ),
    Role.CHILD_PROTECTION: (
        UNCOVERED,
        List(gettext_lazy("Your answer is needed"), lists.child_answers, gettext_lazy("A yes is needed from each side. Silence is no.")),
        OBJECTIONS,
        List(gettext_lazy("Children you have not been told of"), lists.children_not_told, counts=False),
        FILES, RECEIVED, PEOPLE,
    ),
    Role.GUARDIAN: (
        List(gettext_lazy("Decisions that wait for you"), lists.consents_missing, gettext_lazy("Decide with the child, never for a state.")),
        OBJECTIONS,
        List(gettext_lazy("The child's own view"), lists.child_views, gettext_lazy("Whatever is decided, the child is heard first.")),
        PEOPLE,
    ),
    Role.HEALTH_WORKER: (
        RECEIVED,
        List(gettext_lazy("Medicine that ends"), lists.medicine, gettext_lazy("Within three days.")),
        PEOPLE,
        List(gettext_lazy("What your service wrote"), lists.health_entries, gettext_lazy("Nobody else reads it unless you write it for the case manager."), counts=False),
    ),
    Role.COMPETENT_AUTHORITY: (
        List(gettext_lazy("Waits for a second person"), special.negatives, gettext_lazy("A no needs two people, reasons, and that reconsideration was explained.")),
        List(gettext_lazy("Decisions that are due"), lists.due(D.IDENTIFY), gettext_lazy("Help has begun already and does not depend on you.")),
        PEOPLE,
    ),
    Role.ASYLUM_LIAISON: (TRACKS,),
    Role.JUSTICE_LIAISON: (TRACKS,),
    Role.CONSULAR_OFFICER: (
        List(gettext_lazy("Documents that are asked for"), lists.needs_unmet(NeedKind.DOCUMENTS), gettext_lazy("Nothing is told to anybody else of your state.")),
        PEOPLE,
    ),
    Role.COORDINATOR: (
        List(gettext_lazy("Long overdue"), special.overdue_stubs, gettext_lazy("You see that something waits and between whom, not for whom. A call helps most.")),
        List(gettext_lazy("Complaints"), special.complaints, gettext_lazy("Passed on with the person's permission. The holder was told as well."), counts=False),
        List(gettext_lazy("Overdue in the region, by kind of work"), special.overdue_counts, gettext_lazy("Countries are not compared."), counts=False),
    ),
    Role.DATA_PROTECTION: (
        List(gettext_lazy("Complaints"), special.complaints, gettext_lazy("Passed on with the person's permission. The holder was told as well.")),
        List(gettext_lazy("Not reviewed yet"), special.not_reviewed, gettext_lazy("The newest lines of the audit list, break-glass first. One leaves when your office has said what it found.")),
    ),
    Role.SURVIVOR_ADVISER: (
        List(
            gettext_lazy("People who permit your help"), special.with_adviser, counts=False,
            empty=gettext_lazy("Nobody yet. A person decides whether an adviser is there."),
        ),
        List(gettext_lazy("What you passed on"), special.voices, gettext_lazy("Whoever answers for the person was told. A complaint went to others as well."), counts=False),
    ),
}  # fmt: skip
"""Role → its lists. A focal point's first screen is the inbox."""


@dataclass(frozen=True, slots=True)
class Section:
    """A list that has something in it, or says what comes instead."""

    heading: str
    next: str
    empty: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One desk."""

    role: Role
    institution: str
    sentence: str
    sections: tuple[Section, ...]
    links: tuple[Link, ...]


def has_desk(actor: Actor) -> bool:
    """Whether the first screen of this role is a desk; otherwise it is the inbox."""
    return actor.role in DESKS


def first_screen(actor: Actor) -> str:
    """Where a signed-in actor begins."""
    return address("referral:desk" if has_desk(actor) else "referral:inbox")


def desk_page(at: At) -> DeskPage:
    """Every list of the role, the empty ones left out unless they say something."""
    found = [(part, part.find(at)) for part in DESKS.get(at.actor.role, ())]
    todo = sum(len(rows.entries) + len(rows.tasks) for part, rows in found if part.counts)
    more = any(rows.all_url for part, rows in found if part.counts)
    return DeskPage(
        role=at.actor.role,
        institution=at.actor.institution_name,
        sentence=_sentence(todo, more=more),
        sections=tuple(
            Section(str(part.heading), str(part.next), str(part.empty), rows)
            for part, rows in found
            if rows.entries or rows.tasks or part.empty
        ),
        links=tuple(Link(str(label), address(f"referral:{name}")) for name, label in LINKS.get(at.actor.role, ())),
    )


def _sentence(count: int, *, more: bool) -> str:
    if not count:
        return _("Nothing waits for you now. New work appears here by itself, and you are told.")
    if more:
        return _("More than %(count)d things to do are on your desk.") % {"count": count}
    return ngettext("%(count)d thing to do is on your desk.", "%(count)d things to do are on your desk.", count) % {
        "count": count
    }


LINKS: Mapping[Role, tuple[tuple[str, Sentence], ...]] = {
    Role.DEPUTY: (("inbox", gettext_lazy("Open the whole inbox")), ("glass", gettext_lazy("Break-glass"))),
    Role.CASE_MANAGER: (("glass", gettext_lazy("Break-glass")),),
    Role.CHILD_PROTECTION: (("glass", gettext_lazy("Break-glass")),),
    Role.COORDINATOR: (("overdue", gettext_lazy("Open what is long overdue")),),
    Role.FIRST_RESPONDER: (("person_new", gettext_lazy("A person is found")),),
    Role.DATA_PROTECTION: (("audit", gettext_lazy("Open the audit list")),),
}
"""Where else a role often goes from its desk."""
