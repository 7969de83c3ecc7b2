"""Where a person is, written down in the course of another act."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Country
from referral.enums import CaseStage, DeadlineKind, DeadlineState, WhereaboutsKind
from referral.models import Case, Deadline, Institution, Whereabouts
from referral.selectors.facts import is_child
from referral.services import deadlines
from referral.services.command import Work


def found_again(case: Case) -> None:
    """Somebody knows where the person is: the case is no longer one of a missing person."""
    if case.stage == CaseStage.MISSING:
        case.stage = CaseStage.REOPENED
        case.save(update_fields=["stage"])


def owe_tonight(work: Work) -> None:
    """Whoever answers for the person has to make her safe, unless that is owed already."""
    owed = Deadline.objects.filter(case=work.case, kind=DeadlineKind.TONIGHT, state=DeadlineState.OPEN)
    if work.case.holder is not None and not owed.exists():
        deadlines.open_deadline(
            case=work.case,
            kind=DeadlineKind.TONIGHT,
            owes=work.case.holder,
            moment=work.moment,
            urgent=work.case.immediate_danger,
            child=is_child(work.case),
        )


def place(
    work: Work,
    kind: WhereaboutsKind,
    country: Country | None,
    happened_at: datetime,
    *,
    by: Institution | None = None,
    safe: bool = False,
) -> Whereabouts:
    """Add what is known of the person's place from `happened_at` (exercise time) on; `by` is the acting institution."""
    (row,) = Whereabouts.objects.bulk_create([_unsaved(work, kind, country, happened_at, by, safe)])
    return row


def there_since(
    work: Work, kind: WhereaboutsKind, country: Country | None, happened_at: datetime, *, safe: bool = False
) -> None:
    """Add where the person is from `happened_at` on and now, whatever other place was noted in between."""
    noted = work.case.place_since_at
    later = [work.moment.at] if noted is not None and noted > happened_at else []
    Whereabouts.objects.bulk_create([_unsaved(work, kind, country, at, None, safe) for at in (happened_at, *later)])


def arrived(work: Work, country: Country | None, happened_at: datetime, *, safe: bool, outside: bool = False) -> None:
    """Add that the person arrived then, and where the person is from now on: in a safe place or not.

    The second row outlives what was recorded between the arrival and now, a search for instance. In a country without a
    seat (`outside`) nobody who answers has a place: who arrived there safely stays *arrived*.
    """
    there = WhereaboutsKind.ARRIVED if outside else WhereaboutsKind.SAFE_PLACE
    tonight = there if safe else WhereaboutsKind.NO_SAFE_PLACE
    steps = dict.fromkeys(((WhereaboutsKind.ARRIVED, happened_at), (tonight, work.moment.at)))
    Whereabouts.objects.bulk_create([_unsaved(work, kind, country, at, None, safe) for kind, at in steps])


def _unsaved(
    work: Work,
    kind: WhereaboutsKind,
    country: Country | None,
    happened_at: datetime,
    by: Institution | None,
    safe: bool,
) -> Whereabouts:
    assert country is not None, "a person is in a country"
    return Whereabouts(
        case=work.case,
        kind=kind,
        country=country,
        happened_at=happened_at,
        recorded_at=work.moment.at,
        institution_id=by.pk if by else work.actor.institution_id,
        support_running=safe,
    )
