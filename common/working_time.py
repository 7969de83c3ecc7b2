"""Time limits: hours that always run, calendar days, and working days of a country.

Rules:
- *n* working days later means the same local time on the *n*-th working day after the day of the start.
- A limit that starts on a day off begins to run when the next working day begins, at local midnight. So a later
  start never gives an earlier due time, and nobody loses part of a first working day.
- A local time that a clock change skips moves forward by the change; one that comes twice means the first.

Public holidays come from the `holidays` package (national ones, its category "public"); future Islamic dates are
estimates. They are good enough for an exercise and are no legal advice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

THURSDAY, FRIDAY, SATURDAY, SUNDAY = 3, 4, 5, 6
DAY = timedelta(days=1)

# Weekends of public offices where the package says otherwise (its release 0.109), each with the reason.
WEEKEND_OVERRIDES: Mapping[str, frozenset[int]] = {
    # A decree of 2024 gave public offices the Monday to Friday week; the package frees Sunday only.
    "CD": frozenset({SATURDAY, SUNDAY}),
    # Public offices work Sunday to Thursday; the package has Saturday and Sunday.
    "LY": frozenset({FRIDAY, SATURDAY}),
    # Back to Saturday and Sunday since 1 October 2014; the package still has Friday and Saturday.
    "MR": frozenset({SATURDAY, SUNDAY}),
    # Public offices work Monday to Friday; the package frees only the Sunday of the labour code.
    "NE": frozenset({SATURDAY, SUNDAY}),
    # Offices work Saturday to Wednesday (sources differ, none says Sunday); the package has Saturday and Sunday.
    "SO": frozenset({THURSDAY, FRIDAY}),
}

# For a country that the package does not know: no holidays, and the weekend most countries have.
FALLBACK_WEEKEND = frozenset({SATURDAY, SUNDAY})


@lru_cache(maxsize=1024)
def days_off(country_code: str, year: int) -> frozenset[date]:
    """Every day of `year` on which public offices of the country (ISO alpha-2) are closed."""
    days = [date(year, 1, 1) + DAY * n for n in range((date(year, 12, 31) - date(year, 1, 1)).days + 1)]
    override = WEEKEND_OVERRIDES.get(country_code)
    try:
        calendar = holidays.country_holidays(country_code, years=year)
    except NotImplementedError:
        weekend = override or FALLBACK_WEEKEND
        return frozenset(day for day in days if day.weekday() in weekend)
    if override is None:
        # The package also knows weekends that were worked in exchange for a holiday.
        return frozenset(day for day in days if not calendar.is_working_day(day))
    return frozenset(day for day in days if day.weekday() in override or day in calendar)


def is_working_day(day: date, country_code: str) -> bool:
    """Whether public offices of the country are open on that local day."""
    return day not in days_off(country_code, day.year)


def _next_working_day(day: date, country_code: str) -> date:
    day += DAY
    while not is_working_day(day, country_code):
        day += DAY
    return day


def _in_zone(start: datetime, zone: tzinfo | str) -> datetime:
    if start.tzinfo is None:
        raise ValueError("A limit needs a start with a time zone.")
    return start.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


def _at_local(day: date, local: time, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, local.replace(fold=0), tzinfo=zone).astimezone(UTC)


def add_working_days(start: datetime, days: int, *, country_code: str, zone: tzinfo | str) -> datetime:
    """The instant, in UTC, `days` (1 or more) working days after `start` in the country's calendar and zone."""
    if days < 1:
        raise ValueError("A limit in working days has at least one.")
    local = _in_zone(start, zone)
    day, clock = local.date(), local.time()
    if not is_working_day(day, country_code):
        day, clock = _next_working_day(day, country_code), time(0)
    for _ in range(days):
        day = _next_working_day(day, country_code)
    return _at_local(day, clock, local.tzinfo)


def add_days(start: datetime, days: int, *, zone: tzinfo | str) -> datetime:
    """The instant, in UTC, of the same local time `days` calendar days later."""
    local = _in_zone(start, zone)
    return _at_local(local.date() + DAY * days, local.time(), local.tzinfo)


def add_hours(start: datetime, hours: int) -> datetime:
    """`hours` later, in UTC. Hours always run: nights, weekends and clock changes included."""
    return start.astimezone(UTC) + timedelta(hours=hours)


@dataclass(frozen=True, slots=True)
class Limit:
    """A time allowed, in exactly one unit: hours that always run, working days, or calendar days."""

    hours: int = 0
    working_days: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        amounts = (self.hours, self.working_days, self.days)
        if min(amounts) < 0 or sum(amount > 0 for amount in amounts) != 1:
            raise ValueError("A limit has one unit and is longer than nothing.")

    def due(self, start: datetime, country_code: str, zone: tzinfo | str) -> datetime:
        """When the limit ends, in UTC, for an institution of this country in this zone."""
        if self.working_days:
            return add_working_days(start, self.working_days, country_code=country_code, zone=zone)
        if self.days:
            return add_days(start, self.days, zone=zone)
        return add_hours(start, self.hours)
