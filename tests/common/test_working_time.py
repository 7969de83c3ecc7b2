from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import working_time
from common.working_time import (
    FRIDAY,
    SATURDAY,
    SUNDAY,
    THURSDAY,
    WEEKEND_OVERRIDES,
    Limit,
    add_days,
    add_hours,
    add_working_days,
    days_off,
    is_working_day,
)

# Every country of the Rabat and Khartoum Processes, of the Niamey Declaration and of ECOWAS.
COUNTRIES = [
    *("DZ", "BJ", "BF", "CM", "CV", "CF", "TD", "CG", "CD", "CI", "GQ", "GA", "GM", "GH", "GN", "GW", "LR", "LY", "ML"),
    *("MR", "MA", "NE", "NG", "ST", "SN", "SL", "TG", "TN", "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR"),
    *("DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "NO", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "CH"),
    *("GB", "DJ", "EG", "ER", "ET", "KE", "SO", "SS", "SD", "UG"),
]
FRIDAY_AND_SATURDAY = {"DJ", "DZ", "EG", "LY", "SD"}
THURSDAY_AND_FRIDAY = {"SO"}
ZONES = {
    "NG": "Africa/Lagos",
    "IT": "Europe/Rome",
    "EG": "Africa/Cairo",
    "FR": "Europe/Paris",
    "MA": "Africa/Casablanca",
}

starts = st.datetimes(min_value=datetime(2025, 12, 1), max_value=datetime(2027, 2, 1), timezones=st.just(UTC))
places = st.sampled_from(sorted(ZONES.items()))


def rome(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Rome"))  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_weekend_of_every_country_of_the_dialogues(country: str) -> None:
    weekend = {SATURDAY, SUNDAY}
    if country in FRIDAY_AND_SATURDAY:
        weekend = {FRIDAY, SATURDAY}
    if country in THURSDAY_AND_FRIDAY:
        weekend = {THURSDAY, FRIDAY}
    fortnights = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    always_off = {
        weekday
        for weekday in range(7)
        if sum(not is_working_day(day, country) for day in fortnights if day.weekday() == weekday) > 40
    }
    assert always_off == weekend


def test_the_library_knows_every_country_of_the_dialogues() -> None:
    unknown = set(COUNTRIES) - set(holidays.list_supported_countries())
    assert unknown == set(), "Add these to the documentation: weekend Saturday and Sunday, no holidays."


@pytest.mark.parametrize("country", sorted(WEEKEND_OVERRIDES))
def test_an_override_is_still_needed(country: str) -> None:
    assert holidays.country_holidays(country, years=2026).weekend != WEEKEND_OVERRIDES[country]


def test_an_unknown_country_has_the_usual_weekend_and_no_holidays() -> None:
    assert days_off("XX", 2026) == {
        day for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(365)) if day.weekday() in {SATURDAY, SUNDAY}
    }


def test_an_overridden_country_keeps_its_holidays() -> None:
    assert not is_working_day(date(2026, 12, 24), "LY"), "independence day, a Thursday"
    assert not is_working_day(date(2025, 11, 28), "MR"), "independence day, a Friday"
    assert is_working_day(date(2026, 3, 6), "MR"), "an ordinary Friday"


def test_a_calendar_is_made_once_per_country_and_year() -> None:
    assert days_off("NG", 2026) is days_off("NG", 2026)


def test_a_working_day_later_is_the_same_local_time() -> None:
    assert add_working_days(rome(2026, 9, 7, 14, 30), 1, country_code="IT", zone="Europe/Rome") == rome(
        2026, 9, 8, 14, 30
    )


def test_a_friday_afternoon_runs_to_monday_afternoon() -> None:
    assert add_working_days(rome(2026, 9, 4, 14, 30), 1, country_code="IT", zone="Europe/Rome") == rome(
        2026, 9, 7, 14, 30
    )


def test_a_public_holiday_does_not_count() -> None:
    # 8 December 2026 is a Tuesday and a holiday in Italy, not in France.
    monday = rome(2026, 12, 7, 9, 0)
    assert add_working_days(monday, 1, country_code="IT", zone="Europe/Rome") == rome(2026, 12, 9, 9, 0)
    assert add_working_days(monday, 1, country_code="FR", zone="Europe/Paris") == rome(2026, 12, 8, 9, 0)


def test_a_limit_that_starts_on_a_day_off_runs_from_the_next_working_day() -> None:
    saturday = rome(2026, 9, 5, 9, 0)
    assert add_working_days(saturday, 1, country_code="IT", zone="Europe/Rome") == rome(2026, 9, 8, 0, 0)


def test_the_local_day_decides_and_not_the_day_in_utc() -> None:
    # Sunday 23:30 in UTC is already Monday in Cairo, a working day there.
    start = datetime(2026, 9, 6, 21, 30, tzinfo=UTC)
    cairo = ZoneInfo("Africa/Cairo")
    assert start.astimezone(cairo).date() == date(2026, 9, 7)
    assert add_working_days(start, 1, country_code="EG", zone=cairo) == datetime(2026, 9, 8, 0, 30, tzinfo=cairo)


def test_a_clock_change_keeps_the_local_time() -> None:
    # Summer time ends in Europe on Sunday 25 October 2026.
    due = add_working_days(rome(2026, 10, 23, 16, 0), 1, country_code="IT", zone="Europe/Rome")
    assert due == rome(2026, 10, 26, 16, 0)
    assert due - rome(2026, 10, 23, 16, 0).astimezone(UTC) == timedelta(days=3, hours=1)


def test_a_local_time_that_the_clock_change_skips_moves_forward() -> None:
    # 02:30 does not exist in Rome on 29 March 2026.
    assert add_days(rome(2026, 3, 28, 2, 30), 1, zone="Europe/Rome") == rome(2026, 3, 29, 3, 30)


def test_hours_always_run() -> None:
    friday = rome(2026, 10, 23, 16, 0)
    assert add_hours(friday, 72) - friday.astimezone(UTC) == timedelta(hours=72)


def test_ten_working_days_over_the_end_of_the_year_use_both_calendars() -> None:
    assert add_working_days(rome(2026, 12, 23, 10, 0), 10, country_code="IT", zone="Europe/Rome") == rome(
        2027, 1, 11, 10, 0
    )


@pytest.mark.parametrize("days", [0, -1])
def test_a_limit_of_no_working_days_is_an_error(days: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_working_days(rome(2026, 9, 7), days, country_code="IT", zone="Europe/Rome")


def test_a_start_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="time zone"):
        add_days(datetime(2026, 9, 7), 1, zone="Europe/Rome")


@pytest.mark.parametrize("amounts", [{}, {"hours": 2, "days": 1}, {"hours": -1}, {"days": -1, "hours": 3}])
def test_a_limit_has_exactly_one_unit(amounts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="one unit"):
        Limit(**amounts)


def test_each_unit_of_a_limit_falls_due_in_its_own_way() -> None:
    friday = rome(2026, 9, 4, 14, 0)
    assert Limit(hours=48).due(friday, "IT", "Europe/Rome") == rome(2026, 9, 6, 14, 0)
    assert Limit(working_days=5).due(friday, "IT", "Europe/Rome") == rome(2026, 9, 11, 14, 0)
    assert Limit(days=7).due(friday, "IT", "Europe/Rome") == rome(2026, 9, 11, 14, 0)


@given(starts, st.integers(1, 12), places)
def test_due_times_fall_on_working_days_and_leave_that_many(start: datetime, days: int, place: tuple[str, str]) -> None:
    country, zone = place
    due = add_working_days(start, days, country_code=country, zone=zone)
    first, last = start.astimezone(ZoneInfo(zone)).date(), due.astimezone(ZoneInfo(zone)).date()
    assert is_working_day(last, country)
    between = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    begins_on_day_off = not is_working_day(first, country)
    assert sum(is_working_day(day, country) for day in between) == days + begins_on_day_off


@given(starts, st.timedeltas(timedelta(0), timedelta(days=10)), st.integers(1, 6), places)
def test_a_later_start_never_gives_an_earlier_due_time(
    start: datetime, later: timedelta, days: int, place: tuple[str, str]
) -> None:
    country, zone = place
    # One hour of tolerance: a local time that a clock change skips moves past the next existing one.
    assert (
        add_working_days(start, days, country_code=country, zone=zone)
        <= add_working_days(start + later, days, country_code=country, zone=zone) + working_time.DAY / 24
    )


@given(starts, st.integers(1, 6), st.integers(1, 6), places)
def test_working_days_add_up(start: datetime, first: int, second: int, place: tuple[str, str]) -> None:
    country, zone = place
    halfway = add_working_days(start, first, country_code=country, zone=zone)
    whole = add_working_days(start, first + second, country_code=country, zone=zone)
    assert abs(whole - add_working_days(halfway, second, country_code=country, zone=zone)) <= timedelta(hours=1)
