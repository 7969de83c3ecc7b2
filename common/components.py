"""What the components of `templates/components/` expect: the shapes that page objects fill.

Words arrive translated; times arrive as phrases or as moments beside the `now` they are read at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Link:
    """A place to go. `hidden` ends the link for screen readers ("Change" + "the languages")."""

    label: str
    url: str
    hidden: str = ""


@dataclass(frozen=True)
class NavigationItem:
    """One of at most five items in the header. `count_label` says what the number counts ("3 waiting")."""

    label: str
    url: str
    current: bool = False
    count: int | str = 0
    count_label: str = ""


@dataclass(frozen=True)
class Tab:
    """One link of a tab row."""

    label: str
    url: str
    current: bool = False
    count: int | str | None = None


@dataclass(frozen=True)
class SummaryRow:
    """A fact: what it is, its value, and what may be done about it. `tag` is an enum member.

    `covered`: it has a value that nobody has asked to see, and none here.
    """

    key: str
    value: Any = ""
    hint: str = ""
    tag: Any = None
    links: Sequence[Link] = ()
    covered: bool = False


@dataclass(frozen=True)
class Tile:
    """One of three or four facts that are read first. `tag` is an enum member."""

    label: str
    value: Any = ""
    hint: str = ""
    tag: Any = None


@dataclass(frozen=True)
class Task:
    """A line of a task list; without `url` it cannot be started yet. `status` is an enum member or a word."""

    label: str
    url: str = ""
    hint: str = ""
    status: Any = ""
    tone: str = ""


@dataclass(frozen=True)
class InboxItem:
    """One thing that waits. `verb` begins it; `due_at` and `sent_at` are exercise times, read at the page's `now`.

    `act_url` and `act_label` offer one act without opening the item, such as "Acknowledge now"; it is sent as POST.
    """

    url: str
    verb: str
    code_word: str
    code: str
    tone: str
    status: Any
    sender: str = ""
    receiver: str = ""
    needs: str = ""
    due_at: datetime | None = None
    sent_at: datetime | None = None
    reference: str = ""
    note: str = ""
    act_url: str = ""
    act_label: str = ""
    child: bool = False


@dataclass(frozen=True)
class TimelineEntry:
    """One event. `state` draws its mark: open (ring), done (dot), declined (cross) or gap (hatched)."""

    heading: str
    when: str = ""
    who: str = ""
    text: str = ""
    state: str = "done"
    moment: datetime | None = None
    link: Link | None = None
