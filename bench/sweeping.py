"""How long the sweep takes for what is due among much that waits. Run beside a copy's database: `python -m bench.sweeping OPEN DUE`."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle, islice
from time import perf_counter

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - models need the settings

from bench.stage import registry as a_registry  # noqa: E402
from bench.stage import stage_of  # noqa: E402
from common import second_wall  # noqa: E402
from common.ladder import LADDER  # noqa: E402
from referral.demonstration.stage import Stage  # noqa: E402
from referral.enums import (  # noqa: E402
    CustodyReason,
    DeadlineKind,
    FoundBy,
    HandoverState,
    ReminderState,
    Urgency,
)
from referral.models import Case, Custody, Deadline, Handover, Institution, Person, Reminder  # noqa: E402
from referral.services import sweep  # noqa: E402
from referral.services.deadlines import rungs_of  # noqa: E402
from referral.services.moment import moment_of  # noqa: E402

AHEAD = timedelta(days=400)
CHUNK = 5_000
KINDS = [kind for kind in DeadlineKind if kind is not DeadlineKind.ACKNOWLEDGE]


def write(stage: Stage, open_rungs: int, due_rungs: int) -> None:
    """People with deadlines that lie far ahead, and offers to acknowledge whose whole ladder is due."""
    moment = moment_of(stage.registry)
    opened_at = moment.at - timedelta(days=10)
    rungs = len(LADDER)
    holders = [place for (_country, kind), place in stage.institutions.items() if kind == "focal_point"]
    late, ahead = due_rungs // rungs, open_rungs // rungs
    cases = people(stage, holders, max(late, ahead // len(KINDS) + 1), opened_at)
    offers = Handover.objects.bulk_create(
        Handover(
            registry=stage.registry, case=case, reference=f"B-{number:06d}", state=HandoverState.OFFERED,
            sender=case.holder, receiver=receiver, receiver_country=receiver.country, urgency=Urgency.STANDARD,
            offered_at=opened_at,
        )
        for number, (case, receiver) in enumerate(zip(cases[:late], cycle(holders[1:] + holders[:1])))
    )  # fmt: skip
    rows = [
        deadline(case, DeadlineKind.ACKNOWLEDGE, opened_at, timedelta(days=2), offer)
        for case, offer in zip(cases, offers, strict=False)
    ]
    rows += islice((deadline(case, kind, opened_at, AHEAD) for kind in KINDS for case in cases), ahead)
    for begin in range(0, len(rows), CHUNK):
        part = Deadline.objects.bulk_create(rows[begin : begin + CHUNK])
        Reminder.objects.bulk_create(rung for row in part for rung in rungs_of(row, opened_at))


def people(stage: Stage, holders: Sequence[Institution], number: int, opened_at: datetime) -> list[Case]:
    """So many people, each in the care of the next country in turn."""
    persons = Person.objects.bulk_create(
        Person(registry=stage.registry, public_code=f"B{one:07d}", code_word=f"BENCH {one}") for one in range(number)
    )
    cases = Case.objects.bulk_create(
        Case(
            registry=stage.registry, person=person, opened_at=opened_at, opened_by=holder, found_by=FoundBy.BORDER,
            found_in=holder.country,
        )
        for person, holder in zip(persons, cycle(holders), strict=False)
    )  # fmt: skip
    Custody.objects.bulk_create(
        Custody(case=case, seq=1, since_at=opened_at, institution=case.opened_by, reason=CustodyReason.INTAKE)
        for case in cases
    )
    return list(Case.objects.select_related("holder").filter(registry=stage.registry).order_by("pk"))


def deadline(
    case: Case, kind: DeadlineKind, opened_at: datetime, limit: timedelta, offer: Handover | None = None
) -> Deadline:
    """A deadline that is open since `opened_at`, without the time that people get to read."""
    assert case.holder is not None
    return Deadline(
        registry_id=case.registry_id, case=case, handover=offer, kind=kind, owes=offer.receiver if offer else case.holder,
        other_side=offer.sender if offer else None, opened_at=opened_at, due_at=opened_at + limit,
        opened_ran=timedelta(0), floor=timedelta(0), basis="default",
    )  # fmt: skip


@second_wall.system()
def main(open_rungs: int, due_rungs: int) -> None:
    """Write the rows, let the sweep pass until nothing is due, and print how long it took."""
    stage = stage_of(a_registry(), secrets.token_urlsafe(12))
    with transaction.atomic():
        write(stage, open_rungs, due_rungs)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    waiting = Reminder.objects.filter(state=ReminderState.PENDING).count()
    passes: list[tuple[int, float]] = []
    while not passes or passes[-1][0]:
        began = perf_counter()
        fired = sweep.sweep()
        passes.append((fired, perf_counter() - began))
    print(json.dumps({"waiting": waiting, "passes": passes}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
