"""What the continuity picture, its list and the route map are made of: plain facts, already cut to what the viewer
may see. All times are exercise time; an end of None means "still so now"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum


class MarkKind(StrEnum):
    """What happened to a handover. `ended` is every other end: withdrawn, lapsed, stopped by the person."""

    SENT = "sent"
    RECEIVED = "received"
    DECLINED = "declined"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch in which one country answers for the person."""

    country_code: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ServiceBar:
    """A service that runs in a country. `kind` chooses the colour, `name` is the word beside it."""

    country_code: str
    kind: str
    name: str
    since: datetime
    until: datetime | None = None
    provider: str = ""


@dataclass(frozen=True, slots=True)
class CoverStretch:
    """A stretch in which the person is, or is not, in fact covered, and why (one translated sentence)."""

    since: datetime
    until: datetime | None
    covered: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A step of a handover. `label` is a short translated reason, such as "no capacity"."""

    kind: MarkKind
    at: datetime
    from_country: str
    to_country: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without cover, up to `until` or now, between the countries that answered at its two ends."""

    since: datetime
    until: datetime
    from_country: str
    to_country: str
    is_open: bool
    whys: tuple[str, ...] = ()

    @property
    def length(self) -> timedelta:
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Passage:
    """One handover from its sending to its outcome, paired from marks. No outcome: an answer is awaited."""

    from_country: str
    to_country: str
    sent_at: datetime | None
    ended_at: datetime | None
    outcome: MarkKind | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Continuity:
    """One person's protection across borders until `now`. `names` are translated country names by code."""

    names: Mapping[str, str]
    now: datetime
    episodes: Sequence[Episode] = ()
    services: Sequence[ServiceBar] = ()
    cover: Sequence[CoverStretch] = ()
    marks: Sequence[Mark] = ()
    zone: tzinfo = UTC

    def name(self, country_code: str) -> str:
        """The country's name, or its code when no name was given."""
        return self.names.get(country_code, country_code)

    def end(self, until: datetime | None) -> datetime:
        """`until`, cut at now."""
        return self.now if until is None else min(until, self.now)

    @property
    def start(self) -> datetime:
        """The first instant that anything is known of; now when nothing is."""
        times = [self.now, *(mark.at for mark in self.marks), *(stretch.since for stretch in self.cover)]
        times += [*(episode.since for episode in self.episodes), *(service.since for service in self.services)]
        return min(times)

    def stretches(self) -> list[CoverStretch]:
        """Cover in order of time, cut at now, without empty stretches."""
        cut = [CoverStretch(c.since, self.end(c.until), c.covered, c.why) for c in self.cover]
        return sorted((c for c in cut if c.until is not None and c.until > c.since), key=lambda c: c.since)

    def holder_at(self, at: datetime) -> str:
        """Code of the country that answers at `at`; the last one before it, or the first one, when none does."""
        held = [e for e in sorted(self.episodes, key=lambda e: e.since) if e.since <= at]
        if held:
            return held[-1].country_code
        return min(self.episodes, key=lambda e: e.since).country_code if self.episodes else ""

    def gaps(self) -> list[Gap]:
        """Every stretch without cover in order of time; neighbours are one gap with several reasons."""
        gaps: list[Gap] = []
        for stretch in self.stretches():
            until = self.end(stretch.until)
            if stretch.covered:
                continue
            since = stretch.since
            whys: tuple[str, ...] = (stretch.why,) if stretch.why else ()
            if gaps and gaps[-1].until >= since:
                before = gaps.pop()
                since, whys = before.since, tuple(dict.fromkeys(before.whys + whys))
            gaps.append(Gap(since, until, self.holder_at(since), self.holder_at(until), until == self.now, whys))
        return gaps

    def countries(self) -> list[str]:
        """Codes of the countries that get a lane, in order of appearance: whoever answered, helped, sent, or was asked
        and has not refused."""
        seen: list[tuple[datetime, str]] = [(e.since, e.country_code) for e in self.episodes]
        seen += [(s.since, s.country_code) for s in self.services if s.since <= self.now]
        for passage in self.passages():
            at = passage.sent_at or passage.ended_at or self.now
            seen.append((at, passage.from_country))
            if passage.outcome in (None, MarkKind.RECEIVED):
                seen.append((passage.ended_at or self.now, passage.to_country))
        return list(dict.fromkeys(code for _at, code in sorted(seen, key=lambda one: one[0])))

    def passages(self) -> list[Passage]:
        """Handovers in order of sending, each mark `sent` joined to the next outcome between the same countries."""
        open_since: dict[tuple[str, str], Mark] = {}
        passages: list[Passage] = []
        for mark in sorted((m for m in self.marks if m.at <= self.now), key=lambda m: m.at):
            pair = mark.from_country, mark.to_country
            if mark.kind is MarkKind.SENT:
                open_since[pair] = mark
                continue
            sent = open_since.pop(pair, None)
            passages.append(Passage(*pair, sent.at if sent else None, mark.at, mark.kind, mark.label))
        passages += [Passage(*pair, sent.at, None, None, sent.label) for pair, sent in open_since.items()]
        return sorted(passages, key=lambda p: p.sent_at or p.ended_at or self.now)
