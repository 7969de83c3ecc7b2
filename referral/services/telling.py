"""An act at home that others are told of, in the transaction of the act."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from common import second_wall
from referral.actor import Actor
from referral.enums import Action
from referral.models import Institution
from referral.services import notify
from referral.services.act import CaseOutcome, Entry, on_case
from referral.services.command import Work


def told_to(
    actor: Actor,
    case_id: int,
    action: Action,
    write: Callable[[Work], Entry],
    readers: Callable[[Work], Iterable[Institution | None]],
    *,
    submission: UUID | None,
    **more: Any,
) -> CaseOutcome:
    """`act.on_case`, and a notice to these institutions; a form sent twice tells nobody twice. Raises what `on_case` raises."""
    with second_wall.command():
        done: list[Work] = []

        def noted(work: Work) -> Entry:
            done.append(work)
            return write(work)

        outcome = on_case(actor, case_id, action, noted, submission=submission, **more)
        for work in [] if outcome.repeated else done:
            notify.tell(
                event=outcome.event,
                kind=outcome.event.kind,
                institutions=[row for row in readers(work) if row is not None],
                moment=work.moment,
                except_user_id=actor.user_id,
            )
        return outcome


def holder(work: Work) -> list[Institution | None]:
    """Whoever answers for the person."""
    return [work.case.holder]
