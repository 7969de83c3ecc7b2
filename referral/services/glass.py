"""Break-glass: one case for sixty minutes of wall time, with a reason and a second person.

Asking tells nothing: whatever code is typed, the row, the pages and what colleagues are told are the same until a second
person has confirmed, and a code that nobody has stays the same as one from which everything is kept (docs/decisions/0052).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from common import second_wall
from referral import codes
from referral.actor import Actor
from referral.enums import Action, Compartment, GlassEnd, GlassState
from referral.errors import GlassOver, NotAllowed, SecondPersonNeeded, TooManyOpenings
from referral.glass_states import BY_TIME, GLASS_MOVES, GlassAct, possible
from referral.models import BreakGlass, Case, Registry
from referral.models.oversight import OPEN_FOR
from referral.policy import FOCAL, allowed
from referral.relations import opened_by
from referral.selectors.left_open import openings_of
from referral.services import events, glass_news, identity
from referral.services.act import Facts
from referral.services.command import Work, begin, check_constraints, one_at_a_time, share
from referral.services.contact import may_not_learn
from referral.services.moment import Moment, moment_of
from referral.services.reminders import lock_cases

ASKED_PER_DAY = 10
"""How often one institution may ask within a day of wall time (exercise default), whether or not codes exist."""


@dataclass(frozen=True, slots=True)
class Done:
    """A request as the act left it. `repeated` says that the same act was done before."""

    row: BreakGlass
    repeated: bool = False


def ask(actor: Actor, facts: Facts, *, submission: UUID | None) -> Done:
    """Ask for one case. `facts`: code (the person's public code, as typed), reason, language.

    Nothing is open before a second person confirms. Raises TooManyOpenings, NotAllowed, ExercisePaused, RegistryEnded;
    never anything that tells whether the code exists.
    """
    with second_wall.command():
        registry = share(actor.registry_id)
        if not allowed(actor, Action.ASK_GLASS):
            raise NotAllowed
        one_at_a_time(submission)
        reference = codes.reference_of("B", actor.user_id, submission)
        before = BreakGlass.objects.filter(registry=registry, reference=reference).first()
        if before is not None:
            return Done(before, repeated=True)
        moment = moment_of(registry)
        _not_too_many(actor, moment)
        with second_wall.across("code"):
            case = _found(registry, facts["code"])
        row = BreakGlass.objects.create(
            registry=registry,
            reference=reference,
            institution_id=actor.institution_id,
            code=facts["code"],
            case=case,
            reason=facts["reason"],
            language=facts.get("language") or "",
            asked_by_id=actor.user_id,
            asked_role=actor.role,
            asked_at=moment.at,
            asked_wall=moment.wall,
            until_wall=moment.wall + OPEN_FOR,
        )
        if case is not None:
            _record(begin(actor, case.pk, beyond="glass"), row, "glass_asked")
        glass_news.waits(row, moment)
        check_constraints()
        return Done(row)


def confirm(actor: Actor, pk: int) -> Done:
    """The second person says yes. The case opens to the first one, or nothing does.

    Raises SecondPersonNeeded for the first one, GlassOver when it is no longer asked or has waited for an hour,
    NotAllowed, ExercisePaused, RegistryEnded, BreakGlass.DoesNotExist.
    """
    with second_wall.command():
        row, work, moment = _locked(actor, pk, Action.CONFIRM_GLASS)
        if row.decided_by_id == actor.user_id and row.state != GlassState.DROPPED:
            return Done(row, repeated=True)
        if row.asked_by_id == actor.user_id:
            raise SecondPersonNeeded
        if not possible(GlassAct.OPEN, row.state) or _too_late(row, moment):
            raise GlassOver
        row.decided_by_id, row.decided_wall = actor.user_id, moment.wall
        if work is not None and work.case.holder is not None and not may_not_learn(work.case, row.institution):
            _open(row, work)
        else:
            _find_nothing(row, work, moment)
        check_constraints()
        return Done(row)


def drop(actor: Actor, pk: int) -> Done:
    """Somebody of the institution, the first person too, does not go on with it. Raises GlassOver, NotAllowed, ExercisePaused."""
    with second_wall.command():
        row, work, moment = _locked(actor, pk, Action.CONFIRM_GLASS)
        if row.state == GlassState.DROPPED and row.decided_by_id == actor.user_id:
            return Done(row, repeated=True)
        if not possible(GlassAct.DROP, row.state):
            raise GlassOver
        row.decided_by_id = actor.user_id
        _move(row, GlassAct.DROP, until_wall=min(row.until_wall, moment.wall))
        if work is not None:
            _record(work, row, "glass_dropped")
        return Done(row)


def end(actor: Actor, pk: int) -> Done:
    """End an opening before its time: whoever asked, the holder's focal point, a data protection officer.

    Raises GlassOver where nothing is open, NotAllowed, ExercisePaused, RegistryEnded.
    """
    with second_wall.command():
        row, work, moment = _locked(actor, pk, Action.END_GLASS)
        if row.state == GlassState.ENDED:
            return Done(row, repeated=True)
        if work is None or not possible(GlassAct.END, row.state):
            raise GlassOver
        _end(row, work.case, _how(actor, row), moment, actor)
        return Done(row)


def end_with_custody(work: Work) -> None:
    """Somebody else answers for the person, or nobody: what was opened under the former holder is closed."""
    for row in openings_of(work.case.pk).select_for_update():
        _end(row, work.case, GlassEnd.CUSTODY, work.moment, None)


def read(actor: Actor, case_id: int, page: str) -> BreakGlass:
    """Write down that the actor reads a page of the case under her own opening, before she does (I11: looked at again
    under the lock). What cannot be written down is not shown.

    Raises GlassOver when it has just ended, ExercisePaused, RegistryEnded.
    """
    with second_wall.command():
        work, row = _under(actor, case_id)
        _record(work, row, "glass_read", code=page[:32])
        return row


def note_identity(actor: Actor, case_id: int, fields: Sequence[str]) -> None:
    """Write down which fields of a sealed identity are shown, as every showing of an identity. Raises as `read`."""
    with second_wall.command():
        work, row = _under(actor, case_id)
        events.record(
            case=work.case,
            kind=identity.SHOWN,
            moment=work.moment,
            actor=work.actor,
            compartment=Compartment.D1,
            content={"fields": sorted(fields), "glass": row.reference},
        )


def settle(registry: Registry, moment: Moment, *, budget: int) -> int:
    """Note what time has ended; returns how much. Nobody's access depends on it. The caller holds the registry row.

    A case that somebody works on is left to the next pass.
    """
    over = BreakGlass.objects.filter(registry=registry, state__in=BY_TIME, until_wall__lte=moment.wall)
    due = list(over.order_by("until_wall", "pk").values_list("pk", "case_id")[:budget])
    held = lock_cases({case for _pk, case in due if case is not None}, wait=False) if due else set()
    free = [pk for pk, case in due if case is None or case in held]
    rows = BreakGlass.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=free, state__in=BY_TIME)
    found = list(rows.select_related("case").order_by("until_wall", "pk")) if free else []
    for row in found:
        _time_is_over(row, moment)
    return len(found)


def _under(actor: Actor, case_id: int) -> tuple[Work, BreakGlass]:
    """The actor's own opening of the case, looked for again under the lock of the case."""
    work = begin(actor, case_id)
    row = next((row for row in work.case.openings.order_by("-until_wall") if opened_by(work.actor, row)), None)
    if row is None:
        raise GlassOver
    return work, row


def _time_is_over(row: BreakGlass, moment: Moment) -> None:
    act = BY_TIME[GlassState(row.state)]
    if act is GlassAct.END:
        assert row.case is not None, "only a case is opened"
        _end(row, row.case, GlassEnd.TIME, moment, None)
        return
    _move(row, act)
    if row.case is not None:
        events.record(
            case=row.case, kind="glass_dropped", moment=moment, code=row.state, content={"glass": row.reference}
        )


def _locked(actor: Actor, pk: int, action: Action) -> tuple[BreakGlass, Work | None, Moment]:
    """The row under its own lock, after the lock of its case where it has one; checked against the policy."""
    registry = share(actor.registry_id)
    case_id = BreakGlass.objects.values_list("case_id", flat=True).get(pk=pk, registry=registry)
    work = begin(actor, case_id, beyond="glass") if case_id is not None else None
    rows = BreakGlass.objects.select_for_update(of=("self",)).select_related("institution", "case__holder")
    row = rows.get(pk=pk, registry=registry)
    if not allowed(actor, action, row):
        raise NotAllowed
    return row, work, work.moment if work is not None else moment_of(registry)


def _too_late(row: BreakGlass, moment: Moment) -> bool:
    return row.until_wall <= moment.wall


def _open(row: BreakGlass, work: Work) -> None:
    _move(row, GlassAct.OPEN, until_wall=work.moment.wall + OPEN_FOR)
    event = _record(work, row, "glass_opened")
    glass_news.opened(row, work.case, event, work.moment)


def _find_nothing(row: BreakGlass, work: Work | None, moment: Moment) -> None:
    """Nobody has the code, or nothing may reach who asks. The holder hears of the second, the asking side of neither."""
    _move(row, GlassAct.FIND_NOTHING, until_wall=min(row.until_wall, moment.wall))
    glass_news.nothing(row, moment)
    if work is not None:
        event = _record(work, row, "glass_refused")
        glass_news.refused(row, work.case, event, moment)


def _end(row: BreakGlass, case: Case, how: GlassEnd, moment: Moment, actor: Actor | None) -> None:
    how = GlassEnd.TIME if _too_late(row, moment) else how
    row.ended_by_id, row.ended_how = actor.user_id if actor is not None else None, how
    _move(row, GlassAct.END, until_wall=min(row.until_wall, moment.wall))
    events.record(case=case, kind="glass_ended", moment=moment, actor=actor, code=how, content={"glass": row.reference})


def _move(row: BreakGlass, act: GlassAct, **changed: Any) -> None:
    """The only writer of the state. A confirmation that is over in an instant still ends after it began."""
    row.state = GLASS_MOVES[act].target
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "decided_by", "decided_wall", "until_wall", "ended_by", "ended_how"])


def _record(work: Work, row: BreakGlass, kind: str, code: str = "") -> Any:
    # The key of the form stays out of the record: known there, it would tell that the code exists.
    return events.record(
        case=work.case,
        kind=kind,
        moment=work.moment,
        actor=work.actor,
        code=code,
        content={"glass": row.reference, "asked_by": row.asked_by_id},
    )


def _how(actor: Actor, row: BreakGlass) -> GlassEnd:
    if row.asked_by_id == actor.user_id and row.institution_id == actor.institution_id:
        return GlassEnd.OPENER
    return GlassEnd.HOLDER if actor.role in FOCAL else GlassEnd.OFFICER


def _found(registry: Registry, typed: str) -> Case | None:
    """The case behind a public code. A code word does not do: it comes from a short list, and could be guessed."""
    held = Case.objects.filter(registry=registry, holder__isnull=False, person__public_code=codes.as_code(typed))
    return held.order_by("pk").last()


def _not_too_many(actor: Actor, moment: Moment) -> None:
    """One institution asks one at a time, so that two forms at once cannot both be the last that is allowed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ASKED_PER_DAY, actor.institution_id])
    since = moment.wall - timedelta(days=1)
    if BreakGlass.objects.filter(institution=actor.institution_id, asked_wall__gt=since).count() >= ASKED_PER_DAY:
        raise TooManyOpenings
