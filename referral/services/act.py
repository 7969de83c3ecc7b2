"""The shape of every act on a case at home: lock, check, write, one event, notices where somebody must be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from common import second_wall
from referral.actor import Actor
from referral.enums import Action, Compartment
from referral.errors import ChangedMeanwhile, NotAllowed
from referral.models import Case, CaseEvent, Handover
from referral.policy import allowed
from referral.services import events
from referral.services.command import Work, begin, check_constraints, recorded

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What an act left behind. `repeated` says that the same form had been recorded before: nothing was done twice."""

    case: Case
    event: CaseEvent
    repeated: bool = False
    handover: Handover | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """How an act appears in the record: a code, field names or other values that are no identity."""

    code: str = ""
    content: Facts | None = None
    happened_at: datetime | None = None
    handover: Handover | None = None
    amends: CaseEvent | None = None


def on_case(
    actor: Actor,
    case_id: int,
    action: Action,
    write: Callable[[Work], Entry],
    *,
    submission: UUID | None,
    version: int | None = None,
    compartment: Compartment = Compartment.D0,
    kind: str = "",
    after: Callable[[CaseEvent], None] | None = None,
    beyond: str = "",
) -> CaseOutcome:
    """Do one act in one transaction. `version` is the case's version that the form was made from.

    `kind` names the event where it is not the action itself; `after` writes what belongs to the event; `beyond` is that
    of `command.begin`. Raises NotAllowed,
    ChangedMeanwhile, ExercisePaused, RegistryEnded, or what `write` raises.
    """
    with second_wall.command():
        work = begin(actor, case_id, beyond=beyond)
        # Before the policy: the act itself may have ended what allowed it, and a second post must still hear that it is done.
        before = recorded(actor, submission, case_id)
        if before is not None:
            return CaseOutcome(work.case, before, repeated=True, handover=before.handover)
        if not allowed(work.actor, action, work.case):
            raise NotAllowed
        if version is not None and version != work.case.version:
            raise ChangedMeanwhile
        entry = write(work)
        work.case.version += 1
        work.case.save(update_fields=["version"])
        event = events.record(
            case=work.case,
            kind=kind or action,
            moment=work.moment,
            actor=actor,
            handover=entry.handover,
            code=entry.code,
            content=entry.content,
            # A correction says anew what stood in the entry: whoever may not read that reads neither.
            compartment=Compartment(entry.amends.compartment) if entry.amends else compartment,
            submission=submission,
            happened_at=entry.happened_at,
            amends=entry.amends,
        )
        if after is not None:
            after(event)
        check_constraints()
        return CaseOutcome(work.case, event, handover=entry.handover)


def changed(row: Any, facts: Facts, names: tuple[str, ...]) -> list[str]:
    """Assign the given facts that differ, save them, and return their names."""
    found = [name for name in names if name in facts and getattr(row, name) != facts[name]]
    for name in found:
        setattr(row, name, facts[name])
    if found:
        row.save(update_fields=found)
    return found
