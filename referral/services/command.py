"""How every command begins: lock, take the instant, settle what is due, refuse what the clock refuses.

Lock order everywhere: registry (shared), case, reminders. A clock change takes the registry for itself and so waits
for commands in flight. See docs/decisions/0020.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from common import clock, prepared, second_wall
from common.clock import ClockMode
from referral.actor import Actor
from referral.enums import Action, RegistryState
from referral.errors import ExercisePaused, FormUsedElsewhere, NotAllowed, RegistryEnded
from referral.models import Case, CaseEvent, Person, Registry
from referral.policy import allowed
from referral.services import majority, reminders
from referral.services.moment import Moment, moment_of


@dataclass(frozen=True, slots=True)
class Work:
    """What a command holds while it runs; `case` is locked until the transaction ends."""

    actor: Actor
    registry: Registry
    case: Case
    moment: Moment


COLUMNS = [field.attname for field in Registry._meta.concrete_fields]
SHARE = f"SELECT {', '.join(COLUMNS)} FROM referral_registry WHERE id = %s FOR KEY SHARE"  # noqa: S608 - our own columns
"""A lock that Django cannot ask for."""


def share(registry_id: int) -> Registry:
    """The registry row, shared against clock changes until the transaction ends. Refuses a stopped or ended exercise."""
    with connection.cursor() as cursor:
        cursor.execute(SHARE, [registry_id])
        registry: Registry = Registry.from_db(connection.alias, COLUMNS, cursor.fetchone())
    if registry.state == RegistryState.ENDED:
        raise RegistryEnded
    if registry.mode == ClockMode.STOPPED:
        raise ExercisePaused
    return registry


def begin(actor: Actor, case_id: int, action: Action | None = None, *, beyond: str = "") -> Work:
    """Lock the case, settle it, and check the policy under the lock when `action` concerns the case.

    Must run inside `second_wall.command`, which ends what is opened here: from now on the database lets this
    transaction write what belongs to the case. It must be one that the actor reaches, unless `beyond` names why it
    need not be (`second_wall.PURPOSES`). Raises NotAllowed, ExercisePaused, RegistryEnded.
    """
    registry = share(actor.registry_id)
    if beyond:
        second_wall.open_beyond(beyond, case_id)
    return _begun(actor, registry, prepared.first(_locked, case_id, registry.pk), action)


def begin_with(actor: Actor, handover_id: int) -> Work:
    """`begin` with the case of a handover that the actor reaches, which is found and locked in one statement."""
    registry = share(actor.registry_id)
    return _begun(actor, registry, prepared.first(_locked_with, handover_id, registry.pk), None)


def _begun(actor: Actor, registry: Registry, case: Case | None, action: Action | None) -> Work:
    """What follows the lock."""
    if case is None:
        raise NotAllowed
    second_wall.open_cases(case.pk)
    # A statement of its own: joined to the lock, person and clock would be read as of before the wait for it.
    case.person = prepared.rows(_person, case.person_id)[0]
    moment = moment_of(registry, clock.wall_now(case.person.read_wall))  # type: ignore[attr-defined]
    reminders.settle(registry, moment, case_id=case.pk)
    majority.note(case, moment)
    # What is open for a while only is judged at the instant under the lock, not at the one when the page was asked for.
    actor = replace(actor, wall=moment.wall)
    if action is not None and not allowed(actor, action, case):
        raise NotAllowed
    return Work(actor, registry, case, moment)


def recorded(actor: Actor, submission: UUID | None, case_id: int | None = None) -> CaseEvent | None:
    """The event that this form already caused. Call it under the case lock, or after `one_at_a_time`.

    Raises FormUsedElsewhere when the same form caused an act on another case than `case_id`.
    """
    if submission is None:
        return None
    found: CaseEvent | None = prepared.first(_caused, actor.user_id, submission)
    if found is not None and case_id is not None and found.case_id != case_id:
        raise FormUsedElsewhere
    return found


def _locked(case: int, registry: int) -> QuerySet[Case]:
    return Case.objects.select_for_update().filter(pk=case, registry=registry)


def _locked_with(handover: int, registry: int) -> QuerySet[Case]:
    return Case.objects.select_for_update(of=("self",)).filter(handovers=handover, registry=registry)


def _person(person: int) -> QuerySet[Person]:
    return Person.objects.filter(pk=person).annotate(read_wall=clock.READ)


def _caused(user: int, submission: UUID) -> QuerySet[CaseEvent]:
    return CaseEvent.objects.filter(user_id=user, submission=submission).select_related("handover").order_by("pk")[:1]


def one_at_a_time(submission: UUID | None) -> None:
    """Let two posts of one form follow each other where no row exists yet to lock, until the transaction ends."""
    if submission is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [submission.int & 0x7FFF_FFFF_FFFF_FFFF])


def check_constraints() -> None:
    """Let the database check what it checks at commit, so that a violation shows before a page says that it was done."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
