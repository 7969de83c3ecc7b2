"""Who hears of break-glass, in the transaction of the cause: fixed text and a link, as all notices and mails."""

from __future__ import annotations

from collections.abc import Iterable

from referral.enums import Role
from referral.models import BreakGlass, Case, CaseEvent, Institution, Membership, Seal
from referral.policy import GLASS
from referral.services import notify
from referral.services.moment import Moment
from referral.services.notify import NEWS, Line
from referral.services.readers import Reader, Seats, seats
from referral.transitions import AFTER_ARRIVAL


def waits(row: BreakGlass, moment: Moment) -> None:
    """Colleagues who may confirm hear that somebody waits for a second person. The same for every code."""
    here = seats(row.registry_id, moment, [row.institution_id]).rows
    _tell(row, "glass_waits", _readers(m for m in here if m.role in GLASS and m.user_id != row.asked_by_id), moment)


def opened(row: BreakGlass, case: Case, event: CaseEvent, moment: Moment) -> None:
    """At once: the focal point of whoever answers, whoever had sealed what can be read now, the officers of both sides."""
    sides, everybody = _sides(row, case), seats(row.registry_id, moment)
    answering = [side for side in sides if side.pk == case.holder_id or side.pk != row.institution_id]
    told = [reader for side in answering for reader in everybody.at(side) if reader.user_id != row.asked_by_id]
    _tell(row, "glass_opened", told, moment, event)
    both = {side.country_id for side in sides if side.pk in (case.holder_id, row.institution_id)}
    _tell(row, "glass_opened", _officers(everybody, both), moment)


def nothing(row: BreakGlass, moment: Moment) -> None:
    """The officers of the asking side hear that nothing was opened; not why, and of nobody."""
    everybody = seats(row.registry_id, moment)
    _tell(row, "glass_nothing", _officers(everybody, {row.institution.country_id}), moment)


def refused(row: BreakGlass, case: Case, event: CaseEvent, moment: Moment) -> None:
    """Somebody from whom everything is kept has tried. Whoever answers for the person hears it, and its officers."""
    if case.holder is not None:
        everybody = seats(row.registry_id, moment)
        _tell(row, "glass_refused", everybody.at(case.holder), moment, event)
        _tell(row, "glass_refused", _officers(everybody, {case.holder.country_id}), moment)


def _sides(row: BreakGlass, case: Case) -> list[Institution]:
    sealed = Seal.objects.filter(handover__case=case, handover__state__in=AFTER_ARRIVAL).values("institution")
    found = {side.pk: side for side in Institution.objects.filter(pk__in=sealed)}
    found[row.institution_id] = row.institution
    if case.holder is not None:
        found[case.holder.pk] = case.holder
    return list(found.values())


def _officers(everybody: Seats, countries: set[str | None]) -> list[Reader]:
    """Data protection officers of these countries, and those who look after the whole registry."""
    told = {*countries, None}
    return _readers(m for m in everybody.rows if m.role == Role.DATA_PROTECTION and m.institution.country_id in told)


def _readers(members: Iterable[Membership]) -> list[Reader]:
    return [Reader(m.user_id, m.institution_id) for m in members]


def _tell(
    row: BreakGlass, kind: str, readers: Iterable[Reader], moment: Moment, event: CaseEvent | None = None
) -> None:
    """A line that leads to the request; that page says what its reader may know. `event` names the case, for its holder."""
    once = {reader.user_id: reader for reader in readers}
    lines = [
        Line(
            reader=reader,
            kind=kind,
            cause=f"glass:{row.pk}:{kind}",
            template=NEWS,
            at=moment.at,
            case_id=event.case_id if event is not None else None,
            event_id=event.pk if event is not None else None,
        )
        for reader in once.values()
    ]
    notify.write(lines, registry_id=row.registry_id, moment=moment)
