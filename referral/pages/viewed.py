"""One case as one actor sees it, and what stands at the top of every page about the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.countries import country_name
from common.addresses import address
from common.components import Tab
from common.phrases import long_moment
from referral.actor import Actor
from referral.enums import Action, Compartment, Safeguard
from referral.languages import language_list
from referral.models import BreakGlass, Case, Deadline
from referral.pages.words import age, safeguard_tags, who
from referral.policy import allowed, reads
from referral.selectors import person as rows
from referral.selectors.facts import is_child, safeguards
from referral.selectors.inbox import Now, is_overdue

C = Compartment


@dataclass(frozen=True)
class Viewed:
    """One case as one actor sees it at one exercise instant: what the pages below are made of."""

    actor: Actor
    case: Case
    at: datetime
    zone: str
    now: Now | None = None
    """Both times of the request, for what is late; without it the due time alone decides."""

    @cached_property
    def glass(self) -> BreakGlass | None:
        """The viewer's own break-glass opening of this case, while it lasts."""
        return rows.opening(self.actor, self.case)

    @property
    def code(self) -> str:
        return self.case.person.public_code

    @cached_property
    def full(self) -> bool:
        """Whether the viewer reads more than the stub of a past holder."""
        return rows.sees_in_full(self.actor, self.case)

    @cached_property
    def route_hidden(self) -> bool:
        """Whether other countries on the person's way are kept from the viewer."""
        return rows.route_is_hidden(self.actor, self.case)

    def may(self, action: Action) -> bool:
        return allowed(self.actor, action, self.case)

    def reads(self, compartment: Compartment) -> bool:
        return reads(self.actor.role, compartment)

    def url(self, name: str, *more: object) -> str:
        return address(f"referral:{name}", self.code, *more)

    @property
    def tasks_url(self) -> str:
        """Where a former holder finds the tasks that stayed with it; empty without any."""
        return self.url("file") if self.may(Action.CONTINUE_TASK) else ""

    def late(self, row: Deadline) -> bool:
        """Whether a deadline has passed and people have had time to read, as the inbox says it."""
        return is_overdue(row, self.now) if self.now is not None else row.due_at < self.at

    def moment(self, at: datetime | None) -> str:
        return long_moment(at, self.zone) if at else ""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the top of every page about the person."""

    code_word: str
    code: str
    url: str
    who: str
    age: str
    languages: str
    child: bool
    safeguards: tuple[tuple[Safeguard, str, str], ...]
    danger: bool
    full: bool
    answers: str
    """Country that answers for the person now; empty when the chain is closed."""
    tabs: tuple[Tab, ...]


def head(view: Viewed, current: str = "person") -> Head:
    """`current` is the URL name of the page at hand. A past holder reads the code word alone."""
    person, full = view.case.person, view.full
    child = is_child(view.case) if full else False
    seen = full and view.reads(C.D2)
    return Head(
        code_word=person.code_word,
        code=person.public_code,
        url=view.url("person"),
        who=who(person, child=child) if seen else "",
        age=age(person) if seen else "",
        languages=language_list(person.languages) if seen else "",
        child=child,
        safeguards=safeguard_tags(safeguards(view.case)) if full else (),
        danger=full and view.case.immediate_danger,
        full=full,
        answers=country_name(view.case.holder.country_id) if view.case.holder and view.case.holder.country_id else "",
        tabs=tuple(_tabs(view, current)) if full else (),
    )


def _tabs(view: Viewed, current: str) -> Sequence[Tab]:
    listed = (
        ("person", pgettext("tab", "Today"), True),
        ("needs", _("Needs and services"), view.reads(C.D2)),
        ("person_handovers", _("Handovers"), True),
        ("consent", _("What the person decided"), view.reads(C.D2)),
        ("history", _("History"), True),
        ("shared", _("What was shared"), True),
        ("file", pgettext("tab", "File"), True),
    )
    return [Tab(str(label), view.url(name), name == current) for name, label, shown in listed if shown]
