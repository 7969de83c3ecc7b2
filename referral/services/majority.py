"""The eighteenth birthday: a guardian's consent ends, own consent is needed before the next act, safeguards stay until reviewed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from referral.enums import Action, RegistryState, Safeguard
from referral.models import Case, Registry
from referral.services import events, notify
from referral.services.moment import Moment

ADULT_AGE = 18


def majority_of(birth_date: date, zone: str) -> datetime:
    """The instant at which somebody born on this day comes of age: local midnight; who was born on 29 February, on 1 March."""
    year = birth_date.year + ADULT_AGE
    leap = (birth_date.month, birth_date.day) == (2, 29)
    day = date(year, 3, 1) if leap else birth_date.replace(year=year)
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def settle(registry: Registry, moment: Moment, *, budget: int = 100) -> int:
    """Note every majority that has come in open cases; returns how many. Runs inside a transaction, may run twice.

    A case that somebody works on at this instant is left to the next pass.
    """
    if registry.state != RegistryState.OPEN:
        return 0
    due = Case.objects.filter(
        registry=registry,
        closed_at__isnull=True,
        person__majority_at__lte=moment.at,
        person__of_age_at__isnull=True,
    ).order_by("pk")
    locked = due.select_for_update(of=("self",), skip_locked=True).select_related("person", "holder")
    return sum(note(case, moment) for case in locked[:budget])


def note(case: Case, moment: Moment) -> bool:
    """Write the majority of this locked case when it has come. Child safeguards are carried on until they are reviewed."""
    person = case.person
    if person.majority_at is None or person.of_age_at is not None or person.majority_at > moment.at:
        return False
    person.of_age_at = person.majority_at
    person.save(update_fields=["of_age_at"])
    if person.adult_confirmed_by_id is None:
        case.carried_safeguards = sorted({*case.carried_safeguards, Safeguard.PRESUMED_MINOR.value})
        case.save(update_fields=["carried_safeguards"])
    event = events.record(case=case, kind=Action.MAJORITY, moment=moment, at=person.majority_at)
    if case.holder is not None:
        notify.tell(event=event, kind=Action.MAJORITY, institutions=[case.holder], moment=moment)
    return True
