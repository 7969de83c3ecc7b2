"""The inbox: one sentence, then what waits, each thing beginning with its verb and being one link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.selectors import country_name
from common.addresses import address
from common.components import InboxItem, Tab
from common.markup import marked
from referral.actor import Actor
from referral.enums import Action, DeadlineKind, HandoverState, NeedKind, NotCovered, Role
from referral.models import Case, Handover, Notice
from referral.pages.enquiries import enquiry_item
from referral.pages.handover import side_of, side_of_institution
from referral.pages.handover_words import (
    HAPPENED,
    LOOK,
    NOT_COVERED,
    TONES,
    VERBS,
    happened,
    plain,
    say,
    state_word,
    task_word,
)
from referral.pages.links import handover_url, home_task_url, person_url, place_of, task_url
from referral.pages.packet import needs_of
from referral.pages.staff import Hand, hand
from referral.pages.timeline import TOLD as TOLD_AT_HOME
from referral.pages.words import up_to
from referral.policy import roles_that_may
from referral.selectors.due import kinds_for
from referral.selectors.facts import is_child
from referral.selectors.inbox import PAGE, SAMPLE, Page, Tally, Thing, handover_sides
from referral.selectors.people import COUNTED
from referral.transitions import Side

TABS = ("waiting", "others", "decided")
UNCOVERED = "uncovered"
"""What `only` says in the address of the whole list of people who are not covered; otherwise it names a kind of deadline."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of the list; `press_url` is the one-tap act beside it, `hand` says who is on it."""

    item: InboxItem
    press_url: str = ""
    hand: Hand | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the list under a heading of its own; `all_url` leads to the rest."""

    heading: str
    entries: tuple[Entry, ...]
    number: int = 1
    more: bool = False
    all_url: str = ""


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One tab of the inbox."""

    sentence: SafeString
    tabs: tuple[Tab, ...]
    tab: str
    sections: tuple[Section, ...]
    poll_url: str
    unread: str

    @property
    def item_level(self) -> int:
        """Items stand under the headings of several sections, or under the page's own."""
        return 3 if len(self.sections) > 1 else 2

    @property
    def empty(self) -> bool:
        return not any(section.entries for section in self.sections)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One thing that the reader was told."""

    heading: str
    code_word: str
    reference: str
    at: datetime
    url: str
    unread: bool


REMINDERS = {
    "reminder_half": gettext_lazy("Half of the time has passed"),
    "reminder_nine_tenths": gettext_lazy("Little time is left"),
    "reminder_overdue": gettext_lazy("The time has passed. The person still waits."),
    "reminder_deputy": gettext_lazy("The time has passed and the deputy is asked to help"),
    "reminder_coordinator": gettext_lazy("The time has long passed"),
    "reminder_unanswered": gettext_lazy("No answer has come yet. You can ask again or choose another way."),
    "reminders": gettext_lazy("Several things are due"),
}
"""What a reminder says: the effect on the person and what can be done, never whose fault."""


def where(actor: Actor) -> str:
    """The country for its focal point, the institution for everybody else."""
    country = actor.role in (Role.FOCAL_POINT, Role.DEPUTY) and actor.country_code
    return country_name(actor.country_code) if country else actor.institution_name


def inbox_url() -> str:
    """The inbox without filters."""
    return address("referral:inbox")


def inbox_page(actor: Actor, tab: str, counts: Tally, sections: Iterable[Section]) -> InboxPage:
    """`counts` are the lengths of the lists; `sections` hold what is on this page of the tab."""
    return InboxPage(
        sentence=_both(actor, counts),
        tabs=_tabs(actor, tab, counts),
        tab=tab,
        sections=tuple(section for section in sections if section.entries),
        poll_url=poll_url(counts.newest, counts.newest),
        unread=up_to(counts.unread) if counts.unread else "",
    )


def poll_url(version: int, since: int) -> str:
    """Where the status line asks: `v` is the newest notice it knows, `since` the newest when the page was made."""
    return f"{address('referral:inbox_status')}?v={version}&since={since}"


def _both(actor: Actor, counts: Tally) -> SafeString:
    things = say(_sentence(counts.waiting), where=where(actor), count=min(counts.waiting, COUNTED))
    gaps = say(_uncovered(counts.uncovered), count=min(counts.uncovered, COUNTED))
    return marked("{} {}", things, gaps) if counts.uncovered else things


def _sentence(count: int) -> str:
    if count == 0:
        return _("Nothing waits for %(where)s.")
    if count > COUNTED:
        return _("More than %(count)s things wait for %(where)s.")
    return ngettext("%(count)s thing waits for %(where)s.", "%(count)s things wait for %(where)s.", count)


def _uncovered(count: int) -> str:
    if count > COUNTED:
        return _("More than %(count)s people are not covered now.")
    return ngettext("%(count)s person is not covered now.", "%(count)s people are not covered now.", count)


def _tabs(actor: Actor, tab: str, counts: Tally) -> tuple[Tab, ...]:
    words = (_("Waiting for you"), _("Waiting for others"), _("Decided"))
    lengths = (counts.waiting, counts.others, counts.decided)
    shown = len(TABS) if handles(actor) else 1
    return tuple(
        Tab(word, f"?tab={name}" if name != TABS[0] else inbox_url(), current=name == tab, count=up_to(length))
        for name, word, length in list(zip(TABS, words, lengths, strict=True))[:shown]
    )


def is_long(counts: Tally) -> bool:
    """Whether more waits than one page holds, so that the list can be narrowed."""
    return counts.due > PAGE or counts.uncovered > SAMPLE


def kinds_of_work(actor: Actor) -> list[tuple[str, str]]:
    """Codes and words of the lists that the waiting things can be narrowed to."""
    kinds = [kind for kind in kinds_for(actor) if kind is not DeadlineKind.TONIGHT]
    return [(UNCOVERED, str(NOT_COVERED)), *((kind.value, str(task_word(kind, Side.SENDER))) for kind in kinds)]


def not_covered(actor: Actor, found: Page[Thing], at: datetime, *, whole: bool) -> Section:
    """People who are not covered, the longest first; `whole` when the page shows nothing else."""
    return Section(
        heading=str(NOT_COVERED),
        entries=tuple(entry(thing, actor, at) for thing in found.rows),
        number=found.number,
        more=whole and found.more,
        all_url=f"?only={UNCOVERED}" if found.more and not whole else "",
    )


def things_due(actor: Actor, found: Page[Thing], at: datetime) -> Section:
    """What is due from the actor, by due time."""
    entries = tuple(entry(thing, actor, at) for thing in found.rows)
    return Section(pgettext("inbox", "By due time"), entries, found.number, found.more)


def others(actor: Actor, found: Page[Thing], at: datetime) -> Section:
    """What the other side owes, by due time."""
    return Section("", tuple(entry_for_others(thing, actor, at) for thing in found.rows), found.number, found.more)


def over(actor: Actor, found: Page[Handover]) -> Section:
    """What is decided, newest first."""
    return Section("", tuple(decided_entry(handover, actor) for handover in found.rows), found.number, found.more)


def handles(actor: Actor) -> bool:
    """Whether the actor's role handles handovers; everybody else sees the people it works with beside what is due."""
    return bool(handover_sides(actor))


def at_work(actor: Actor, found: Page[Thing], due: Page[Thing], at: datetime) -> list[Section]:
    """For roles that handle no handovers: who is not covered, what is due, and everybody else they work with."""
    acts = actor.role in roles_that_may(Action.RECORD_TONIGHT)
    unsafe = [thing for thing in found.rows if acts and thing.gap is not None]
    told = {thing.case.pk for thing in (*unsafe, *due.rows)}
    rest = tuple(person_entry(thing.case, thing.gap) for thing in found.rows if thing.case.pk not in told)
    return [
        not_covered(actor, Page(unsafe, more=len(unsafe) == PAGE), at, whole=False),
        things_due(actor, due, at),
        Section(_("People you work with"), rest, all_url=address("referral:people") if found.more else ""),
    ]


def told(unread: int) -> str:
    """How much the reader has not read yet, as a sentence."""
    if not unread:
        return _("You have read everything.")
    return ngettext("%(count)s is unread.", "%(count)s are unread.", unread) % {"count": up_to(unread)}


def entry(thing: Thing, actor: Actor, at: datetime) -> Entry:
    """A thing that waits for the actor."""
    deadline, handover = thing.deadline, thing.handover
    if deadline is None:
        return Entry(_home_item(thing, DeadlineKind.TONIGHT, at))
    kind, taken = DeadlineKind(deadline.kind), hand(deadline, actor)
    if deadline.enquiry is not None:
        due_at, deadline.enquiry.case = _due_shown(thing, at), thing.case
        return Entry(enquiry_item(deadline.enquiry, actor, due_at=due_at, overdue=thing.overdue), hand=taken)
    if handover is None:
        return Entry(_home_item(thing, kind, at), hand=taken)
    one_tap = kind is DeadlineKind.ACKNOWLEDGE and not handover.outside
    press = address("referral:acknowledge", handover.reference) if one_tap else ""
    return Entry(_handover_item(thing, handover, kind, actor, at), press, taken)


def entry_for_others(thing: Thing, actor: Actor, at: datetime) -> Entry:
    """A handover or an enquiry that waits for the other side: the note is what they owe."""
    assert thing.deadline is not None
    if thing.deadline.enquiry is not None:
        thing.deadline.enquiry.case = thing.case
        asked = enquiry_item(thing.deadline.enquiry, actor, due_at=_due_shown(thing, at), overdue=thing.overdue)
        return Entry(replace(asked, verb=str(LOOK)))
    assert thing.handover is not None
    return Entry(_handover_item(thing, thing.handover, DeadlineKind(thing.deadline.kind), actor, at, look=True))


def decided_entry(handover: Handover, actor: Actor) -> Entry:
    """A handover that is over."""
    side = side_of(actor, handover)
    return Entry(
        InboxItem(
            url=handover_url(handover.reference),
            verb=str(LOOK),
            code_word=handover.case.person.code_word,
            code=handover.case.person.public_code,
            tone=TONES.get(handover.state, "neutral"),
            status=str(state_word(handover.state, side)),
            sender=country_name(handover.sender.country_id or ""),
            receiver=country_name(handover.receiver_country_id),
            sent_at=handover.offered_at,
            reference=handover.reference,
        )
    )


def person_entry(case: Case, gap: NotCovered | None) -> Entry:
    """A person with whom the actor works and for whom nothing is open."""
    return Entry(
        InboxItem(
            url=person_url(case.person.public_code),
            verb=str(LOOK),
            code_word=case.person.code_word,
            code=case.person.public_code,
            tone="protected" if gap is None else "gap",
            status=_("Covered") if gap is None else NOT_COVERED,
            note=str(gap.label) if gap else "" if case.taken_at else _("Not taken by the focal point yet"),
        )
    )


def _home_item(thing: Thing, kind: DeadlineKind, at: datetime) -> InboxItem:
    person = thing.case.person
    if thing.gap is NotCovered.DIED:  # nothing is due but to close the file, when there is time for it
        return person_entry(thing.case, thing.gap).item
    if thing.gap is NotCovered.MISSING:  # nobody can make somebody safe who is missing
        kind = DeadlineKind.SEARCH
    return InboxItem(
        url=_place(thing, kind),
        verb=str(VERBS[kind]),
        code_word=person.code_word,
        code=person.public_code,
        tone=_tone(thing),
        status=_status(thing, pgettext("inbox", "At home")),
        due_at=_due_shown(thing, at),
        note=str(thing.gap.label) if thing.gap else "",
        sent_at=None,
        child=is_child(thing.case),
    )


def _place(thing: Thing, kind: DeadlineKind) -> str:
    """A request has a page of its own; any other task at home is done on a page of the person."""
    if thing.deadline is not None and thing.gap is None:
        return task_url(thing.deadline)
    return home_task_url(kind, thing.case.person.public_code)


def _handover_item(
    thing: Thing, handover: Handover, kind: DeadlineKind, actor: Actor, at: datetime, *, look: bool = False
) -> InboxItem:
    side = side_of(actor, handover)
    person = handover.case.person
    return InboxItem(
        url=place_of(handover),
        verb=str(LOOK if look else VERBS[kind]),
        code_word=person.code_word,
        code=person.public_code,
        tone=_tone(thing),
        status=_status(thing, str(state_word(handover.state, side))),
        sender=country_name(handover.sender.country_id or ""),
        receiver=country_name(handover.receiver_country_id),
        needs=", ".join(_needs(handover, side)),
        due_at=_due_shown(thing, at),
        sent_at=handover.offered_at,
        reference=handover.reference,
        child=handover.child,
        note=plain(_("Next: %(act)s"), act=task_word(kind, side))
        if look
        else str(thing.gap.label)
        if thing.gap
        else "",
    )


def _needs(handover: Handover, side: Side) -> list[str]:
    """The receiver reads the packet alone; the sender its own draft."""
    packet = getattr(handover, "packet", None)
    if side is Side.RECEIVER:
        return needs_of(packet.contents) if packet else []
    return [str(NeedKind(code).label) for code in handover.needs_on_arrival]


def _tone(thing: Thing) -> str:
    if thing.gap is not None or thing.overdue:
        return "gap"
    if thing.handover is not None and thing.handover.state == HandoverState.DRAFT:
        return "neutral"
    if thing.handover is not None and thing.handover.state == HandoverState.CLARIFYING:
        return "waiting" if thing.deadline and thing.deadline.kind == DeadlineKind.ANSWER else "information"
    return "waiting" if thing.deadline is not None else "information"


def _status(thing: Thing, otherwise: str) -> str:
    return str(NOT_COVERED) if thing.gap is not None else otherwise


def _due_shown(thing: Thing, at: datetime) -> datetime | None:
    """The due time; while people still have time to read, a passed one reads "Due now"."""
    if thing.deadline is None:
        return None
    return thing.deadline.due_at if thing.overdue else max(thing.deadline.due_at, at)


def notice_line(notice: Notice) -> NoticeLine:
    """A notice in the reader's words."""
    handover, case = notice.handover, notice.case
    side = side_of_institution(notice.institution, handover) if handover is not None else Side.RECEIVER
    told = happened(notice.kind, own=False, side=side) if notice.kind in HAPPENED else ""
    return NoticeLine(
        heading=str(REMINDERS.get(notice.kind) or told or TOLD_AT_HOME.get(notice.kind) or _("Something has changed")),
        code_word=case.person.code_word if case else "",
        reference=handover.reference if handover else "",
        at=notice.at,
        url=address("referral:notice", notice.pk),
        unread=notice.read_wall is None,
    )
