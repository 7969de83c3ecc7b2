"""Ticks of a time axis: the finest calendar steps whose labels do not touch."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.utils import formats

from referral.pictures.svg import text_width

SIZE = 13
APART = 10
HOURS = (1, 2, 3, 6, 12)
DAYS = (1, 2, 7, 14)
MONTHS = (1, 2, 3, 6)
YEARS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line on the axis with its label; `second` is a line below it where the day or the year changes."""

    at: datetime
    label: str
    second: str = ""


def _hours(start: datetime, end: datetime, step: int) -> Iterator[datetime]:
    at = start.replace(minute=0, second=0, microsecond=0) - timedelta(hours=start.hour % step)
    while at <= end:
        yield at
        at += timedelta(hours=step)


def _days(start: datetime, end: datetime, step: int) -> Iterator[datetime]:
    at = start.replace(hour=0, minute=0, second=0, microsecond=0)
    if step % 7 == 0:
        at -= timedelta(days=at.weekday())
    while at <= end:
        yield at
        at += timedelta(days=step)


def _months(start: datetime, end: datetime, step: int) -> Iterator[datetime]:
    month = start.year * 12 + start.month - 1
    month -= month % step
    while True:
        at = start.replace(year=month // 12, month=month % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)
        if at > end:
            return
        yield at
        month += step


def _written(at: datetime, pattern: str) -> str:
    """`at` in a named format of the reader's language, or in letters of Django's date format."""
    return formats.date_format(at, pattern, use_l10n=pattern.isupper() and "_" in pattern)


def _labelled(instants: Iterator[datetime], start: datetime, label: str, second: str) -> list[Tick]:
    """Ticks with `label`; the `second` format is written only where it changes."""
    ticks, before = [], ""
    for at in instants:
        if at < start:
            continue
        below = _written(at, second) if second else ""
        ticks.append(Tick(at, _written(at, label), "" if below == before else below))
        before = below
    return ticks


def _with_first_month(ticks: list[Tick], start: datetime, end: datetime, room: float) -> list[Tick]:
    """Name the month that the axis begins in as well, when there is room before the next."""
    first = Tick(start, _written(start, "M"), _written(start, "Y"))
    rest = [Tick(t.at, t.label, "" if t.second == first.second else t.second) for t in ticks]
    longer = [first, *rest]
    return longer if _fits(longer, start, end, room) else ticks


def _fits(ticks: list[Tick], start: datetime, end: datetime, room: float) -> bool:
    scale = room / ((end - start) / timedelta(seconds=1))
    places = [(tick.at - start) / timedelta(seconds=1) * scale for tick in ticks]
    widths = [max(text_width(tick.label, SIZE), text_width(tick.second, SIZE)) for tick in ticks]
    return all(
        left + width + APART <= right
        for left, width, right in zip(places, widths, [*places[1:], room + 999], strict=True)
    )


def axis(start: datetime, end: datetime, room: float, zone: tzinfo) -> list[Tick]:
    """Ticks between `start` and `end` on an axis of `room` units; at least one when the calendar allows."""
    if end <= start:
        return []
    local_start, local_end = start.astimezone(zone), end.astimezone(zone)
    span = local_end - local_start
    tries: list[tuple[Iterator[datetime], str, str]] = []
    if span <= timedelta(days=4):
        tries += [(_hours(local_start, local_end, step), "H:i", "MONTH_DAY_FORMAT") for step in HOURS]
    if span <= timedelta(days=120):
        tries += [(_days(local_start, local_end, step), "MONTH_DAY_FORMAT", "Y") for step in DAYS]
    tries += [(_months(local_start, local_end, step), "M", "Y") for step in MONTHS]
    tries += [(_months(local_start, local_end, step * 12), "Y", "") for step in YEARS]
    fallback: list[Tick] = []
    for instants, label, second in tries:
        ticks = _labelled(instants, local_start, label, second)
        if not ticks:
            continue
        if _fits(ticks, local_start, local_end, room):
            return _with_first_month(ticks, local_start, local_end, room) if label == "M" else ticks
        fallback = ticks[:1]
    return fallback
