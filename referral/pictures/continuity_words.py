"""Continuity in words: the sentence above the picture, and the same facts as a list for phones, print and readers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import get_language_bidi, gettext, ngettext, pgettext

from common.phrases import duration, isolate, long_date, long_moment
from referral.pictures.facts import Continuity, Episode, Gap, MarkKind, Passage

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def isolated(name: str) -> str:
    """`name` as it can stand in a right-to-left sentence without turning its brackets and numbers round."""
    return isolate(name) if get_language_bidi() else name


def _nearest(span: timedelta, unit: timedelta) -> int:
    return (2 * span + unit) // (2 * unit)


def date_words(at: datetime, history: Continuity) -> str:
    """A date, month in words; with the time of day when the whole history is shorter than three days."""
    words = long_moment if history.now - history.start < 3 * DAY else long_date
    return words(at, history.zone)


def period_words(since: datetime, until: datetime | None, history: Continuity) -> str:
    """From when to when, or since when."""
    if until is None or until >= history.now:
        return gettext("Since %(since)s") % {"since": date_words(since, history)}
    first, last = date_words(since, history), date_words(until, history)
    if first == last:
        return first
    return gettext("%(since)s to %(until)s") % {"since": first, "until": last}


def _place(gap: Gap, history: Continuity) -> dict[str, str]:
    return {
        "length": duration(gap.length),
        "first": isolated(history.name(gap.from_country)),
        "second": isolated(history.name(gap.to_country)),
    }


def _cover_sentence(history: Continuity, missing: timedelta, whole: timedelta) -> str:
    """How much of the known time was covered. Only a time without any gap is called whole."""
    share = round(100 * (1 - missing / whole))
    share = min(share, 99) if missing else 100
    if missing < whole:
        share = max(share, 1)
    unit, total = (DAY, _nearest(whole, DAY)) if whole >= 3 * DAY else (HOUR, max(1, _nearest(whole, HOUR)))
    if not missing:
        words = (
            ngettext("Covered on the whole %(total)s day.", "Covered on all %(total)s days.", total)
            if unit is DAY
            else ngettext("Covered for the whole %(total)s hour.", "Covered for all %(total)s hours.", total)
        )
        return words % {"total": total}
    covered = min(_nearest(whole - missing, unit), total)
    words = (
        ngettext(
            "Covered on %(covered)s of %(total)s day (%(share)s).",
            "Covered on %(covered)s of %(total)s days (%(share)s).",
            total,
        )
        if unit is DAY
        else ngettext(
            "Covered for %(covered)s of %(total)s hour (%(share)s).",
            "Covered for %(covered)s of %(total)s hours (%(share)s).",
            total,
        )
    )
    return words % {"covered": covered, "total": total, "share": f"{share}\u00a0%"}


def _gaps_sentence(history: Continuity, gaps: list[Gap]) -> str:
    longest = max(gaps, key=lambda gap: gap.length)
    if longest.from_country == longest.to_country:
        words = ngettext(
            "There was %(count)s gap; it lasted %(length)s, in %(first)s.",
            "There were %(count)s gaps; the longest was %(length)s, in %(first)s.",
            len(gaps),
        )
    else:
        words = ngettext(
            "There was %(count)s gap; it lasted %(length)s, between %(first)s and %(second)s.",
            "There were %(count)s gaps; the longest was %(length)s, between %(first)s and %(second)s.",
            len(gaps),
        )
    return words % ({"count": len(gaps)} | _place(longest, history))


def continuity_sentence(history: Continuity) -> str:
    """The picture in one to three plain sentences."""
    stretches = history.stretches()
    whole = sum((history.end(s.until) - s.since for s in stretches), timedelta(0))
    if not whole:
        return gettext("Nothing is recorded yet about where the person was covered.")
    gaps = history.gaps()
    sentences = [_cover_sentence(history, sum((gap.length for gap in gaps), timedelta(0)), whole)]
    if gaps:
        sentences.append(_gaps_sentence(history, gaps))
        if gaps[-1].is_open:
            sentences.append(gettext("Not covered now, for %(length)s so far.") % {"length": duration(gaps[-1].length)})
    return " ".join(sentences)


class EntryState(StrEnum):
    """How an entry is drawn; the values are the timeline's classes. A country that answered is `done`."""

    DONE = "done"
    GAP = "gap"
    OPEN = "open"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One entry of the list: a title, when, the names of services, and what else there is to know as sentences."""

    state: EntryState
    title: str
    when: str
    services: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()


def passage_words(passage: Passage, history: Continuity) -> str:
    """What became of a handover, in a few words."""
    names = {
        "country": isolated(history.name(passage.to_country)),
        "reason": passage.label,
    }
    if passage.outcome is MarkKind.RECEIVED:
        return gettext("%(country)s confirmed the arrival") % names
    if passage.outcome is MarkKind.DECLINED:
        words = gettext("%(country)s declined: %(reason)s") if passage.label else gettext("%(country)s declined")
        return words % names
    if passage.outcome is MarkKind.ENDED:
        words = (
            gettext("Offer to %(country)s ended: %(reason)s")
            if passage.label
            else gettext("Offer to %(country)s ended")
        )
        return words % names
    return gettext("Waiting for %(country)s") % names


def _passage_entry(passage: Passage, history: Continuity) -> tuple[datetime, ListEntry]:
    """A handover that did not arrive, or one whose arrival opens no episode of the list."""
    states = {MarkKind.RECEIVED: EntryState.DONE, MarkKind.DECLINED: EntryState.DECLINED, None: EntryState.OPEN}
    state = states.get(passage.outcome, EntryState.DECLINED)
    sent: tuple[str, ...] = ()
    if passage.sent_at:
        sent = (gettext("Sent on %(date)s.") % {"date": date_words(passage.sent_at, history)},)
    when = date_words(passage.ended_at, history) if passage.ended_at else gettext("Not answered yet")
    at = passage.ended_at or passage.sent_at or history.now
    return at, ListEntry(state, passage_words(passage, history), when, sentences=sent)


def _opens(passage: Passage, episode: Episode) -> bool:
    """Whether the episode began with the arrival of this handover."""
    return (
        passage.outcome is MarkKind.RECEIVED
        and passage.to_country == episode.country_code
        and passage.ended_at == episode.since
    )


def _arrival_sentence(passage: Passage, history: Continuity) -> str:
    names = {"country": isolated(history.name(passage.from_country))}
    if passage.sent_at is None:
        return gettext("Handed over by %(country)s.") % names
    words = gettext("Handed over by %(country)s, sent on %(date)s.")
    return words % (names | {"date": date_words(passage.sent_at, history)})


def _episode_entry(episode: Episode, passages: list[Passage], history: Continuity) -> tuple[datetime, ListEntry]:
    until = history.end(episode.until)
    services = [
        s.name
        for s in sorted(history.services, key=lambda s: s.since)
        if s.country_code == episode.country_code and s.since < until and history.end(s.until) > episode.since
    ]
    title = (
        gettext("%(country)s answers for the person")
        if until == history.now
        else gettext("%(country)s answered for the person")
    )
    return episode.since, ListEntry(
        EntryState.DONE,
        title % {"country": isolated(history.name(episode.country_code))},
        period_words(episode.since, episode.until, history),
        tuple(dict.fromkeys(services)),
        tuple(_arrival_sentence(passage, history) for passage in passages if _opens(passage, episode)),
    )


def _gap_entry(gap: Gap, history: Continuity) -> tuple[datetime, ListEntry]:
    if gap.is_open:
        title = gettext("Not covered now, for %(length)s so far") % _place(gap, history)
    else:
        title = gettext("%(length)s not covered") % _place(gap, history)
    return gap.since, ListEntry(EntryState.GAP, title, period_words(gap.since, gap.until, history), sentences=gap.whys)


def continuity_list(history: Continuity) -> list[ListEntry]:
    """Every fact of the picture in order of time: who answered, with which services, every gap, every handover."""
    episodes = [episode for episode in history.episodes if episode.since <= history.now]
    passages = history.passages()
    entries = [_episode_entry(episode, passages, history) for episode in episodes]
    entries += [_gap_entry(gap, history) for gap in history.gaps()]
    entries += [
        _passage_entry(passage, history)
        for passage in passages
        if not any(_opens(passage, episode) for episode in episodes)
    ]
    return [entry for _at, entry in sorted(entries, key=lambda pair: pair[0])]


def picture_title() -> str:
    """The name of the picture."""
    return pgettext("picture", "Continuity of protection")
