"""Fill a registry of its own with invented cases, batch by batch, and remove one that was not completed.

Everything the database watches over stays on: append-only triggers, custody, holder and place, every constraint. What
is checked at commit is checked after each batch. Tables are written in an order in which the triggers that keep the
case up to date find nothing to update: what hangs on a case goes before the case itself (foreign keys wait for the
check), and the case comes with the holder that its chain names, which the database verifies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from math import ceil
from random import Random

from django.db import connection, reset_queries, transaction
from django.db.models import Model

from common import second_wall
from referral.enums import OPEN_STATES, AgeBasis
from referral.models import Case, Custody, Handover, Person, PersonIdentity, PersonLink, Question, Registry, Whereabouts
from referral.safeguards import PersonFacts, presumed_minor
from referral.services.bulk import notices
from referral.services.bulk.building import Building
from referral.services.bulk.cases import write_case
from referral.services.bulk.handovers import plan_handover, reassess
from referral.services.bulk.home import Home, end_assignments, plan_home
from referral.services.bulk.owing import Due, settle
from referral.services.bulk.rows import Keys, Rows, columns
from referral.services.bulk.wiping import remove
from referral.services.bulk.world import UNFINISHED, World, finish, make_world
from referral.services.caseload.copying import check_now, copy_rows
from referral.services.caseload.problems import Refused
from referral.standards.record import CaseRecord
from referral.synthetic.bulk.journeys import Wish, can_be_open, can_have_moved, stories_of
from referral.synthetic.caseload import generate

BATCH = 500
"""Cases per transaction: some 25,000 rows."""
DESK_HOLDS, DESK_AWAITS = 60, 30
"""People who live in the desk country and handovers on their way to it, in every registry that is large enough."""
MOST_OPEN = 0.6
"""Share of cases that can have an open handover: the others are closed, missing, or too young."""
MARGIN = 0.9
"""Open handovers are dealt out over this share of the cases, so that the last ones need not all be able to have one."""
BEFORE_ALL_OTHERS: tuple[type[Model], ...] = (Whereabouts, Person, PersonIdentity, Case)
"""What is written right after handovers and custody, in this order; all other tables follow in any order."""

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Filled:
    """What was written: the registry, its cases, those with an open handover, and the reminders that are due in it."""

    registry: Registry
    cases: int
    open_handovers: int
    due: int


@dataclass(slots=True)
class _Quotas:
    """How much of each kind is still to be dealt out."""

    cases: int
    open_handovers: int
    opened: int = 0
    at_desk: int = 0
    to_desk: int = 0

    def wish(self, number: int, record: CaseRecord, until: datetime) -> Wish:
        """What this case should have so that the numbers come out; the same for the same record at the same place."""
        settled = record.holder == record.found_in and record.closed_at is None and record.stage != "missing"
        if self.at_desk < min(DESK_HOLDS, self.cases // 10) and settled and can_have_moved(record, until):
            return Wish(at_desk=True)
        share = min(self.open_handovers, ceil((number + 1) * self.open_handovers / (self.cases * MARGIN)))
        if self.opened >= share or not can_be_open(record, until):
            return Wish()
        return Wish(open_handover=True, to_desk=self.to_desk < min(DESK_AWAITS, self.open_handovers // 5))


def fill(
    slug: str,
    *,
    cases: int,
    seed: int,
    open_handovers: int,
    due: int = 0,
    password: str = "",
    wall: datetime,
    progress: Progress = lambda _cases: None,
) -> Filled:
    """A new registry with so many cases. The same seed and numbers give the same rows, keys aside.

    `due` reminders are left waiting though their time has come, as if the sweep had rested; all others went out.
    Raises `Refused` when the name is taken. A run that fails removes what it wrote; one that is killed leaves a
    registry whose name says so, in which nothing can be done, and the next run of the same name removes it.
    """
    make_way(slug)
    if open_handovers > cases * MOST_OPEN:
        raise Refused(f"At most {int(cases * MOST_OPEN):,} of {cases:,} cases can have an open handover.")
    with transaction.atomic():
        world = make_world(slug, seed, password)
    try:
        quotas, left = _Quotas(cases, open_handovers), Due(due)
        _write_all(world, quotas, left, progress)
        with transaction.atomic():
            finish(world, wall)
    except BaseException:
        remove(world.registry)
        raise
    return Filled(world.registry, cases, quotas.opened, due - left.left)


def make_way(slug: str) -> None:
    """Remove an unfinished registry of this name. Raises `Refused` when there is a complete one."""
    there = Registry.objects.filter(slug=slug).first()
    if there is None:
        return
    if not there.name.endswith(UNFINISHED):
        raise Refused(f"There is a registry named {slug} already. Choose another name with --registry.")
    remove(there)


def _write_all(world: World, quotas: _Quotas, due: Due, progress: Progress) -> None:
    rng = Random(world.seed)  # noqa: S311 - a repeatable registry, no secret
    records = enumerate(generate(quotas.cases, world.seed, world.until))
    keys, people, made = Keys(), dict[str, int](), 0
    with _writing() as write:
        while batch := list(islice(records, BATCH)):
            rows = Rows(keys)
            for number, record in batch:
                _tell(world, rows, rng, number, record, quotas, due)
                _link(rows, record, people)
            write(rows)
            made += len(batch)
            progress(made)
            reset_queries()  # with DEBUG on, Django would keep every statement in memory


@contextmanager
def _writing() -> Iterator[Callable[[Rows], None]]:
    """What writes a batch: a thread of its own while the next batch is made, one behind it at most.

    Inside a transaction of the caller it writes at once, because nobody else would see the registry.
    """
    if connection.in_atomic_block:
        yield _write
        return
    with ThreadPoolExecutor(1) as thread:
        behind: list[Future[None]] = []

        def write(rows: Rows) -> None:
            if behind:
                behind.pop().result()
            behind.append(thread.submit(_write, rows))

        try:
            yield write
            if behind:
                behind.pop().result()
        finally:
            thread.submit(_hang_up)


def _hang_up() -> None:
    """Close the connection of the thread that calls."""
    connection.close()


def _tell(world: World, rows: Rows, rng: Random, number: int, record: CaseRecord, quotas: _Quotas, due: Due) -> None:
    """All rows of one case."""
    wish = quotas.wish(number, record, world.until)
    stories = stories_of(rng, record, world.until, wish)
    building = Building(world, rows, record, number, _is_child(record), rows.key(Person), rows.key(Case))
    home = Home()
    playing = [plan_handover(building, home, story, place) for place, story in enumerate(stories)]
    left = next((at for story in stories if (at := story.departed_at)), None)
    received = next((at for story in stories if (at := story.received_at)), None)
    plan_home(building, home, left, received)
    if playing:
        reassess(playing[-1])
    building.live()
    end_assignments(building, None)
    settle(building, due)
    building.write_record()
    write_case(building, home)
    for one in playing:
        one.row.escalated_at = building.escalated.get(one.row.pk)
        rows.add(Handover, columns(one.row))
        if one.asked:
            rows.add(Question, one.asked)
    notices.write(building)
    is_open = bool(playing) and playing[-1].row.state in OPEN_STATES
    quotas.opened += is_open
    quotas.to_desk += is_open and wish.to_desk
    quotas.at_desk += wish.at_desk


def _is_child(record: CaseRecord) -> bool:
    return presumed_minor(
        PersonFacts(record.age_low, record.age_high, AgeBasis(record.age_basis), adult_confirmed=False)
    )


def _link(rows: Rows, record: CaseRecord, people: dict[str, int]) -> None:
    """Who belongs together stands one behind the other: the second one writes both links."""
    mine = rows.of[Person][-1]["id"]
    for link in record.links:
        theirs = people.get(link.source_id)
        if theirs is not None:
            for person, other in ((mine, theirs), (theirs, mine)):
                rows.add(PersonLink, {"person_id": person, "other_id": other, "kind": link.kind})
    people.clear()
    people[record.source_id] = mine


@transaction.atomic
@second_wall.system()
def _write(rows: Rows) -> None:
    """Write one batch. The thread that does it has a connection of its own, for which nobody has said whom it works for."""
    with connection.cursor() as cursor:
        # A plan that was made while a table was small reads it from end to end, and is kept when it has grown.
        cursor.execute("SET LOCAL enable_seqscan = off")
    copy_rows(Handover, rows.of.pop(Handover, []))
    for seq in sorted(rows.links):
        copy_rows(Custody, rows.links[seq])
    for model in BEFORE_ALL_OTHERS:
        copy_rows(model, rows.of.pop(model, []))
    for model in sorted(rows.of, key=lambda model: model.__name__):
        copy_rows(model, rows.of[model])
    check_now()
