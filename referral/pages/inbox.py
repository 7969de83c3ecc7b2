"""The inbox: one sentence, then what waits, each thing beginning with its verb and being one link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.selectors import country_name
from common.components import InboxItem, Tab
from referral.actor import Actor
from referral.enums import Action, DeadlineKind, HandoverState, NeedKind, NotCovered, Role
from referral.models import Case, Handover, Notice
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
from referral.pages.links import handover_url, home_task_url, person_url, place_of
from referral.pages.packet import needs_of
from referral.pages.timeline import HAPPENED as HAPPENED_AT_HOME
from referral.policy import roles_that_may
from referral.selectors.facts import is_child
from referral.selectors.inbox import Cases, News, Thing
from referral.transitions import Side

TABS = ("waiting", "others", "decided")


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of the list; `press_url` is the one-tap act beside it."""

    item: InboxItem
    press_url: str = ""


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Everything above the list; the list itself comes in pages."""

    sentence: SafeString
    tabs: tuple[Tab, ...]
    tab: str
    poll_url: str
    unread: int


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
    return reverse("referral:inbox")


def inbox_page(actor: Actor, tab: str, counts: Sequence[int], cases: Cases, news: News) -> InboxPage:
    """`counts` are the lengths of the three lists, `cases` the people whom the actor's institution looks after."""
    return InboxPage(
        sentence=_both(actor, counts[0], sum(gap is not None for _case, gap in cases)),
        tabs=_tabs(actor, tab, counts),
        tab=tab,
        poll_url=poll_url(news.newest, news.newest),
        unread=news.unread,
    )


def poll_url(version: int, since: int) -> str:
    """Where the status line asks: `v` is the newest notice it knows, `since` the newest when the page was made."""
    return f"{reverse('referral:inbox_status')}?v={version}&since={since}"


def _both(actor: Actor, count: int, uncovered: int) -> SafeString:
    things = say(_sentence(count), where=where(actor), count=count)
    return format_html("{} {}", things, _uncovered(uncovered)) if uncovered else things


def _sentence(count: int) -> str:
    if count == 0:
        return _("Nothing waits for %(where)s.")
    return ngettext("%(count)s thing waits for %(where)s.", "%(count)s things wait for %(where)s.", count)


def _uncovered(count: int) -> SafeString:
    return say(
        ngettext("%(count)s person is not covered now.", "%(count)s people are not covered now.", count), count=count
    )


def _tabs(actor: Actor, tab: str, counts: Sequence[int]) -> tuple[Tab, ...]:
    words = (_("Waiting for you"), _("Waiting for others"), _("Decided"))
    shown = len(TABS) if handles(actor) else 1
    return tuple(
        Tab(word, f"?tab={name}" if name != TABS[0] else inbox_url(), current=name == tab, count=count)
        for name, word, count in list(zip(TABS, words, counts, strict=True))[:shown]
    )


def handles(actor: Actor) -> bool:
    """Whether the actor's role handles handovers; everybody else sees the people it works with below the list."""
    return actor.role in roles_that_may(Action.VIEW_HANDOVER)


def people(actor: Actor, cases: Cases, things: Sequence[Thing]) -> list[Entry]:
    """People with whom the actor works and for whom nothing waits."""
    told = {thing.case.pk for thing in things}
    return [] if handles(actor) else [person_entry(case, gap) for case, gap in cases if case.pk not in told]


def entry(thing: Thing, actor: Actor, at: datetime) -> Entry:
    """A thing that waits for the actor."""
    deadline, handover = thing.deadline, thing.handover
    if deadline is None:
        return Entry(_home_item(thing, DeadlineKind.TONIGHT, at))
    kind = DeadlineKind(deadline.kind)
    if handover is None:
        return Entry(_home_item(thing, kind, at))
    press = reverse("referral:acknowledge", args=[handover.reference]) if kind is DeadlineKind.ACKNOWLEDGE else ""
    return Entry(_handover_item(thing, handover, kind, actor, at), press)


def entry_for_others(thing: Thing, actor: Actor, at: datetime) -> Entry:
    """A handover that waits for the other side: the verb is what they owe."""
    assert thing.deadline is not None
    assert thing.handover is not None
    return Entry(_handover_item(thing, thing.handover, DeadlineKind(thing.deadline.kind), actor, at, look=True))


def decided_entry(handover: Handover, actor: Actor) -> Entry:
    """A handover that is over."""
    side = _side(actor, handover)
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
    return InboxItem(
        url=home_task_url(kind, person.public_code),
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


def _handover_item(
    thing: Thing, handover: Handover, kind: DeadlineKind, actor: Actor, at: datetime, *, look: bool = False
) -> InboxItem:
    side = _side(actor, handover)
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


def _side(actor: Actor, handover: Handover) -> Side:
    return Side.SENDER if handover.sender_id == actor.institution_id else Side.RECEIVER


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
    sends = handover is not None and handover.sender_id == notice.institution_id
    told = (
        happened(notice.kind, own=False, side=Side.SENDER if sends else Side.RECEIVER)
        if notice.kind in HAPPENED
        else ""
    )
    return NoticeLine(
        heading=str(
            REMINDERS.get(notice.kind) or told or HAPPENED_AT_HOME.get(notice.kind) or _("Something has changed")
        ),
        code_word=case.person.code_word if case else "",
        reference=handover.reference if handover else "",
        at=notice.at,
        url=reverse("referral:notice", args=[notice.pk]),
        unread=notice.read_wall is None,
    )
