"""What a list of a desk is made of: who sits there, and how a row is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from common.addresses import address
from common.components import InboxItem, Task
from common.phrases import long_moment
from referral.actor import Actor
from referral.models import Person
from referral.pages.handover_words import Sentence
from referral.pages.inbox import Entry
from referral.selectors.inbox import Now


@dataclass(frozen=True, slots=True)
class At:
    """Who sits at the desk, and when: `now` holds both times, `zone` is the IANA zone of the reader's country."""

    actor: Actor
    now: Now
    zone: str

    def moment(self, at: datetime | None) -> str:
        """An instant as the reader's own clock shows it; empty for none."""
        return long_moment(at, self.zone) if at else ""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a list holds: things as in the inbox, or plain lines; `all_url` leads to the rest."""

    entries: tuple[Entry, ...] = ()
    tasks: tuple[Task, ...] = ()
    all_url: str = ""


Find = Callable[[At], Rows]


def item(person: Person, verb: Sentence, url: str, tone: str, status: object, note: str = "", **more: Any) -> Entry:
    """A row about a person; `more` are further parts of `InboxItem`."""
    words: dict[str, Any] = {
        "verb": str(verb),
        "code_word": person.code_word,
        "code": person.public_code,
        "status": str(status),
    }
    return Entry(InboxItem(url=url, tone=tone, note=note, **words, **more))


def entries(found: Iterable[Entry]) -> Rows:
    """A list of such rows."""
    return Rows(tuple(found))


def page_of(name: str, person: Person, **query: str) -> str:
    """The address of a page about the person."""
    place = address(f"referral:{name}", person.public_code)
    return f"{place}?{urlencode(query)}" if query else place
