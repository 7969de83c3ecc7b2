"""How the product says times, dates and codes. Every function is told the instant; none reads a clock.

Each sentence is one translatable string with its own plural: a sentence glued from pieces cannot be
translated into Arabic, which has six plural forms, nor into French, where the order differs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MONTH = 30 * DAY
YEAR = 365 * DAY

# Each unit, its length, and the length from which it is used: "90 days" says more than "3 months".
STEPS = (
    ("year", YEAR, 2 * YEAR),
    ("month", MONTH, 4 * MONTH),
    ("day", DAY, DAY),
    ("hour", HOUR, HOUR),
    ("minute", MINUTE, MINUTE),
)
# While work is still ahead, "47 hours" is more use than "1 day".
STEPS_AHEAD = tuple((unit, size, 2 * DAY if unit == "day" else start) for unit, size, start in STEPS)

Plural = Callable[[int], str]

AGO: dict[str, Plural] = {
    "year": lambda n: ngettext("%(count)d year ago", "%(count)d years ago", n),
    "month": lambda n: ngettext("%(count)d month ago", "%(count)d months ago", n),
    "day": lambda n: ngettext("%(count)d day ago", "%(count)d days ago", n),
    "hour": lambda n: ngettext("%(count)d hour ago", "%(count)d hours ago", n),
    "minute": lambda n: ngettext("%(count)d minute ago", "%(count)d minutes ago", n),
}
DUE_IN: dict[str, Plural] = {
    "year": lambda n: ngettext("Due in %(count)d year", "Due in %(count)d years", n),
    "month": lambda n: ngettext("Due in %(count)d month", "Due in %(count)d months", n),
    "day": lambda n: ngettext("Due in %(count)d day", "Due in %(count)d days", n),
    "hour": lambda n: ngettext("Due in %(count)d hour", "Due in %(count)d hours", n),
    "minute": lambda n: ngettext("Due in %(count)d minute", "Due in %(count)d minutes", n),
}
OVERDUE_BY: dict[str, Plural] = {
    "year": lambda n: ngettext("Overdue by %(count)d year", "Overdue by %(count)d years", n),
    "month": lambda n: ngettext("Overdue by %(count)d month", "Overdue by %(count)d months", n),
    "day": lambda n: ngettext("Overdue by %(count)d day", "Overdue by %(count)d days", n),
    "hour": lambda n: ngettext("Overdue by %(count)d hour", "Overdue by %(count)d hours", n),
    "minute": lambda n: ngettext("Overdue by %(count)d minute", "Overdue by %(count)d minutes", n),
}
LENGTH: dict[str, Plural] = {
    "year": lambda n: ngettext("%(count)d year", "%(count)d years", n),
    "month": lambda n: ngettext("%(count)d month", "%(count)d months", n),
    "day": lambda n: ngettext("%(count)d day", "%(count)d days", n),
    "hour": lambda n: ngettext("%(count)d hour", "%(count)d hours", n),
    "minute": lambda n: ngettext("%(count)d minute", "%(count)d minutes", n),
}


def _measured(
    length: timedelta, words: dict[str, Plural], steps: tuple[tuple[str, int, int], ...] = STEPS
) -> str | None:
    """`length` in the largest unit that fits, rounded down; None below one minute."""
    seconds = int(length.total_seconds())
    for unit, size, start in steps:
        if seconds >= start:
            count = seconds // size
            return words[unit](count) % {"count": count}
    return None


def duration(length: timedelta) -> str:
    """A length of time in one unit, such as "16 days"; "less than a minute" when it is shorter."""
    return _measured(abs(length), LENGTH) or _("less than a minute")


def ago(moment: datetime, now: datetime) -> str:
    """How long before `now` something happened, such as "5 hours ago". A moment after `now` reads "just now"."""
    return _measured(now - moment, AGO) or _("just now")


def due(due_at: datetime, now: datetime) -> str:
    """What a deadline means at `now`: "Due in 19 hours", "Due now" or "Overdue by 1 day"."""
    left = due_at - now
    phrase = _measured(-left, OVERDUE_BY) if left < timedelta(0) else _measured(left, DUE_IN, STEPS_AHEAD)
    return phrase or _("Due now")


def exercise_day(moment: datetime, start: datetime, zone: str | tzinfo | None = None) -> str:
    """Exercise time as everybody reads it: "Day 3, 14:20 (exercise)".

    `start` is the exercise time at which the registry began; its calendar day is day 1. Without a
    `zone` (IANA name) both are read in Django's current zone.
    """
    here = local(moment, zone)
    day = (here.date() - local(start, zone).date()).days + 1
    return _("Day %(day)d, %(time)s (exercise)") % {"day": day, "time": here.strftime("%H:%M")}


def long_date(moment: date | datetime, zone: str | tzinfo | None = None) -> str:
    """A date with its month in words, in the reader's language: "20 August 2026".

    The pattern is ours: Django's own for British English shortens the month.
    """
    day = local(moment, zone) if isinstance(moment, datetime) else moment
    # Translators: letters of Django's date format; keep the month in words. Portuguese: j \\d\\e F \\d\\e Y
    return date_format(day, pgettext("date format", "j F Y"), use_l10n=False)


def long_moment(moment: datetime, zone: str | tzinfo | None = None) -> str:
    """A date and a time of day: "20 August 2026, 14:20"."""
    here = local(moment, zone)
    return _("%(date)s, %(time)s") % {"date": long_date(here, here.tzinfo), "time": here.strftime("%H:%M")}


def local(moment: datetime, zone: str | tzinfo | None = None) -> datetime:
    """`moment` in `zone`, an IANA name or a zone; in Django's current zone without one."""
    return timezone.localtime(moment, ZoneInfo(zone) if isinstance(zone, str) and zone else zone or None)


def isolate(text: object) -> str:
    """`text` between isolating marks, for attributes and plain text, where `<bdi>` cannot stand."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
